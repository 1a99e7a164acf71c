// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Signs of a container. */
final class ContainerCheck {
    private static final Pattern CGROUP = Pattern.compile("docker|kubepods|libpod|lxc|containerd", Pattern.CASE_INSENSITIVE);

    private ContainerCheck() {
    }

    static List<Finding> look(MachineFiles files) {
        List<String> signs = new ArrayList<>();
        for (String file : List.of(".dockerenv", "run/.containerenv")) {
            if (files.exists(file)) {
                signs.add("/" + file);
            }
        }
        if (CGROUP.matcher(files.read("proc/self/cgroup").or("")).find()) {
            signs.add("its control group");
        }
        if (files.field("proc/self/status", "NSpid").orElse("").split("\\s+").length > 1) {
            signs.add("a pid namespace of its own");
        }
        return List.of(signs.isEmpty() ? Finding.ok("container", "no sign of one")
                : Finding.limited("container", String.join(", ", signs), "run the helper on the host (or with --pid=host) and "
                        + "mount its socket's folder into the container"));
    }
}

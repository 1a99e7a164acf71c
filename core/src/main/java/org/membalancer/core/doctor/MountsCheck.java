// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Control groups and bpffs. */
final class MountsCheck {
    private static final int POINT = 1;
    private static final int TYPE = 2;

    private MountsCheck() {
    }

    static List<Finding> look(MachineFiles files) {
        List<String[]> mounts = files.read("proc/self/mounts").or("").lines().map(line -> line.split(" "))
                .filter(words -> words.length > TYPE).toList();
        List<Finding> findings = new ArrayList<>();
        findings.add(cgroups(mounts));
        mounts.stream().filter(words -> words[TYPE].equals("bpf")).forEach(words -> findings.add(bpffs(files, words[POINT])));
        if (findings.size() == 1) {
            findings.add(Finding.ok("bpffs", "none is mounted"));
        }
        return findings;
    }

    private static Finding cgroups(List<String[]> mounts) {
        boolean hasTwo = mounts.stream().anyMatch(words -> words[TYPE].equals("cgroup2"));
        boolean hasOne = mounts.stream().anyMatch(words -> words[TYPE].equals("cgroup"));
        if (hasTwo) {
            return Finding.ok("control groups", hasOne ? "version 2 beside version 1" : "version 2");
        }
        return Finding.notSupported("control groups", hasOne ? "version 1 only" : "not mounted",
                "--cgroup needs version 2: mount -t cgroup2 none /sys/fs/cgroup/unified; -p and -P work without");
    }

    /** A peer that may write there can pin its table and keep the memory after its end. */
    private static Finding bpffs(MachineFiles files, String point) {
        String what = "bpffs " + point;
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(files.path(point.substring(1)));
            return mode.contains(PosixFilePermission.OTHERS_WRITE)
                    ? Finding.limited(what, "everybody may write there", "a peer can pin its tables there and keep their "
                            + "memory: mount -o remount,mode=700 " + point)
                    : Finding.ok(what, "not everybody may write there");
        } catch (IOException e) {
            return Finding.notPermitted(what, "its mode cannot be read", "ask again as root");
        }
    }
}

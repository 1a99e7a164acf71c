// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernel and its BPF. */
final class KernelCheck {
    private static final Pattern RELEASE = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*", Pattern.DOTALL);
    private static final int MIN_MAJOR = 5;
    private static final int MIN_MINOR = 15;

    private KernelCheck() {
    }

    static List<Finding> look(MachineFiles files) {
        return List.of(release(files.read("proc/sys/kernel/osrelease")), btf(files),
                jit(files.read("proc/sys/net/core/bpf_jit_enable")));
    }

    private static Finding release(FileText release) {
        Matcher numbers = RELEASE.matcher(release.or(""));
        if (!numbers.matches()) {
            return Finding.limited("kernel", release.found(), "its version is not understood: 5.15 or later is needed");
        }
        int major = Integer.parseInt(numbers.group(1));
        boolean isNewEnough = major > MIN_MAJOR || major == MIN_MAJOR && Integer.parseInt(numbers.group(2)) >= MIN_MINOR;
        return isNewEnough ? Finding.ok("kernel", release.text())
                : Finding.notSupported("kernel", release.text(), "boot 5.15 or later").blocking();
    }

    private static Finding btf(MachineFiles files) {
        return files.exists("sys/kernel/btf/vmlinux") ? Finding.ok("BTF", "/sys/kernel/btf/vmlinux")
                : Finding.notSupported("BTF", "no /sys/kernel/btf/vmlinux",
                        "boot a kernel with CONFIG_DEBUG_INFO_BTF=y").blocking();
    }

    private static Finding jit(FileText enabled) {
        String what = "BPF JIT";
        if (enabled.isDenied()) {
            return Finding.notPermitted(what, enabled.found(), "ask again as root");
        }
        if (enabled.or("1").equals("0")) {
            return Finding.limited(what, "off", "sysctl net.core.bpf_jit_enable=1: each sample costs many times as much now");
        }
        return Finding.ok(what, enabled.isAbsent() ? "always on" : "on");
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What this process may: capabilities, seccomp, limits. */
final class OwnRightsCheck {
    private static final String STATUS = "proc/self/status";
    private static final int CAP_SYS_PTRACE = 19;
    private static final int CAP_SYS_NICE = 23;
    private static final int CAP_PERFMON = 38;
    private static final int CAP_BPF = 39;
    private static final long MIN_LOCKED_BYTES = 8L << 20;
    private static final long MIN_OPEN_FILES = 1024;

    private OwnRightsCheck() {
    }

    static List<Finding> look(MachineFiles files) {
        return List.of(capabilities(files), moveCapability(files), seccomp(files),
                limit(files, "Max locked memory", "RLIMIT_MEMLOCK", MIN_LOCKED_BYTES,
                        "kernels before 5.11 charge BPF tables to it: LimitMEMLOCK=infinity for the helper"),
                limit(files, "Max open files", "RLIMIT_NOFILE", MIN_OPEN_FILES,
                        "the helper needs an event per CPU and three tables per group: LimitNOFILE=65536 for it"));
    }

    static boolean mayStartHelper(MachineFiles files) {
        return missing(files, CAP_BPF, CAP_PERFMON).isEmpty();
    }

    /** Whether a helper can be started from here. */
    private static Finding capabilities(MachineFiles files) {
        String what = "capabilities for a helper";
        List<String> missing = missing(files, CAP_BPF, CAP_PERFMON);
        if (missing.isEmpty()) {
            return Finding.ok(what, "CAP_BPF, CAP_PERFMON");
        }
        return Finding.notPermitted(what, "without " + String.join(", ", missing),
                "no helper can be started from here: run this as root, or let root run membalancer-helper");
    }

    private static Finding moveCapability(MachineFiles files) {
        String what = "capabilities for other processes";
        List<String> missing = missing(files, CAP_SYS_NICE, CAP_SYS_PTRACE);
        if (missing.isEmpty()) {
            return Finding.ok(what, "CAP_SYS_NICE, CAP_SYS_PTRACE");
        }
        return Finding.notPermitted(what, "without " + String.join(", ", missing),
                "pages of processes of other users cannot be moved or looked at from here: run this as root");
    }

    private static List<String> missing(MachineFiles files, int... wanted) {
        Optional<String> effective = files.field(STATUS, "CapEff").filter(hex -> hex.matches("[0-9a-fA-F]{1,16}"));
        long held = effective.map(hex -> Long.parseUnsignedLong(hex, 16)).orElse(0L);
        List<String> missing = new ArrayList<>();
        for (int capability : wanted) {
            if ((held >>> capability & 1) == 0) {
                missing.add(name(capability));
            }
        }
        return missing;
    }

    private static String name(int capability) {
        return switch (capability) {
            case CAP_SYS_PTRACE -> "CAP_SYS_PTRACE";
            case CAP_SYS_NICE -> "CAP_SYS_NICE";
            case CAP_PERFMON -> "CAP_PERFMON";
            default -> "CAP_BPF";
        };
    }

    private static Finding seccomp(MachineFiles files) {
        return switch (files.field(STATUS, "Seccomp").orElse("")) {
            case "0" -> Finding.ok("seccomp", "no filter");
            case "" -> Finding.ok("seccomp", "not in this kernel");
            default -> Finding.limited("seccomp", "a filter, as containers have",
                    "it may forbid bpf, perf_event_open or move_pages; see move_pages and helper below, and allow them in the "
                            + "container's profile");
        };
    }

    private static Finding limit(MachineFiles files, String name, String what, long atLeast, String advice) {
        Matcher soft = Pattern.compile("^" + name + " +(\\S+)", Pattern.MULTILINE)
                .matcher(files.read("proc/self/limits").or(""));
        if (!soft.find()) {
            return Finding.limited(what, "not known", advice);
        }
        String value = soft.group(1);
        boolean isEnough = value.equals("unlimited") || value.matches("\\d{1,18}") && Long.parseLong(value) >= atLeast;
        return isEnough ? Finding.ok(what, value) : Finding.limited(what, value, advice);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.util.ArrayList;
import java.util.List;

/** Knobs of the kernel in /proc/sys. */
final class SysctlCheck {
    private static final String KERNEL = "proc/sys/kernel/";
    /** Rates up to here are offered by the helper. */
    private static final int USEFUL_RATE_HZ = 4000;

    private SysctlCheck() {
    }

    static List<Finding> look(MachineFiles files) {
        List<Finding> findings = new ArrayList<>();
        findings.add(paranoid(files.read(KERNEL + "perf_event_paranoid")));
        findings.add(maxRate(files.read(KERNEL + "perf_event_max_sample_rate")));
        findings.add(maxCpu(files.read(KERNEL + "perf_cpu_time_max_percent")));
        findings.add(unprivilegedBpf(files.read(KERNEL + "unprivileged_bpf_disabled")));
        findings.add(numaBalancing(files.read(KERNEL + "numa_balancing")));
        findings.add(ptrace(files.read(KERNEL + "yama/ptrace_scope")));
        findings.add(bpfStats(files.read(KERNEL + "bpf_stats_enabled")));
        findings.add(zoneReclaim(files.read("proc/sys/vm/zone_reclaim_mode")));
        return findings;
    }

    private static Finding paranoid(FileText value) {
        String what = "perf_event_paranoid";
        if (number(value) <= 2) {
            return Finding.ok(what, value.found());
        }
        return Finding.limited(what, value.found(), "perf events are for processes with CAP_PERFMON only: the helper has it; "
                + "a container needs it added");
    }

    private static Finding maxRate(FileText value) {
        String what = "perf_event_max_sample_rate";
        long rateHz = number(value);
        if (rateHz >= USEFUL_RATE_HZ) {
            return Finding.ok(what, rateHz + " Hz");
        }
        return Finding.limited(what, value.found(), "the kernel lowered it because sampling took too long: rates above it are "
                + "refused; sysctl kernel.perf_event_max_sample_rate=100000");
    }

    private static Finding maxCpu(FileText value) {
        String what = "perf_cpu_time_max_percent";
        long percent = number(value);
        if (percent == 0 || percent >= 100) {
            return Finding.limited(what, value.found(), "the kernel does not guard its own cost of sampling; the helper's "
                    + "--max-cpu-percent still does");
        }
        return Finding.ok(what, value.found() + " %");
    }

    private static Finding unprivilegedBpf(FileText value) {
        String what = "unprivileged_bpf_disabled";
        if (value.isAbsent() || number(value) > 0) {
            return Finding.ok(what, value.found());
        }
        return Finding.limited(what, value.found(), "not needed, and wider than it should be: sysctl "
                + "kernel.unprivileged_bpf_disabled=2");
    }

    private static Finding numaBalancing(FileText value) {
        String what = "numa_balancing";
        if (value.isAbsent() || number(value) == 0) {
            return Finding.ok(what, value.isAbsent() ? "not in this kernel" : "off");
        }
        boolean isTiering = (number(value) & 2) != 0;
        return Finding.limited(what, value.found() + (isTiering ? " (with memory tiering)" : ""),
                "the kernel moves pages too, and may move them back: sysctl kernel.numa_balancing=0 while membalancer moves");
    }

    private static Finding ptrace(FileText value) {
        String what = "yama ptrace_scope";
        if (value.isAbsent() || number(value) <= 1) {
            return Finding.ok(what, value.isAbsent() ? "not in this kernel" : value.found());
        }
        return Finding.limited(what, value.found(), "processes of others cannot be looked at without CAP_SYS_PTRACE: "
                + "run reports on them as root");
    }

    private static Finding bpfStats(FileText value) {
        boolean isOn = number(value) == 1;
        return Finding.ok("bpf_stats_enabled", isOn ? "on"
                : value.isRead() ? "off; the helper has its own programs timed while it runs" : value.found());
    }

    private static Finding zoneReclaim(FileText value) {
        if (value.isAbsent() || number(value) == 0) {
            return Finding.ok("zone_reclaim_mode", value.found());
        }
        return Finding.limited("zone_reclaim_mode", value.found(), "a full node reclaims its own page cache before it uses "
                + "another: sysctl vm.zone_reclaim_mode=0");
    }

    /** -1 where it is none. */
    private static long number(FileText value) {
        return value.or("").matches("-?\\d{1,18}") ? Long.parseLong(value.text()) : -1;
    }
}

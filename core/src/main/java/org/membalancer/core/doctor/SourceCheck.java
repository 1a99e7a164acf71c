// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.util.ArrayList;
import java.util.List;

/** Where samples can come from, best first. */
final class SourceCheck {
    private static final String PMUS = "sys/bus/event_source/devices/";
    private static final List<String> OP_FILTERS = List.of("l3missonly", "ldlat", "swfilt", "cnt_ctl");
    private static final String SOFT_INSTEAD = "the source soft works here instead";

    private SourceCheck() {
    }

    static List<Finding> look(MachineFiles files) {
        CpuInfo cpu = CpuInfo.read(files);
        List<Finding> findings = new ArrayList<>();
        findings.add(ibs(cpu, files));
        if (files.exists(PMUS + "ibs_op")) {
            findings.add(fetch(files));
            findings.add(zen4(files));
        }
        if (cpu.isIntel()) {
            findings.add(pebs(files));
        }
        findings.add(timer(files));
        return findings;
    }

    private static Finding ibs(CpuInfo cpu, MachineFiles files) {
        String what = "source ibs";
        if (files.exists(PMUS + "ibs_op")) {
            List<String> filters = OP_FILTERS.stream()
                    .filter(name -> files.exists(PMUS + "ibs_op/format/" + name)).toList();
            return Finding.ok(what, "ibs_op, type " + files.read(PMUS + "ibs_op/type").found()
                    + (filters.isEmpty() ? "" : ", with " + String.join(", ", filters)));
        }
        if (!cpu.isAmd()) {
            return Finding.notSupported(what, "no PMU ibs_op: only AMD processors have IBS", SOFT_INSTEAD);
        }
        if (cpu.isVirtual()) {
            return Finding.notSupported(what, "no PMU ibs_op in this guest", "run on the host, or have the hypervisor pass "
                    + "IBS through; " + SOFT_INSTEAD);
        }
        boolean hasFlag = cpu.flags().contains("ibs");
        return Finding.notSupported(what, "no PMU ibs_op" + (hasFlag ? " although the processor has IBS" : ""),
                hasFlag ? "the kernel refused it: see dmesg | grep -i ibs"
                        : "the BIOS may have IBS off: look for IBS in its CPU settings; " + SOFT_INSTEAD);
    }

    private static Finding fetch(MachineFiles files) {
        return files.exists(PMUS + "ibs_fetch") ? Finding.ok("source ibs, code", "ibs_fetch")
                : Finding.notSupported("source ibs, code", "no PMU ibs_fetch", "code is sampled less well; nothing to do");
    }

    private static Finding zen4(MachineFiles files) {
        boolean hasExtensions = files.read(PMUS + "ibs_op/caps/zen4_ibs_extensions").or("0").equals("1")
                || files.exists(PMUS + "ibs_op/format/l3missonly");
        return hasExtensions ? Finding.ok("IBS extensions of Zen 4", "there: samples can be limited to L3 misses")
                : Finding.notSupported("IBS extensions of Zen 4", "not there",
                        "every access is sampled, not only L3 misses: a higher rate makes up for it");
    }

    private static Finding pebs(MachineFiles files) {
        boolean hasEvents = files.exists(PMUS + "cpu/events/mem-loads") || files.exists(PMUS + "cpu_core/events/mem-loads");
        return hasEvents ? Finding.ok("source pebs", "mem-loads")
                : Finding.notSupported("source pebs", "the PMU has no event mem-loads", SOFT_INSTEAD);
    }

    private static Finding timer(MachineFiles files) {
        return files.exists(PMUS + "software")
                ? Finding.ok("sources soft and faults", "perf's software events")
                : Finding.notSupported("sources soft and faults", "no perf events in this kernel",
                        "boot a kernel with CONFIG_PERF_EVENTS=y").blocking();
    }
}

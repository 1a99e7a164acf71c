// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.util.List;

/** The processor, and whether it is a real one. */
final class CpuCheck {
    private CpuCheck() {
    }

    static List<Finding> look(MachineFiles files) {
        CpuInfo cpu = CpuInfo.read(files);
        return List.of(processor(cpu), virtualisation(cpu, files));
    }

    private static Finding processor(CpuInfo cpu) {
        String found = cpu.model() + " (" + cpu.vendor() + ", family " + cpu.family() + ")";
        if (cpu.isAmd() || cpu.isIntel()) {
            return Finding.ok("processor", found);
        }
        return Finding.limited("processor", found, "no hardware source is known for this vendor: soft or faults");
    }

    private static Finding virtualisation(CpuInfo cpu, MachineFiles files) {
        if (!cpu.isVirtual()) {
            return Finding.ok("virtualisation", "none");
        }
        String product = (files.read("sys/class/dmi/id/sys_vendor").or("") + " "
                + files.read("sys/class/dmi/id/product_name").or("")).strip();
        return Finding.limited("virtualisation", "a guest" + (product.isEmpty() ? "" : " on " + product),
                "most hypervisors hide IBS and PEBS, and node distances may be made up: check them against the host");
    }
}

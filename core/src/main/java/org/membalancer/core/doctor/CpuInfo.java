// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/** The first processor of /proc/cpuinfo. */
record CpuInfo(String vendor, String model, String family, Set<String> flags) {
    private static final String FILE = "proc/cpuinfo";

    static CpuInfo read(MachineFiles files) {
        return new CpuInfo(files.field(FILE, "vendor_id").orElse("unknown"),
                files.field(FILE, "model name").orElse("unknown"), files.field(FILE, "cpu family").orElse("unknown"),
                new TreeSet<>(Arrays.asList(files.field(FILE, "flags").orElse("").split(" "))));
    }

    boolean isAmd() {
        return vendor.equals("AuthenticAMD") || vendor.equals("HygonGenuine");
    }

    boolean isIntel() {
        return vendor.equals("GenuineIntel");
    }

    boolean isVirtual() {
        return flags.contains("hypervisor");
    }
}

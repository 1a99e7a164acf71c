// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Memory tiers as the kernel sees them, and what the firmware says of each node's speed (HMAT). */
final class TiersCheck {
    private static final String TIERS = "sys/devices/virtual/memory_tiering";
    private static final String NODES = "sys/devices/system/node";

    private TiersCheck() {
    }

    static List<Finding> look(MachineFiles files) {
        return Stream.of(tiers(files), access(files), demotion(files)).flatMap(List::stream).toList();
    }

    private static List<Finding> tiers(MachineFiles files) {
        List<String> tiers = new ArrayList<>();
        for (String name : files.names(TIERS)) {
            if (name.startsWith("memory_tier")) {
                tiers.add(name + ": nodes " + files.read(TIERS + "/" + name + "/nodelist").found());
            }
        }
        if (tiers.isEmpty()) {
            return List.of(Finding.notSupported("memory tiers", "the kernel tells none",
                    "tiers are taken from distances and memory-only nodes; kernels from 6.1 on tell them"));
        }
        return List.of(Finding.ok("memory tiers", String.join("; ", tiers)));
    }

    /** access0 is what the best initiator of all kinds gets. */
    private static List<Finding> access(MachineFiles files) {
        List<String> nodes = new ArrayList<>();
        for (String name : files.names(NODES)) {
            FileText latency = files.read(NODES + "/" + name + "/access0/initiators/read_latency");
            if (name.matches("node\\d+") && latency.isRead()) {
                nodes.add(name + " " + latency.text() + " ns, "
                        + files.read(NODES + "/" + name + "/access0/initiators/read_bandwidth").found() + " MB/s");
            }
        }
        if (nodes.isEmpty()) {
            return List.of(Finding.notSupported("HMAT access classes", "the firmware tells none",
                    "nothing to do: speed is taken from distances"));
        }
        return List.of(Finding.ok("HMAT access classes", String.join("; ", nodes)));
    }

    private static List<Finding> demotion(MachineFiles files) {
        FileText enabled = files.read("sys/kernel/mm/numa/demotion_enabled");
        if (enabled.isAbsent()) {
            return List.of();
        }
        boolean isOn = enabled.or("").equals("true") || enabled.or("").equals("1");
        return List.of(isOn ? Finding.limited("kernel demotion", "on",
                "the kernel moves cold pages to slower nodes too when memory is short: "
                        + "echo 0 > /sys/kernel/mm/numa/demotion_enabled while membalancer balances tiers")
                : Finding.ok("kernel demotion", "off"));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;

import org.membalancer.core.topology.CpuList;

/** Where this process, and with it what it starts, may run and have memory. */
final class CpusetCheck {
    private static final String STATUS = "proc/self/status";
    private static final String NODES_ADVICE =
            "only nodes in it can be balanced for processes started like this one: widen cpuset.mems of its cgroup";

    private CpusetCheck() {
    }

    static List<Finding> look(MachineFiles files) {
        return List.of(list(files, "Mems_allowed_list", "sys/devices/system/node/has_memory", "allowed nodes", NODES_ADVICE),
                list(files, "Cpus_allowed_list", "sys/devices/system/cpu/online", "allowed CPUs",
                        "threads cannot be moved to the others: widen cpuset.cpus or the affinity"),
                policy(files));
    }

    private static Finding list(MachineFiles files, String field, String allFile, String what, String advice) {
        Optional<BitSet> allowed = parse(files.field(STATUS, field).orElse("?"));
        Optional<BitSet> all = parse(files.read(allFile).or("?"));
        if (allowed.isEmpty() || all.isEmpty()) {
            return Finding.limited(what, "not known", "/proc/self/status and /" + allFile + " tell it");
        }
        BitSet missing = all.get();
        missing.andNot(allowed.get());
        String found = CpuList.format(allowed.get());
        return missing.isEmpty() ? Finding.ok(what, found + " (all)")
                : Finding.limited(what, found + ", not " + CpuList.format(missing), advice);
    }

    private static Optional<BitSet> parse(String list) {
        try {
            return Optional.of(CpuList.parse(list));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The policy that mappings of this process have: the second word of each line. */
    private static Finding policy(MachineFiles files) {
        List<String> others = files.read("proc/self/numa_maps").or("").lines()
                .map(line -> line.split(" ")).filter(words -> words.length > 1 && !words[1].equals("default"))
                .map(words -> words[1]).distinct().toList();
        return others.isEmpty() ? Finding.ok("memory policy", "default")
                : Finding.limited("memory policy", String.join(", ", others),
                        "what was started under numactl keeps its policy: new pages go where that says");
    }
}

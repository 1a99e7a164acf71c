// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** JVMs that run, and their collectors. */
final class JvmCheck {
    private static final Pattern FLAG = Pattern.compile("-XX:\\+Use(Serial|Parallel|G1|Z|Shenandoah|Epsilon)GC\\b");
    /** As a JVM's performance counters have it: the name of its first collector, from JDK 14 on. */
    private static final Pattern COUNTER =
            Pattern.compile("sun\\.gc\\.collector\\.\\d\\.name\\x00+(Serial|Parallel|G1|ZGC|Z|Shenandoah) ");
    private static final String LIBRARY = "/libjvm.so";
    private static final String AGENT = "membalancer-agent";

    private JvmCheck() {
    }

    static List<Finding> look(MachineFiles files) {
        List<Finding> findings = new ArrayList<>();
        List<String> hidden = new ArrayList<>();
        String self = files.realName("proc/self");
        for (String pid : files.names("proc")) {
            if (pid.matches("\\d+") && !pid.equals(self)) {
                FileText maps = files.read("proc/" + pid + "/maps");
                if (maps.isDenied()) {
                    hidden.add(pid);
                }
                if (maps.or("").contains(LIBRARY)) {
                    findings.add(jvm(files, pid, maps.text()));
                }
            }
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok("JVMs", "none found"));
        }
        if (!hidden.isEmpty()) {
            findings.add(Finding.notPermitted("JVMs of others", hidden.size() == 1
                            ? "process " + hidden.get(0) + " may not be looked at" : hidden.size() + " processes may not be looked at",
                    "ask again as root to see their JVMs; where root is refused too, a security module or a container forbids it"));
        }
        return findings;
    }

    private static Finding jvm(MachineFiles files, String pid, String maps) {
        String command = files.read("proc/" + pid + "/cmdline").or("").replace('\0', ' ');
        Optional<String> collector = collector(files, pid, command);
        String what = "JVM " + pid;
        String found = collector.orElse("collector not known") + ", " + name(files, pid)
                + (command.contains(AGENT) || maps.contains(AGENT) ? ", has the agent" : "");
        if (collector.isEmpty()) {
            return Finding.limited(what, found, "its counters (hsperfdata) and command line do not tell the collector: "
                    + "jcmd " + pid + " VM.flags does");
        }
        return switch (collector.get()) {
            case "Serial", "Parallel", "G1" -> Finding.ok(what, found);
            default -> Finding.limited(what, found, "the agent reports the heap of this collector and does not move it");
        };
    }

    private static Optional<String> collector(MachineFiles files, String pid, String command) {
        Optional<String> counted = first(COUNTER, counters(files, pid));
        return counted.isPresent() ? counted.map(name -> name.startsWith("Z") ? "ZGC" : name)
                : first(FLAG, command).map(name -> name.equals("Z") ? "ZGC" : name);
    }

    /** The JVM's counters are a file in its own /tmp, named by its user and its pid in its own namespace. */
    private static String counters(MachineFiles files, String pid) {
        String[] pids = files.field("proc/" + pid + "/status", "NSpid").orElse(pid).split("\\s+");
        String temporary = "proc/" + pid + "/root/tmp";
        return files.names(temporary).stream().filter(folder -> folder.startsWith("hsperfdata_"))
                .map(folder -> files.read(temporary + "/" + folder + "/" + pids[pids.length - 1]).or(""))
                .filter(text -> !text.isEmpty()).findFirst().orElse("");
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Not the command line: it may hold secrets. */
    private static String name(MachineFiles files, String pid) {
        String comm = files.read("proc/" + pid + "/comm").or("");
        return comm.isEmpty() ? "nameless" : comm;
    }
}

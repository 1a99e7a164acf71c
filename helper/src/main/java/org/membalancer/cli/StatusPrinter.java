// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.PrintStream;
import java.util.Map;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.jni.GroupStatus;
import org.membalancer.jni.HelperStatus;

/** Prints the helper's state for people. */
final class StatusPrinter {
    private final Map<String, String> counterTexts;
    private final PrintStream out;

    /**
     * Prepares to print.
     *
     * @param counterTexts what each counter counts, by its name
     */
    StatusPrinter(Map<String, String> counterTexts, PrintStream out) {
        this.counterTexts = counterTexts;
        this.out = out;
    }

    void print(HelperState state) {
        SamplingStatus status = state.sampling();
        out.println("helper " + status.version() + ", pid " + status.helperPid() + ", up "
                + Figures.duration(status.uptimeNs()));
        out.println("source " + status.source() + ", " + rate(state) + " on " + status.cpuCount() + " CPUs");
        status.why().lines().forEach(line -> out.println("  " + line));
        out.println("events " + state.helper().eventCount() + " open, throttled by the kernel "
                + state.helper().eventsThrottled() + " times");
        out.println("cost " + cost(state.helper()) + bpfCost(status));
        printGroups(state);
        printSamples(status);
    }

    /** Without a group nobody wants samples, and none are taken. */
    private static String rate(HelperState state) {
        HelperStatus helper = state.helper();
        String real = state.sampling().groupCount() == 0 ? ", idle (no group)"
                : ", really " + helper.rateRealHz() + " a second";
        if (helper.rateAskedHz() == 0) {
            return "every event" + real; // page faults
        }
        return helper.rateHz() + " Hz"
                + (helper.rateHz() == helper.rateAskedHz() ? "" : " (asked " + helper.rateAskedHz() + " Hz)") + real;
    }

    private static String cost(HelperStatus helper) {
        int ownPermille = Math.max(0, helper.costPermille() - helper.bpfCostPermille());
        return Figures.permille(helper.costPermille()) + " of a CPU (BPF " + Figures.permille(helper.bpfCostPermille())
                + ", helper " + Figures.permille(ownPermille) + "), cap " + Figures.permille(helper.maxCpuPermille());
    }

    private static String bpfCost(SamplingStatus status) {
        return status.runTimeNs() == 0 || status.runCount() == 0 ? ""
                : ", BPF ran " + status.runCount() + " times, " + status.runTimeNs() / status.runCount() + " ns each";
    }

    private void printGroups(HelperState state) {
        SamplingStatus status = state.sampling();
        out.println("groups " + status.groupCount() + ", processes " + state.helper().targets() + ", peers "
                + status.peerCount() + ", tables " + Figures.bytes(status.tableMemoryBytes()) + ", requests "
                + status.requests() + ", refused " + status.requestsRefused());
        for (GroupStatus group : state.groups()) {
            out.println("  group " + group.groupId() + ", " + group.kind() + (group.tgid() == 0 ? "" : " " + group.tgid())
                    + (group.isUserOnly() ? ", user only" : "") + ": processes " + group.processes() + ", peers " + group.peers() + ", tables "
                    + Figures.bytes(group.memoryBytes()) + ", recorded " + group.recorded() + ", refused "
                    + group.dropped());
        }
        state.groupsNote().ifPresent(note -> out.println("  their tables are not known: " + note));
    }

    private void printSamples(SamplingStatus status) {
        out.println("samples seen " + status.seen() + ", recorded " + status.recorded()
                + (status.unaccounted() == 0 ? "" : ", under way " + status.unaccounted()));
        status.drops().forEach((name, count) ->
                out.println("  dropped " + name + " " + count + " (" + counterTexts.getOrDefault(name, name) + ")"));
        long unknown = status.counters().getOrDefault("node_unknown", 0L);
        if (unknown != 0) {
            out.println("  node_unknown " + unknown + " (" + counterTexts.getOrDefault("node_unknown", "node_unknown") + ")");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.membalancer.core.report.SamplingStatus;

/** What a trace counts beside its samples, under the names that docs/trace-format.md has. */
final class RecordCounters {
    static final String ENTERED = "processes_entered";
    static final String LEFT = "processes_left";
    static final String WITHOUT_PLACE = "processes_without_place";
    static final String RECORDED = "processes_recorded";
    static final String WITHOUT_MAP = "processes_without_map";
    static final String TWICE = "samples_twice";
    /** Before the name of one of the helper's counters: how far it grew meanwhile, for all of its groups. */
    static final String HELPER = "helper_";

    private RecordCounters() {
    }

    /** What a reader of a trace must know of them, one line each; none where nothing was counted or all is well. */
    static List<String> notes(Map<String, Long> counters) {
        List<String> notes = new ArrayList<>();
        if (counters.containsKey(ENTERED)) {
            notes.add("while it was recorded: " + RecordSummary.processes(counters));
        }
        String helper = counters.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(HELPER) && entry.getValue() != 0)
                .map(entry -> entry.getKey().substring(HELPER.length()) + " " + entry.getValue())
                .collect(Collectors.joining(", "));
        if (!helper.isEmpty()) {
            notes.add("what the helper counted meanwhile, for all: " + helper);
        }
        return notes;
    }

    /**
     * Collects them at the end of a recording.
     *
     * @param before the helper's state at the start
     * @param after the same now; empty when it is gone
     */
    static Map<String, Long> of(RecordedGroups groups, RecordedProcesses processes, Recorder recorder,
            SamplingStatus before, Optional<SamplingStatus> after) {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put(ENTERED, groups.processes().stream().mapToLong(ProcessTable::entered).sum());
        counters.put(LEFT, groups.processes().stream().mapToLong(ProcessTable::left).sum());
        counters.put(WITHOUT_PLACE, groups.processes().stream().mapToLong(ProcessTable::refused).sum());
        counters.put(RECORDED, (long) processes.count());
        counters.put(WITHOUT_MAP, processes.withoutMap());
        counters.put(TWICE, recorder.twice());
        after.ifPresent(status -> status.counters().forEach((name, count) ->
                counters.put(HELPER + name, count - before.counters().getOrDefault(name, 0L))));
        return counters;
    }
}

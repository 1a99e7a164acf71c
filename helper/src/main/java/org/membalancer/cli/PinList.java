// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the threads of all processes of a run must get back, kept in one file that outlives kill -9. Owned by one thread. */
final class PinList {
    private static final String STATE = "affinity";

    private final Optional<RunState> state;
    private final Map<Integer, List<String>> linesByPid = new TreeMap<>();

    /**
     * Begins without any.
     *
     * @param state where the list is kept; empty: nowhere
     */
    PinList(Optional<RunState> state) {
        this.state = state;
    }

    /** Keeps the lines of one process instead of its former ones, beside those of the others; none: there is nothing left to undo. */
    void keep(int pid, List<String> lines) throws IOException {
        if (lines.isEmpty()) {
            linesByPid.remove(pid);
        } else {
            linesByPid.put(pid, List.copyOf(lines));
        }
        if (state.isEmpty()) {
            return;
        }
        if (linesByPid.isEmpty()) {
            state.get().forget(STATE);
        } else {
            state.get().remember(STATE, String.join("\n", linesByPid.values().stream().flatMap(List::stream).toList()));
        }
    }

    /** What runs that were killed left in such lists, one text each. */
    static List<String> leftByTheDead(RunState state) throws IOException {
        return state.allLeftByTheDead(STATE);
    }

    /** Removes those lists, once they are undone. */
    static void forgetTheDead(RunState state) throws IOException {
        state.forgetTheDead(STATE);
    }
}

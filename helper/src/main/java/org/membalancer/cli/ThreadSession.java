// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.membalancer.core.balance.PolicyName;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.migrate.ExecutorSettings;
import org.membalancer.core.threads.ProcThreads;
import org.membalancer.core.threads.ThreadBalancer;
import org.membalancer.core.threads.ThreadDoor;
import org.membalancer.core.threads.ThreadMemory;
import org.membalancer.core.threads.ThreadPin;
import org.membalancer.core.threads.ThreadPins;
import org.membalancer.core.threads.ThreadPolicy;
import org.membalancer.core.threads.ThreadRules;
import org.membalancer.core.threads.ThreadSampler;
import org.membalancer.jni.Affinity;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.PageMoves;

/** The threads of a process that is balanced from outside, and what they must get back. Stateless. */
final class ThreadSession {
    private static final Path PROC = Path.of("/proc");
    private static final String STATE = "affinity";

    private ThreadSession() {
    }

    /**
     * Prepares to move the threads of a process.
     *
     * @throws FailureException when the helper's tables cannot be read
     */
    static ThreadBalancer open(BalanceRequest request, GroupTables tables, Console console)
            throws IOException, FailureException {
        Optional<RunState> state = RunState.ofThisProcess();
        if (state.isEmpty() && !request.isDryRun()) {
            console.say("neither root nor XDG_RUNTIME_DIR: kill -9 of this run would leave threads pinned");
        }
        HeatTable table = Doors.threadTable(tables);
        ThreadDoor door = door(Integer.toString(request.pid()));
        ThreadPins pins = new ThreadPins(door, lines -> keep(state, lines));
        ThreadMemory memory = new ThreadMemory(PageMoves::move, request.pid(), Doors.recentRing(tables), table,
                ExecutorSettings.USUAL_PAGE_BYTES);
        ThreadRules rules =
                request.policy() == PolicyName.AUTOTUNE ? ThreadRules.autotune() : ThreadRules.process();
        return new ThreadBalancer(new ThreadSampler(table, memory, door, pins), new ThreadPolicy(rules), pins,
                () -> Files.newBufferedReader(PROC.resolve("stat")), request.isDryRun());
    }

    /** Gives threads back what runs that were killed took from them. */
    static void restoreAfterKill(Console console) throws IOException {
        Optional<RunState> state = RunState.ofThisProcess();
        if (state.isEmpty()) {
            return;
        }
        ThreadDoor door = door("self");
        int found = 0;
        int given = 0;
        for (String text : state.get().allLeftByTheDead(STATE)) {
            for (String line : text.split("\n")) {
                Optional<ThreadPin> pin = ThreadPin.parse(line);
                found += pin.isPresent() ? 1 : 0;
                given += pin.isPresent() && pin.get().undo(door) ? 1 : 0;
            }
        }
        if (found > 0) {
            console.say("an earlier run was killed before it gave " + found + " threads their affinity back: " + given
                    + " have it now, the others ended or were changed by their owner");
            state.get().forgetTheDead(STATE);
        }
    }

    /** Keeps the list of pins of this run, or forgets it. */
    static void keep(Optional<RunState> state, List<String> lines) throws IOException {
        if (state.isEmpty()) {
            return;
        }
        if (lines.isEmpty()) {
            state.get().forget(STATE);
        } else {
            state.get().remember(STATE, String.join("\n", lines));
        }
    }

    /** The threads of a process; the native library must be loaded. */
    static ThreadDoor door(String process) {
        return new ProcThreads(PROC, process, Affinity::get, Affinity::set);
    }
}

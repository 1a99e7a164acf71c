// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.membalancer.core.balance.PolicyName;
import org.membalancer.core.migrate.ExecutorSettings;
import org.membalancer.core.threads.CpuLoad;
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
import org.membalancer.jni.PageMoves;

/** The threads of processes that are balanced from outside, and what they must get back. Owned by one thread. */
final class ThreadSession {
    private static final Path PROC = Path.of("/proc");

    private final ThreadRules rules;
    private final boolean isDryRun;
    private final CpuLoad load = new CpuLoad();
    private final PinList pinned;

    private ThreadSession(BalanceRequest request, Optional<RunState> state) {
        this.rules = request.policy() == PolicyName.AUTOTUNE ? ThreadRules.autotune() : ThreadRules.process();
        this.isDryRun = request.isDryRun();
        this.pinned = new PinList(state);
    }

    /** Prepares to move threads. */
    static ThreadSession open(BalanceRequest request, Console console) throws IOException {
        Optional<RunState> state = RunState.ofThisProcess();
        if (state.isEmpty() && !request.isDryRun()) {
            console.say("neither root nor XDG_RUNTIME_DIR: kill -9 of this run would leave threads pinned");
        }
        return new ThreadSession(request, state);
    }

    /** Prepares to move the threads of one process of a group. */
    ThreadBalancer of(BalanceGroup group, int tag, int pid) {
        ThreadDoor door = door(Integer.toString(pid));
        ThreadPins pins = new ThreadPins(door, lines -> pinned.keep(pid, lines));
        return ThreadBalancer.ofSeveral(
                sampler(group, tag, pid, door, pins), new ThreadPolicy(rules), pins, load, isDryRun);
    }

    /**
     * Begins a round of all processes: looks how busy CPUs are.
     *
     * @throws IOException when /proc/stat cannot be read
     */
    void begin() throws IOException {
        try (Reader stat = Files.newBufferedReader(PROC.resolve("stat"))) {
            load.read(stat);
        }
    }

    private static ThreadSampler sampler(BalanceGroup group, int tag, int pid, ThreadDoor door, ThreadPins pins) {
        if (group.isOfSeveral()) {
            ThreadMemory memory = group.accesses().join(tag, PageMoves::move, pid, ExecutorSettings.USUAL_PAGE_BYTES);
            return ThreadSampler.ofSeveral(group.threads(), group.threadSnapshot(), memory, door, pins);
        }
        return new ThreadSampler(group.threads(), new ThreadMemory(PageMoves::move, pid, group.recent(),
                group.threads(), ExecutorSettings.USUAL_PAGE_BYTES), door, pins);
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
        for (String text : PinList.leftByTheDead(state.get())) {
            for (String line : text.split("\n")) {
                Optional<ThreadPin> pin = ThreadPin.parse(line);
                found += pin.isPresent() ? 1 : 0;
                given += pin.isPresent() && pin.get().undo(door) ? 1 : 0;
            }
        }
        if (found > 0) {
            console.say("an earlier run was killed before it gave " + found + " threads their affinity back: " + given
                    + " have it now, the others ended or were changed by their owner");
            PinList.forgetTheDead(state.get());
        }
    }

    /** The threads of a process; the native library must be loaded. */
    static ThreadDoor door(String process) {
        return new ProcThreads(PROC, process, Affinity::get, Affinity::set);
    }
}

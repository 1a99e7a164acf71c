// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Optional;
import org.membalancer.core.balance.PolicyName;
import org.membalancer.core.migrate.ExecutorSettings;
import org.membalancer.core.threads.ThreadBalancer;
import org.membalancer.core.threads.ThreadMemory;
import org.membalancer.core.threads.ThreadPins;
import org.membalancer.core.threads.ThreadPolicy;
import org.membalancer.core.threads.ThreadRules;
import org.membalancer.core.threads.ThreadSampler;

/**
 * The threads of this JVM: when they may be moved, and with which tables. Owned by the duty thread.
 *
 * <p>A thread hands its affinity on to those that it starts, and {@code availableProcessors()} follows the mask of
 * whoever asks. So nothing is pinned while the application still starts threads.
 */
final class AgentThreads {
    private static final int OWN_PROCESS = 0;
    /** No new thread in so many rounds: the application has started. */
    private static final int QUIET_ROUNDS = 10;
    /** An application that never stops starting threads has started, too. */
    private static final int MOST_ROUNDS = 300;

    private final Doors doors;
    private final PolicyName policy;
    private final AgentLog log;
    private final ThreadPins pins;
    private final ThreadPolicy rules;
    private Optional<HelperSession> session = Optional.empty();
    private Optional<ThreadBalancer> balancer = Optional.empty();
    private int[] known = {};
    private int quietRounds;
    private int rounds;
    private boolean isSettled;

    AgentThreads(Doors doors, PolicyName policy, AgentLog log) {
        this.doors = doors;
        this.policy = policy;
        this.log = log;
        this.pins = new ThreadPins(doors.threads(), lines -> { }); // they end with this process
        this.rules = new ThreadPolicy(
                policy == PolicyName.AUTOTUNE ? ThreadRules.autotune() : ThreadRules.process());
    }

    /**
     * The balancer of this round's tables; empty: threads are not moved, or not yet.
     *
     * @param now the session whose tables are read
     * @param processId of this JVM, as its own pid namespace counts
     */
    Optional<ThreadBalancer> of(HelperSession now, int processId) {
        if (!policy.movesThreads() || !settled()) {
            return Optional.empty();
        }
        if (session.isEmpty() || session.get() != now) {
            session = Optional.of(now);
            balancer = open(now, processId);
        }
        return balancer;
    }

    /** Gives all threads back the affinity they had. */
    void undo() {
        try {
            int given = pins.undo();
            if (given > 0) {
                log.change(given + " threads have their former affinity again");
            }
        } catch (IOException e) {
            throw new IllegalStateException("nothing is kept, so nothing can fail", e);
        }
    }

    private Optional<ThreadBalancer> open(HelperSession now, int processId) {
        if (now.processId() != processId) {
            log.problem("threads are not moved: not supported in a pid namespace of its own (the helper counts this"
                    + " process as " + now.processId() + ", not " + processId + ")");
            return Optional.empty();
        }
        ThreadTables tables = now.threads();
        ThreadMemory memory = new ThreadMemory(doors.mover(), OWN_PROCESS, tables.recent(), tables.threads(),
                ExecutorSettings.USUAL_PAGE_BYTES);
        return Optional.of(new ThreadBalancer(new ThreadSampler(tables.threads(), memory, doors.threads(), pins), rules,
                pins, () -> Files.newBufferedReader(doors.procRoot().resolve("stat")), false));
    }

    private boolean settled() {
        if (isSettled) {
            return true;
        }
        int[] tids = doors.threads().threads();
        boolean hasNew = Arrays.stream(tids).anyMatch(tid -> Arrays.binarySearch(known, tid) < 0);
        known = tids;
        quietRounds = hasNew ? 0 : quietRounds + 1;
        rounds++;
        isSettled = quietRounds >= QUIET_ROUNDS || rounds >= MOST_ROUNDS;
        if (isSettled) {
            log.change("the application's " + tids.length + " threads have settled: they may be moved from now on");
        }
        return isSettled;
    }
}

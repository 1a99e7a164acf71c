// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.io.IOException;
import java.io.Reader;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.membalancer.core.topology.Topology;

/** One round for the threads of a process: look, decide, pin, count. Owned by one thread. */
public final class ThreadBalancer {
    private final ThreadSampler sampler;
    private final ThreadPolicy policy;
    private final ThreadPins pins;
    private final Optional<StatDoor> stat;
    private final boolean isDryRun;
    private final CpuLoad load;

    /**
     * Puts the parts together.
     *
     * @param stat opens /proc/stat
     * @param isDryRun whether nothing is pinned
     */
    public ThreadBalancer(
            ThreadSampler sampler, ThreadPolicy policy, ThreadPins pins, StatDoor stat, boolean isDryRun) {
        this(sampler, policy, pins, Optional.of(stat), new CpuLoad(), isDryRun);
    }

    private ThreadBalancer(ThreadSampler sampler, ThreadPolicy policy, ThreadPins pins, Optional<StatDoor> stat,
            CpuLoad load, boolean isDryRun) {
        this.sampler = sampler;
        this.policy = policy;
        this.pins = pins;
        this.stat = stat;
        this.load = load;
        this.isDryRun = isDryRun;
    }

    /**
     * Puts the parts together for one of several processes that are balanced in turn.
     *
     * @param load read once for all of them in each round: a CPU that one sends a thread to is not idle for the next
     * @param isDryRun whether nothing is pinned
     */
    public static ThreadBalancer ofSeveral(
            ThreadSampler sampler, ThreadPolicy policy, ThreadPins pins, CpuLoad load, boolean isDryRun) {
        return new ThreadBalancer(sampler, policy, pins, Optional.empty(), load, isDryRun);
    }

    /**
     * Looks at the threads and decides; pins nothing yet.
     *
     * @throws IOException when /proc/stat cannot be read
     */
    public Draft draft(long nowNs, Topology topology) throws IOException {
        if (stat.isPresent()) {
            try (Reader reader = stat.get().open()) {
                load.read(reader);
            }
        }
        List<ThreadUse> uses = sampler.uses(nowNs);
        ThreadPlan plan = policy.plan(nowNs, uses, load, topology);
        Map<Integer, ThreadStay> stays = new HashMap<>(plan.stays());
        stays.putAll(sampler.leftAlone());
        return new Draft(uses, new ThreadPlan(plan.moves(), stays));
    }

    /** Pins the threads of a plan that was drafted in this round. */
    public ThreadRound execute(long nowNs, Draft draft) {
        ThreadPlan plan = draft.plan();
        Map<ThreadOutcome, Integer> outcomes = new EnumMap<>(ThreadOutcome.class);
        for (ThreadMove move : plan.moves()) {
            outcomes.merge(execute(nowNs, move), 1, Integer::sum);
        }
        return new ThreadRound(
                plan.moves().size() + plan.stays().size(), draft.uses(), plan, outcomes, sampler.samples());
    }

    /** One whole round. */
    public ThreadRound round(long nowNs, Topology topology) throws IOException {
        return execute(nowNs, draft(nowNs, topology));
    }

    /** Gives all threads back the affinity they had; returns how many. */
    public int undo() throws IOException {
        return pins.undo();
    }

    private ThreadOutcome execute(long nowNs, ThreadMove move) {
        if (isDryRun) {
            load.take(move.cpus());
            return ThreadOutcome.DRY_RUN;
        }
        try {
            ThreadOutcome outcome = ThreadOutcome.of(pins.pin(move.tid(), move.cpus()));
            if (outcome == ThreadOutcome.PINNED) {
                policy.moved(move, nowNs);
                load.take(move.cpus());
            }
            return outcome;
        } catch (IOException e) { // counted, and the thread is as it was
            return ThreadOutcome.NOT_KEPT;
        }
    }

    /**
     * What was seen and decided in a round.
     *
     * @param uses of the threads that may be moved
     * @param plan for them, those left alone included
     */
    public record Draft(List<ThreadUse> uses, ThreadPlan plan) {

        /** The same threads with another plan. */
        public Draft with(ThreadPlan other) {
            return new Draft(uses, other);
        }
    }

    /** Opens /proc/stat. */
    @FunctionalInterface
    public interface StatDoor {

        /** Opens it. */
        Reader open() throws IOException;
    }
}

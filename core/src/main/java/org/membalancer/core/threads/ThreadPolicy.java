// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.membalancer.core.policy.Wilson;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

/**
 * Decides which threads move to the node whose memory they use; never acts. Owned by one thread.
 *
 * <p>A thread moves when it runs on another node than the one whose memory gets most of its accesses, when that share is
 * surely above a limit, when a node near enough has an idle CPU and is not loaded, and when its owner's affinity allows
 * CPUs there. Each idle CPU takes one thread a round. A node without CPUs is never a target: the nearest one with room
 * takes its threads.
 */
public final class ThreadPolicy {
    private static final int LOCAL_DISTANCE = 10;

    private final ThreadRules rules;
    private final Map<Integer, Hold> holds = new HashMap<>();

    /** Makes a policy by rules. */
    public ThreadPolicy(ThreadRules rules) {
        this.rules = rules;
    }

    /**
     * Proposes the moves worth making now. Whoever carries them out tells {@link #moved}.
     *
     * @param nowNs now, CLOCK_MONOTONIC
     * @param threads that were sampled
     * @param load of the CPUs
     * @param topology nodes, CPUs and distances
     */
    public ThreadPlan plan(long nowNs, List<ThreadUse> threads, CpuLoad load, Topology topology) {
        Map<Integer, ThreadStay> stays = new HashMap<>();
        List<ThreadUse> candidates = new ArrayList<>();
        for (ThreadUse thread : threads) {
            ThreadStay stay = stays(thread, nowNs);
            if (stay == null) {
                candidates.add(thread);
            } else {
                stays.put(thread.tid(), stay);
            }
        }
        candidates.sort(Comparator.comparingDouble(
                (ThreadUse thread) -> thread.byMemoryNode().get(thread.memoryNodeId())).reversed());
        return choose(candidates, stays, new Room(load, topology), topology);
    }

    /** Notes that a thread was moved. */
    public void moved(ThreadMove move, long nowNs) {
        Hold before = holds.get(move.tid());
        boolean isBack = before != null && before.fromNodeId == move.toNodeId();
        long holdNs = before == null ? rules.holdNs() : isBack ? 2 * before.holdNs : before.holdNs;
        holds.put(move.tid(), new Hold(move.fromNodeId(), nowNs + holdNs, holdNs));
    }

    private ThreadPlan choose(List<ThreadUse> candidates, Map<Integer, ThreadStay> stays, Room room, Topology topology) {
        long most = Math.max(rules.maxMoves(), (long) (candidates.size() * rules.maxMovesShare()));
        List<ThreadMove> moves = new ArrayList<>();
        for (ThreadUse thread : candidates) {
            if (moves.size() >= most) {
                stays.put(thread.tid(), ThreadStay.OVER_BUDGET);
                continue;
            }
            List<Node> near = near(thread, topology);
            ThreadMove move = room.take(thread, near);
            if (move == null) {
                stays.put(thread.tid(), room.allows(thread, near) ? ThreadStay.NODE_BUSY : ThreadStay.NOT_ALLOWED);
            } else {
                moves.add(move);
            }
        }
        return new ThreadPlan(moves, stays);
    }

    /** Why a thread stays whatever the nodes are like, or null: it is a candidate. */
    private ThreadStay stays(ThreadUse thread, long nowNs) {
        int memoryNodeId = thread.memoryNodeId();
        if (memoryNodeId == ThreadUse.NO_NODE || thread.cpuNodeId() == ThreadUse.NO_NODE
                || thread.memorySamples() < rules.minSamples()) {
            return ThreadStay.NOT_SURE;
        }
        if (memoryNodeId == thread.cpuNodeId()) {
            return ThreadStay.AT_HOME;
        }
        double share = Wilson.lowerBound(
                thread.memoryShare(memoryNodeId), thread.memorySamples(), rules.confidence());
        if (share <= rules.minShare()) {
            return ThreadStay.NOT_SURE;
        }
        Hold hold = holds.get(thread.tid());
        return hold != null && nowNs < hold.untilNs ? ThreadStay.HELD : null;
    }

    /**
     * Nodes that are nearer to the thread's memory than where it runs, nearest first; without CPUs none counts. The
     * memory's own node always is near enough, another one only below the largest ratio of distances.
     */
    private List<Node> near(ThreadUse thread, Topology topology) {
        int memoryNodeId = thread.memoryNodeId();
        int now = topology.distance(thread.cpuNodeId(), memoryNodeId);
        return topology.nodes().stream()
                .filter(Node::hasCpus)
                .filter(node -> topology.distance(node.nodeId(), memoryNodeId) < now)
                .filter(node -> node.nodeId() == memoryNodeId || !topology.node(memoryNodeId).hasCpus()
                        || topology.distance(node.nodeId(), memoryNodeId)
                                < rules.maxDistanceRatio() * LOCAL_DISTANCE)
                .sorted(Comparator.comparingInt(node -> topology.distance(node.nodeId(), memoryNodeId)))
                .toList();
    }

    /** Until when a thread is left alone, and where it came from. */
    private record Hold(int fromNodeId, long untilNs, long holdNs) {
    }

    /** The idle CPUs of each node, taken one by one. */
    private final class Room {
        private final Map<Integer, BitSet> idle = new HashMap<>();

        Room(CpuLoad load, Topology topology) {
            for (Node node : topology.nodes()) {
                boolean isLoaded = load.load(node.cpus()) >= rules.maxLoad();
                idle.put(node.nodeId(), isLoaded ? new BitSet() : load.idle(node.cpus()));
            }
        }

        /** A move to the nearest node with an idle CPU that the thread may use, or null. */
        ThreadMove take(ThreadUse thread, List<Node> near) {
            for (Node node : near) {
                BitSet free = idle.get(node.nodeId());
                BitSet usable = both(free, thread.allowedCpus());
                if (!usable.isEmpty()) {
                    free.clear(usable.nextSetBit(0));
                    int memoryNodeId = thread.memoryNodeId();
                    return new ThreadMove(thread.tid(), thread.cpuNodeId(), node.nodeId(),
                            both(node.cpus(), thread.allowedCpus()), thread.memoryShare(memoryNodeId),
                            thread.memorySamples());
                }
            }
            return null;
        }

        boolean allows(ThreadUse thread, List<Node> near) {
            return near.stream().anyMatch(node -> !both(node.cpus(), thread.allowedCpus()).isEmpty());
        }

        private BitSet both(BitSet some, BitSet others) {
            BitSet both = (BitSet) some.clone();
            both.and(others);
            return both;
        }
    }
}

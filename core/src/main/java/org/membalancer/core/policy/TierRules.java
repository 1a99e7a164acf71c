// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Tier;
import org.membalancer.core.topology.Topology;

/**
 * All tiers, fastest first, and what may happen between them. Immutable.
 *
 * @param tiers at least one; no node in two of them
 * @param isByHop whether tiers are rings by distance around whoever uses a page, instead of fixed nodes
 */
public record TierRules(List<TierRule> tiers, boolean isByHop) {

    /** Checks that the rules fit each other. */
    public TierRules {
        tiers = List.copyOf(tiers);
        BitSet seen = new BitSet();
        for (int position = 0; position < tiers.size(); position++) {
            check(tiers.get(position), position, tiers.size(), seen);
        }
    }

    /** Tiers that work up and down by one step, without limits. */
    public static TierRules of(List<Tier> fastestFirst) {
        List<TierRule> rules = new ArrayList<>();
        for (int position = 0; position < fastestFirst.size(); position++) {
            boolean isLast = position == fastestFirst.size() - 1;
            rules.add(new TierRule("tier" + position, fastestFirst.get(position),
                    isLast ? 100 : TierRule.DEFAULT_CAP_PERCENT,
                    position == 0 ? TierRule.Way.NONE : TierRule.Way.all(position - 1),
                    isLast ? TierRule.Way.NONE : TierRule.Way.all(position + 1)));
        }
        return new TierRules(rules, false);
    }

    /** No tiers: every node is as good as its distance. */
    public static TierRules none() {
        return new TierRules(List.of(), false);
    }

    /** Rings by distance around the node that uses a page most. */
    public static TierRules byHop() {
        return new TierRules(List.of(), true);
    }

    /** Whether there are at least two tiers to move between. */
    public boolean canMove() {
        return tiers.size() > 1 || isByHop;
    }

    /** Position of the tier that a node belongs to, from 0, the fastest; -1: none. */
    public int tierOf(int nodeId) {
        for (int position = 0; position < tiers.size(); position++) {
            if (tiers.get(position).tier().nodeIds().contains(nodeId)) {
                return position;
            }
        }
        return -1;
    }

    /**
     * Checks that a machine has the tiers' nodes.
     *
     * @param topology as far as the process may use it
     * @throws IllegalArgumentException naming a node that has no memory there, and those that have
     */
    public void checkNodes(Topology topology) {
        for (TierRule rule : tiers) {
            for (int nodeId : rule.tier().nodeIds()) {
                if (!topology.hasNode(nodeId) || !topology.node(nodeId).hasMemory()) {
                    throw new IllegalArgumentException("tier " + rule.name() + " has node " + nodeId
                            + ", which has no memory here that may be used: nodes that have are "
                            + CpuList.format(topology.nodes().stream().filter(Node::hasMemory).map(Node::nodeId)
                                    .collect(BitSet::new, BitSet::set, BitSet::or)));
                }
            }
        }
    }

    private static void check(TierRule rule, int position, int count, BitSet seen) {
        for (int nodeId : rule.tier().nodeIds()) {
            if (seen.get(nodeId)) {
                throw new IllegalArgumentException("a node belongs to one tier: node " + nodeId + " is in two");
            }
            seen.set(nodeId);
        }
        checkWay("promote", rule.promote(), rule, position, count);
        checkWay("demote", rule.demote(), rule, position, count);
    }

    private static void checkWay(String name, TierRule.Way way, TierRule rule, int position, int count) {
        if (way.isOpen() && (way.toTier() >= count || way.toTier() == position)) {
            throw new IllegalArgumentException(name + " of tier " + rule.name() + " must lead to another tier from 0 to "
                    + (count - 1) + ": " + way.toTier());
        }
    }
}

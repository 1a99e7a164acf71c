// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** Keeps the decisions about the hottest blocks of one round, as many as were asked for. */
final class DecisionLog {
    private static final Comparator<BlockDecision> COLDEST_FIRST =
            Comparator.comparingDouble(decision -> decision.numbers().accesses());

    private final int mostBlocks;
    private final PriorityQueue<BlockDecision> kept = new PriorityQueue<>(COLDEST_FIRST);

    DecisionLog(int mostBlocks) {
        this.mostBlocks = mostBlocks;
    }

    /** Whether anybody asked. */
    boolean isOn() {
        return mostBlocks > 0;
    }

    /** The samples of a block, if anybody asked. */
    List<Double> samplesOf(BlockTally block) {
        return isOn() ? block.samplesByNode() : List.of();
    }

    /** Notes that a block stays. */
    void stays(BlockTally block, Verdict verdict) {
        if (isOn()) {
            keep(new BlockDecision(block.startAddress(), block.bytes(), verdict.fromNodeId(), verdict.toNodeId(),
                    block.samplesByNode(), verdict.numbers(block.samples()), Optional.empty(),
                    Optional.of(verdict.reason())));
        }
    }

    /** Notes what became of a candidate: it moves, or stays for a reason. */
    void decided(Candidate candidate, Optional<StayReason> stayed) {
        if (isOn()) {
            BlockMove move = candidate.move();
            keep(new BlockDecision(move.startAddress(), move.bytes(), move.fromNodeId(), move.toNodeId(),
                    candidate.samplesByNode(), move.numbers(),
                    stayed.isPresent() ? Optional.empty() : Optional.of(move.reason()), stayed));
        }
    }

    /** The decisions by address. */
    List<BlockDecision> decisions() {
        List<BlockDecision> byAddress = new ArrayList<>(kept);
        byAddress.sort(Comparator.comparing(BlockDecision::startAddress, Long::compareUnsigned));
        return byAddress;
    }

    private void keep(BlockDecision decision) {
        kept.add(decision);
        if (kept.size() > mostBlocks) {
            kept.remove();
        }
    }
}

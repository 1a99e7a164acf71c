// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.residency.Residency;

/**
 * Walks over a snapshot by address, cuts it into blocks of 2 MiB, 64 KiB and pages, and gives every block with samples
 * one outcome, at the level at which it was decided. See {@link NumaPolicy} for the rules.
 */
final class BlockWalk {
    private static final long LARGE_BYTES = 2 << 20;
    private static final long SMALL_BYTES = 64 << 10;
    private static final double MIN_DENSITY = 0.5;
    private static final double MIN_MISPLACED_SHARE = 0.25;
    private static final int NO_RANGE = -1;

    private final HeatSnapshot heat;
    private final Residency residency;
    private final MovableRanges ranges;
    private final NodeTable nodes;
    private final Judge judge;
    private final long pageBytes;
    private final long smallBytes;
    private final long largeBytes;

    private final BlockTally all;
    private final BlockTally large;
    private final BlockTally small;
    private final BlockTally page;
    private final Belief nothing;
    private final Belief aroundLarge;
    private final Belief aroundSmall;
    private final Belief aroundPage;
    private final Verdict verdict = new Verdict();
    private final Verdict pageVerdict = new Verdict();

    BlockWalk(HeatSnapshot heat, Residency residency, MovableRanges ranges, NodeTable nodes, Judge judge) {
        this.heat = heat;
        this.residency = residency;
        this.ranges = ranges;
        this.nodes = nodes;
        this.judge = judge;
        this.pageBytes = heat.pageBytes();
        this.smallBytes = Math.max(SMALL_BYTES, pageBytes);
        this.largeBytes = Math.max(LARGE_BYTES, pageBytes);
        int limit = Math.max(nodes.limit(), heat.nodeCount());
        this.all = new BlockTally(limit);
        this.large = new BlockTally(limit);
        this.small = new BlockTally(limit);
        this.page = new BlockTally(limit);
        this.nothing = new Belief(nodes.limit());
        this.aroundLarge = new Belief(nodes.limit());
        this.aroundSmall = new Belief(nodes.limit());
        this.aroundPage = new Belief(nodes.limit());
    }

    /** Looks at every block once. */
    void walk(PlanDraft draft) {
        tallyAll();
        for (int first = 0; first < heat.pageCount();) {
            int range = rangeOf(first);
            if (range == NO_RANGE) {
                draft.stay(StayReason.OUT_OF_RANGE);
                first = endOfOutside(first);
            } else {
                first = walkLarge(first, range, draft);
            }
        }
    }

    /** What all movable pages together say is what is known about a block without samples around it. */
    private void tallyAll() {
        all.begin(0, 0);
        for (int i = 0; i < heat.pageCount(); i++) {
            if (rangeOf(i) != NO_RANGE) {
                all.add(heat, i, residency.nodeOf(i), nodes);
            }
        }
    }

    /** Decides about one 2 MiB block, as a whole or in parts; returns the first page behind it. */
    private int walkLarge(int first, int range, PlanDraft draft) {
        int end = tally(large, first, range, largeBytes);
        aroundLarge.fromNeighbours(all, large, nothing);
        judge.judge(large, aroundLarge, verdict);
        if (verdict.isMove() && isWhole(first, end, range)) {
            draft.add(large, verdict, pageBytes);
            return end;
        }
        for (int i = first; i < end;) {
            i = walkSmall(i, range, draft);
        }
        return end;
    }

    private boolean isWhole(int first, int end, int range) {
        int target = verdict.toNodeId();
        if (large.pagesNotAt(target) < MIN_MISPLACED_SHARE * large.presentPages()) {
            return false;
        }
        long sampledBlocks = 0;
        for (int i = first; i < end;) {
            i = tally(small, i, range, smallBytes);
            aroundSmall.fromNeighbours(large, small, aroundLarge);
            if (judge.dissents(small, aroundSmall, target)) {
                return false;
            }
            sampledBlocks++;
        }
        return sampledBlocks * smallBytes >= MIN_DENSITY * large.bytes();
    }

    private int walkSmall(int first, int range, PlanDraft draft) {
        int end = tally(small, first, range, smallBytes);
        aroundSmall.fromNeighbours(large, small, aroundLarge);
        judge.judge(small, aroundSmall, verdict);
        boolean isUnclear = !verdict.isMove() && verdict.reason() != StayReason.TOO_DEAR;
        if (isUnclear && end - first > 1 && hasMovingPage(first, end)) {
            for (int i = first; i < end; i++) {
                judgePage(i);
                draft.add(page, pageVerdict, pageBytes);
            }
        } else {
            draft.add(small, verdict, pageBytes);
        }
        return end;
    }

    private boolean hasMovingPage(int first, int end) {
        for (int i = first; i < end; i++) {
            judgePage(i);
            if (pageVerdict.isMove()) {
                return true;
            }
        }
        return false;
    }

    private void judgePage(int i) {
        page.begin(heat.pageAddress(i), heat.pageAddress(i) + pageBytes);
        page.add(heat, i, residency.nodeOf(i), nodes);
        aroundPage.fromNeighbours(small, page, aroundSmall);
        judge.judge(page, aroundPage, pageVerdict);
    }

    /** Adds up the pages of the aligned block around the first one, within its range; returns the first behind it. */
    private int tally(BlockTally into, int first, int range, long blockBytes) {
        long address = heat.pageAddress(first);
        long endAddress = ranges.blockEnd(range, address, blockBytes, pageBytes);
        into.begin(ranges.blockStart(range, address, blockBytes, pageBytes), endAddress);
        int i = first;
        while (i < heat.pageCount() && Long.compareUnsigned(heat.pageAddress(i), endAddress) < 0) {
            into.add(heat, i, residency.nodeOf(i), nodes);
            i++;
        }
        return i;
    }

    /** The first page that is movable or in another 64 KiB block than this one. */
    private int endOfOutside(int first) {
        long block = heat.pageAddress(first) & -smallBytes;
        int i = first + 1;
        while (i < heat.pageCount() && (heat.pageAddress(i) & -smallBytes) == block && rangeOf(i) == NO_RANGE) {
            i++;
        }
        return i;
    }

    private int rangeOf(int i) {
        return ranges.find(heat.pageAddress(i), pageBytes);
    }
}

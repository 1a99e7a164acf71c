// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.Optional;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.residency.Residency;

/**
 * Walks over a snapshot by address, cuts it into blocks, and gives every block with samples one outcome, at the level
 * at which it was decided. See {@link NumaPolicy} for the rules.
 */
final class BlockWalk {
    private static final long[] LEVEL_BYTES = {2 << 20, 256 << 10, HoldTable.BLOCK_BYTES};
    private static final int SMALLEST = LEVEL_BYTES.length - 1;
    private static final double MIN_DENSITY = 0.5;
    private static final double MIN_SPREAD_SAMPLES = 8;
    private static final double SPREAD_SHARE = 0.8;
    private static final double MIN_MISPLACED_SHARE = 0.25;
    private static final int NO_RANGE = -1;
    private static final int NO_LEVEL = -1;
    private static final int MOST_TALLIED = 1 << 14;
    private static final int PAGES_PER_BATCH = 64;

    private final HeatSnapshot heat;
    private final MovableRanges ranges;
    private final Judge judge;
    private final PlanDraft draft;
    private final long pageBytes;
    private final PageTallies pages;
    private final SmallBlocks small;
    private final BlockLevel[] levels = new BlockLevel[LEVEL_BYTES.length];
    private final BlockTally all;
    private final BlockTally page;
    private final Belief nothing;
    private final Belief aroundPart;
    private final Verdict pageVerdict = new Verdict();
    private Optional<LoadStage> loadStage = Optional.empty();
    private DecisionLog log = new DecisionLog(0);

    BlockWalk(HeatSnapshot heat, Residency residency, MovableRanges ranges, NodeTable nodes, Judge judge,
            PlanDraft draft) {
        this.heat = heat;
        this.ranges = ranges;
        this.judge = judge;
        this.draft = draft;
        this.pageBytes = heat.pageBytes();
        this.pages = new PageTallies(heat, residency, nodes);
        for (int level = 0; level < levels.length; level++) {
            levels[level] = new BlockLevel(Math.max(LEVEL_BYTES[level], pageBytes), nodes);
        }
        this.small = new SmallBlocks(levels[0].blockBytes(), levels[SMALLEST].blockBytes(), nodes.limit());
        this.all = new BlockTally(nodes.limit());
        this.page = new BlockTally(nodes.limit());
        this.nothing = new Belief(nodes);
        this.aroundPart = new Belief(nodes);
    }

    /** Looks at every block once, after {@link #tallyAll}; offers those that stay to whoever takes load off nodes. */
    void walk(LoadStage load, DecisionLog decisions) {
        loadStage = Optional.of(load);
        log = decisions;
        walk();
    }

    /** Looks at every block once, after {@link #tallyAll}. */
    void walk() {
        int range = NO_RANGE;
        for (int first = 0; first < heat.pageCount();) {
            range = ranges.find(heat.pageAddress(first), pageBytes, range);
            if (range == NO_RANGE) {
                draft.stay(StayReason.OUT_OF_RANGE);
                first = endOfOutside(first);
            } else {
                first = small.fill(first, heat, ranges, range, pages);
                decide(0, 0, small.count(), NO_LEVEL);
            }
        }
    }

    /** What all movable pages together say, by a part of them if they are many, is known about a block without neighbours. */
    BlockTally tallyAll() {
        all.begin(0, 0);
        int range = NO_RANGE;
        int stride = Math.max(1, heat.pageCount() / MOST_TALLIED);
        int[] batch = new int[PAGES_PER_BATCH];
        int count = 0;
        for (int first = 0; first < heat.pageCount(); first += stride) {
            int i = first + offset(first, Math.min(stride, heat.pageCount() - first));
            range = ranges.find(heat.pageAddress(i), pageBytes, range);
            batch[count] = i;
            count += range != NO_RANGE ? 1 : 0;
            if (count == batch.length) {
                pages.addScattered(all, batch, count);
                count = 0;
            }
        }
        pages.addScattered(all, batch, count);
        all.multiply(stride);
        return all;
    }

    /** Differs from stride to stride: the same page of each would see one node only where memory is interleaved. */
    private static int offset(int first, int stride) {
        long mixed = (first ^ first >>> 15) * 0x9e37_79b9_7f4a_7c15L;
        mixed = (mixed ^ mixed >>> 29) * 0xbf58_476d_1ce4_e5b9L;
        return (int) ((mixed >>> 33) % stride);
    }

    /**
     * Decides about the block that these small blocks fill, as a whole or in parts.
     *
     * @param tooDear the level of a block around it that would go as a whole, did that not cost more than it gains; or {@link #NO_LEVEL}
     */
    private void decide(int level, int from, int to, int tooDear) {
        BlockLevel block = levels[level];
        small.sum(from, to, block.blockBytes(), block.tally());
        block.around().fromNeighbours(level == 0 ? all : levels[level - 1].tally(), block.tally(),
                level == 0 ? nothing : levels[level - 1].around());
        judge.judge(block.tally(), block.around(), block.tally().mainUser(), block.verdict());
        if (level == SMALLEST) {
            decideSmallest(block, small.firstPage(from), small.firstPage(to), tooDear);
        } else if (block.verdict().isMove() && isWhole(level, from, to)) {
            draft.add(block.tally(), block.verdict(), pageBytes);
        } else {
            int tooDearFromHere = tooDear(level, from, to, tooDear);
            for (int first = from; first < to;) {
                int end = small.endOfBlock(first, to, levels[level + 1].blockBytes());
                decide(level + 1, first, end, tooDearFromHere);
                first = end;
            }
        }
    }

    /** What the parts of a block shall take for {@code tooDear}: where it is sure of anything else, that counts. */
    private int tooDear(int level, int from, int to, int around) {
        Verdict verdict = levels[level].verdict();
        if (verdict.isTooDear() && isWhole(level, from, to)) {
            return level;
        }
        return verdict.isTooDear() || verdict.isUnsure() ? around : NO_LEVEL;
    }

    /** Whether a block that would move if it paid is dense, mostly elsewhere, and of one mind. */
    private boolean isWhole(int level, int from, int to) {
        BlockLevel block = levels[level];
        BlockTally tally = block.tally();
        int target = block.verdict().toNodeId();
        boolean isDense = isDense(tally, to - from);
        boolean isElsewhere = tally.pagesNotAt(target) >= MIN_MISPLACED_SHARE * tally.presentPages();
        if (!isDense || !isElsewhere) {
            return false;
        }
        int mainUser = tally.mainUser();
        for (int i = from; i < to; i++) {
            if (judge.hasSamples(small.tally(i))) {
                aroundPart.fromNeighbours(tally, small.tally(i), block.around());
                if (judge.dissents(small.tally(i), aroundPart, mainUser, target)) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Whether samples lie all over a block: in half of its smallest blocks, or, while there are few, in nearly as many as
     * they would hit if all were alike.
     */
    private boolean isDense(BlockTally tally, int sampledBlocks) {
        double blocks = (double) tally.bytes() / levels[SMALLEST].blockBytes();
        double hitByChance = blocks * (1 - Math.pow(1 - 1 / Math.max(1, blocks), tally.samples()));
        boolean isSpread = tally.samples() >= MIN_SPREAD_SAMPLES && sampledBlocks >= SPREAD_SHARE * hitByChance;
        return sampledBlocks >= MIN_DENSITY * blocks || isSpread;
    }

    private void decideSmallest(BlockLevel block, int first, int end, int tooDear) {
        boolean isUnclear = !block.verdict().isMove() && !block.verdict().isTooDear();
        if (isUnclear && end - first > 1 && hasMovingPage(block, first, end)) {
            int mainUser = block.tally().mainUser();
            for (int i = first; i < end; i++) {
                judgePage(block, mainUser, i);
                draft.add(page, pageVerdict, pageBytes);
            }
        } else if (!block.verdict().isMove() && loadStage.isPresent() && loadStage.get().wants(block.tally())) {
            loadStage.get().offer(block.tally(), judge.beliefOf(block.tally(), block.around()), block.verdict(),
                    log.samplesOf(block.tally()));
        } else {
            if (tooDear != NO_LEVEL) {
                explainByLargerBlock(block, levels[tooDear]);
            }
            draft.add(block.tally(), block.verdict(), pageBytes);
        }
    }

    /** Where a block is too unsure to be judged alone and has pages that could move with a larger one: why that one stays. */
    private static void explainByLargerBlock(BlockLevel block, BlockLevel larger) {
        int to = larger.verdict().toNodeId();
        int pages = block.tally().pagesNotAt(to);
        if (block.verdict().isUnsure() && pages > 0) {
            block.verdict().stayWith(larger.verdict(), block.tally().samplesNotAt(to) / larger.tally().samplesNotAt(to),
                    (double) pages / larger.tally().pagesNotAt(to));
        }
    }

    private boolean hasMovingPage(BlockLevel block, int first, int end) {
        int mainUser = block.tally().mainUser();
        if (judge.holdsPages(block.tally(), block.around(), mainUser)) {
            return false;
        }
        for (int i = first; i < end; i++) {
            judgePage(block, mainUser, i);
            if (pageVerdict.isMove()) {
                return true;
            }
        }
        return false;
    }

    private void judgePage(BlockLevel block, int mainUser, int i) {
        page.begin(heat.pageAddress(i), heat.pageAddress(i) + pageBytes);
        pages.addTo(page, i);
        if (judge.hasSamples(page)) {
            aroundPart.fromNeighbours(block.tally(), page, block.around());
        }
        judge.judge(page, aroundPart, mainUser, pageVerdict);
    }

    /** The first page that is movable or in another smallest block than this one. */
    private int endOfOutside(int first) {
        long blockBytes = levels[SMALLEST].blockBytes();
        long block = heat.pageAddress(first) & -blockBytes;
        int i = first + 1;
        while (i < heat.pageCount() && (heat.pageAddress(i) & -blockBytes) == block
                && ranges.find(heat.pageAddress(i), pageBytes) == NO_RANGE) {
            i++;
        }
        return i;
    }
}

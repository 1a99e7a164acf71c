// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.residency.Residency;

/**
 * Turns a snapshot into blocks of 64 KiB and these into regions.
 *
 * <p>A region is a run of blocks of one named range that are about equally hot. Accesses and stalls together make
 * a block hot, whichever the source sees. It is hot when it has at least a quarter of what the block of an average
 * sample of its range has; hot blocks closer than {@link #MAX_GAP_BYTES} to
 * each other make one region, and so do the blocks between two such regions.
 */
final class HeatMap {
    static final long BLOCK_BYTES = 64 << 10;
    static final long MAX_GAP_BYTES = 4 * BLOCK_BYTES;

    private static final double HOT_SHARE = 0.25;
    private static final Comparator<RegionHeat> HOTTEST_FIRST =
            Comparator.comparingDouble((RegionHeat region) -> region.accesses() + region.stalls()).reversed()
                    .thenComparing(RegionHeat::startAddress, Long::compareUnsigned);

    private final List<BlockSum> blocks = new ArrayList<>();
    private final List<BlockSum> pieces = new ArrayList<>();
    private final List<NamedRange> rangeOfPiece = new ArrayList<>();
    private final List<RegionHeat> regions = new ArrayList<>();
    private final double totalAccesses;
    private final long pageBytes;
    private final long blockBytes;

    HeatMap(HeatSnapshot heat, Residency residency, RangeNames names) {
        totalAccesses = heat.totalAccesses();
        pageBytes = heat.pageBytes();
        blockBytes = Math.max(BLOCK_BYTES, pageBytes);
        fillPieces(heat, residency, names);
        fillBlocks(heat.nodeCount());
        fillRegions();
        regions.sort(HOTTEST_FIRST);
    }

    List<RegionHeat> regions() {
        return regions;
    }

    List<BlockHeat> blocks() {
        return blocks.stream().map(block -> block.toBlock(blockBytes)).toList();
    }

    /** A piece is what lies of one named range in one block: all of the block, nearly always. */
    private void fillPieces(HeatSnapshot heat, Residency residency, RangeNames names) {
        BlockSum piece = null;
        NamedRange range = NamedRange.UNKNOWN;
        for (int i = 0; i < heat.pageCount(); i++) {
            long address = heat.pageAddress(i);
            long start = address & -blockBytes;
            NamedRange pageRange = range != NamedRange.UNKNOWN && range.contains(address) ? range : names.at(address);
            if (piece == null || piece.startAddress() != start || pageRange != range) {
                piece = new BlockSum(start, heat.nodeCount());
                pieces.add(piece);
                rangeOfPiece.add(pageRange);
                range = pageRange;
            }
            piece.addPage(heat, i, residency.nodeOf(i));
        }
    }

    private void fillBlocks(int nodeCount) {
        BlockSum block = null;
        for (BlockSum piece : pieces) {
            if (block == null || block.startAddress() != piece.startAddress()) {
                block = new BlockSum(piece.startAddress(), nodeCount);
                blocks.add(block);
            }
            block.add(piece);
        }
    }

    private void fillRegions() {
        for (int first = 0; first < pieces.size();) {
            NamedRange range = rangeOfPiece.get(first);
            int end = first + 1;
            while (end < pieces.size() && rangeOfPiece.get(end) == range) {
                end++;
            }
            splitRange(pieces.subList(first, end), range);
            first = end;
        }
    }

    private void splitRange(List<BlockSum> inRange, NamedRange range) {
        double threshold = HOT_SHARE * weightOfAverageSample(inRange);
        for (int first = 0; first < inRange.size();) {
            int end = inRange.get(first).weight() >= threshold
                    ? endOfHot(inRange, first, threshold) : endOfCold(inRange, first, threshold);
            addRegion(inRange.subList(first, end), range);
            first = end;
        }
    }

    private static double weightOfAverageSample(List<BlockSum> inRange) {
        double sum = 0;
        double squares = 0;
        for (BlockSum block : inRange) {
            sum += block.weight();
            squares += block.weight() * block.weight();
        }
        return sum == 0 ? 0 : squares / sum;
    }

    private int endOfHot(List<BlockSum> inRange, int first, double threshold) {
        int lastHot = first;
        for (int i = first + 1; i < inRange.size(); i++) {
            long hotEnd = inRange.get(lastHot).startAddress() + blockBytes;
            if (inRange.get(i).startAddress() - hotEnd > MAX_GAP_BYTES) {
                break;
            }
            lastHot = inRange.get(i).weight() >= threshold ? i : lastHot;
        }
        return lastHot + 1;
    }

    private static int endOfCold(List<BlockSum> inRange, int first, double threshold) {
        int end = first + 1;
        while (end < inRange.size() && inRange.get(end).weight() < threshold) {
            end++;
        }
        return end;
    }

    private void addRegion(List<BlockSum> run, NamedRange range) {
        BlockSum sum = new BlockSum(run.get(0).startAddress(), run.get(0).nodeCount());
        run.forEach(sum::add);
        long endAddress = run.get(run.size() - 1).startAddress() + blockBytes;
        regions.add(sum.toRegion(endAddress, range, totalAccesses, pageBytes));
    }
}

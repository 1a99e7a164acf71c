// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.residency.Residency;

/**
 * Cuts a snapshot into blocks of 64 KiB, and joins neighbouring blocks of one mapping that are about equally hot to
 * regions.
 *
 * <p>Counts of equally hot blocks scatter as Poisson numbers do: their square roots by one half. A block belongs to the
 * region before it when the roots differ by no more than three times that and half the region's own root.
 */
final class HeatSummary {
    private static final long BLOCK_BYTES = 64 << 10;
    /** Blocks without samples between two of one region. */
    private static final long MAX_GAP_BYTES = 1 << 20;
    private static final double NOISE_OF_ROOT = 1.5;
    private static final double PART_OF_ROOT = 0.5;
    private static final String UNKNOWN = "unknown";

    private final HeatSnapshot heat;
    private final Residency residency;
    private final List<AddressRange> named;
    private final List<BlockHeat> blocks = new ArrayList<>();
    private final List<RegionHeat> regions = new ArrayList<>();
    private final double allAccesses;
    private BlockSum region;
    private String regionLabel = UNKNOWN;
    private long regionStart;
    private long regionEnd;

    private HeatSummary(HeatSnapshot heat, Residency residency, List<AddressRange> named) {
        this.heat = heat;
        this.residency = residency;
        this.named = named;
        this.allAccesses = heat.totalAccesses();
    }

    /** Summarises a snapshot that is sorted by address. */
    static HeatSummary of(HeatSnapshot heat, Residency residency, List<AddressRange> named) {
        HeatSummary summary = new HeatSummary(heat, residency, named);
        summary.cut();
        return summary;
    }

    /** Every block with samples, by address. */
    List<BlockHeat> blocks() {
        return blocks;
    }

    /** Regions, hottest first. */
    List<RegionHeat> regions() {
        return regions;
    }

    private void cut() {
        long blockBytes = Math.max(BLOCK_BYTES, heat.pageBytes());
        for (int first = 0; first < heat.pageCount();) {
            long start = heat.pageAddress(first) & -blockBytes;
            BlockSum sum = new BlockSum(heat.nodeCount(), heat.pageBytes());
            int i = first;
            for (; i < heat.pageCount() && (heat.pageAddress(i) & -blockBytes) == start; i++) {
                sum.addPage(heat, residency, i);
            }
            blocks.add(sum.block(start, blockBytes));
            join(start, start + blockBytes, labelOf(heat.pageAddress(first)), sum);
            first = i;
        }
        endRegion();
        regions.sort(Comparator.comparingDouble((RegionHeat each) -> each.accesses() + each.stalls()).reversed()
                .thenComparing(RegionHeat::startAddress, Long::compareUnsigned));
    }

    private void join(long start, long end, String label, BlockSum block) {
        if (region == null || !label.equals(regionLabel) || start - regionEnd > MAX_GAP_BYTES || !isLike(block)) {
            endRegion();
            region = new BlockSum(heat.nodeCount(), heat.pageBytes());
            regionLabel = label;
            regionStart = start;
        }
        region.addBlock(block);
        regionEnd = end;
    }

    private boolean isLike(BlockSum block) {
        double root = Math.sqrt(region.weight() / region.blocks());
        return Math.abs(Math.sqrt(block.weight()) - root) <= NOISE_OF_ROOT + PART_OF_ROOT * root;
    }

    private void endRegion() {
        if (region != null) {
            regions.add(region.region(regionStart, regionEnd, regionLabel, allAccesses));
        }
        region = null;
    }

    private String labelOf(long address) {
        for (AddressRange range : named) {
            if (range.contains(address)) {
                return range.label();
            }
        }
        return UNKNOWN;
    }
}

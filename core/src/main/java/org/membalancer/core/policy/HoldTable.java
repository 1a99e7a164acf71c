// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/**
 * When each block of 64 KiB was last planned to move and where to, so that none goes back and forth.
 *
 * <p>A block that moved is held for {@code holdNs} before it may go to another node. If it goes within three holds, that
 * is a reversal, which doubles its hold; later, the first move has paid for itself and the second follows a workload
 * that changed. Eight holds of quiet halve a hold again, until the block is forgotten. Asking for the same target again
 * is no reversal: pages may have been busy, or the executor out of time. That is retried after a sixteenth of the hold,
 * waiting twice as long each time, so that pages that can never move cost ever less.
 *
 * <p>An open-addressing table of primitives that grows on demand to {@link #MAX_BLOCKS}; a block that finds no place
 * is held, because a move that cannot be remembered cannot be kept from going back.
 */
final class HoldTable {
    /** Blocks remembered at most: 64 GiB moved within eight holds. */
    static final int MAX_BLOCKS = 1 << 20;
    /** Bytes of one block: every level of the policy is remembered at this one. */
    static final long BLOCK_BYTES = 64 << 10;

    private static final int FIRST_BLOCKS = 1 << 10;
    private static final int QUIET_HOLDS = 8;
    private static final int REVERSAL_HOLDS = 3;
    private static final int RETRIES_PER_HOLD_SHIFT = 4;
    private static final long EMPTY = -1;

    private final long holdNs;
    private final long maxHoldNs;
    private final int maxBlocks;
    private long[] blocks;
    private long[] plannedNs;
    private long[] holds;
    private int[] targets;
    private int[] tries;
    private int used;

    HoldTable(long holdNs, long maxHoldNs) {
        this(holdNs, maxHoldNs, MAX_BLOCKS);
    }

    /** With another limit: a power of two, 4 or more. */
    HoldTable(long holdNs, long maxHoldNs, int maxBlocks) {
        this.holdNs = holdNs;
        this.maxHoldNs = maxHoldNs;
        this.maxBlocks = maxBlocks;
        allocate(Math.min(FIRST_BLOCKS, maxBlocks));
    }

    /** Whether any block of these addresses may not move to this node yet. */
    boolean isHeld(long startAddress, long bytes, int toNodeId, long nowNs) {
        for (long block = first(startAddress); block <= last(startAddress, bytes); block++) {
            int at = find(block);
            if (blocks[at] == block && nowNs < freeAtNs(at, toNodeId, nowNs)) {
                return true;
            }
        }
        return false;
    }

    /** Whether all blocks of these addresses can be remembered; makes room where that helps. */
    boolean hasPlace(long startAddress, long bytes, long nowNs) {
        long wanted = last(startAddress, bytes) - first(startAddress) + 1;
        if (used + wanted > roomOf(blocks.length)) {
            rebuild(wanted, nowNs);
        }
        return used + wanted <= roomOf(blocks.length);
    }

    /**
     * Notes a planned move; {@link #hasPlace} must have agreed.
     *
     * @return whether part of it goes elsewhere than last time
     */
    boolean note(long startAddress, long bytes, int toNodeId, long nowNs) {
        boolean isReversal = false;
        for (long block = first(startAddress); block <= last(startAddress, bytes); block++) {
            isReversal |= noteBlock(block, toNodeId, nowNs);
        }
        return isReversal;
    }

    /** Blocks remembered. */
    int size() {
        return used;
    }

    private boolean noteBlock(long block, int toNodeId, long nowNs) {
        int at = find(block);
        boolean isKnown = blocks[at] == block && !isForgotten(at, nowNs);
        boolean isRetry = isKnown && targets[at] == toNodeId;
        boolean isReversal = isKnown && !isRetry && nowNs - plannedNs[at] < REVERSAL_HOLDS * holds[at];
        used += blocks[at] == EMPTY ? 1 : 0;
        holds[at] = isKnown ? decayedHoldNs(at, nowNs) : holdNs;
        if (isReversal) {
            holds[at] = Math.min(maxHoldNs, holds[at] * 2);
        }
        tries[at] = isRetry ? Math.min(tries[at] + 1, Integer.SIZE) : 1;
        blocks[at] = block;
        targets[at] = toNodeId;
        plannedNs[at] = nowNs;
        return isReversal;
    }

    private long freeAtNs(int at, int toNodeId, long nowNs) {
        long hold = decayedHoldNs(at, nowNs);
        if (targets[at] != toNodeId) {
            return plannedNs[at] + hold;
        }
        int shift = Math.max(0, RETRIES_PER_HOLD_SHIFT - (tries[at] - 1));
        return plannedNs[at] + (hold >> shift);
    }

    private long decayedHoldNs(int at, long nowNs) {
        long hold = holds[at];
        for (long quietNs = nowNs - plannedNs[at]; hold > holdNs && quietNs > QUIET_HOLDS * hold;) {
            quietNs -= QUIET_HOLDS * hold;
            hold = Math.max(holdNs, hold / 2);
        }
        return hold;
    }

    private boolean isForgotten(int at, long nowNs) {
        long quietNs = nowNs - plannedNs[at];
        for (long hold = holds[at]; hold > holdNs; hold /= 2) {
            quietNs -= QUIET_HOLDS * hold;
        }
        return quietNs > QUIET_HOLDS * holdNs;
    }

    /** The place of a block, or the empty one where it would go: a quarter of all places is always empty. */
    private int find(long block) {
        int mask = blocks.length - 1;
        int at = (int) (block * 0x9E3779B97F4A7C15L >>> 32) & mask;
        while (blocks[at] != block && blocks[at] != EMPTY) {
            at = at + 1 & mask;
        }
        return at;
    }

    /** Drops what is forgotten and grows as far as needed and allowed. */
    private void rebuild(long wanted, long nowNs) {
        HoldTable kept = new HoldTable(holdNs, maxHoldNs, maxBlocks);
        int live = 0;
        for (int at = 0; at < blocks.length; at++) {
            live += blocks[at] != EMPTY && !isForgotten(at, nowNs) ? 1 : 0;
        }
        int length = kept.blocks.length;
        while (live + wanted > roomOf(length) && length < maxBlocks) {
            length *= 2;
        }
        kept.allocate(length);
        for (int at = 0; at < blocks.length; at++) {
            if (blocks[at] != EMPTY && !isForgotten(at, nowNs)) {
                kept.take(this, at);
            }
        }
        become(kept);
    }

    private void take(HoldTable from, int at) {
        int to = find(from.blocks[at]);
        blocks[to] = from.blocks[at];
        plannedNs[to] = from.plannedNs[at];
        holds[to] = from.holds[at];
        targets[to] = from.targets[at];
        tries[to] = from.tries[at];
        used++;
    }

    private void become(HoldTable other) {
        blocks = other.blocks;
        plannedNs = other.plannedNs;
        holds = other.holds;
        targets = other.targets;
        tries = other.tries;
        used = other.used;
    }

    private void allocate(int length) {
        blocks = new long[length];
        java.util.Arrays.fill(blocks, EMPTY);
        plannedNs = new long[length];
        holds = new long[length];
        targets = new int[length];
        tries = new int[length];
        used = 0;
    }

    /** Three quarters full at most, so that probing stays short. */
    private static long roomOf(int length) {
        return length / 4 * 3L;
    }

    private static long first(long startAddress) {
        return startAddress >>> 16;
    }

    private static long last(long startAddress, long bytes) {
        return startAddress + bytes - 1 >>> 16;
    }
}

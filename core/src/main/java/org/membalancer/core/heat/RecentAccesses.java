// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the ring of recent accesses of one group, which BPF programs keep overwriting. Owned by one thread.
 *
 * <p>An access that is overwritten while it is read may be mixed from two; there is no way to tell, and among many it
 * does no harm.
 */
public final class RecentAccesses {
    /** The memory node of an access whose source cannot tell. */
    public static final int NODE_UNKNOWN = 0xffff;
    /** Cycles of a miss, divided by the misses outstanding with it, that weigh as much as one access. */
    private static final double STALL_CYCLES = 256;

    private static final VarHandle LONGS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ByteBuffer ring;
    private final RecentLayout layout;
    private final int headerBytes;
    private final int recordedOffset;
    private final int slotCount;
    private long next;
    private long missed;

    private RecentAccesses(ByteBuffer ring, RecentLayout layout, TableLayout table) {
        this.ring = ring;
        this.layout = layout;
        this.headerBytes = table.headerBytes();
        this.recordedOffset = table.recordedOffset();
        this.slotCount = ring.getInt(table.slotCountOffset());
    }

    /**
     * Opens a mapped ring.
     *
     * @param mapped the whole mapping; only read
     * @throws IllegalArgumentException naming what is wrong with it
     */
    public static RecentAccesses over(ByteBuffer mapped, TableLayout table, RecentLayout layout) {
        ByteBuffer ring = mapped.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        require(ring.capacity() >= table.headerBytes(), "the mapping must hold a header", ring.capacity());
        require(ring.getLong(table.magicOffset()) == table.magic(), "not a table: magic",
                ring.getLong(table.magicOffset()));
        require(ring.getInt(table.kindOffset()) == table.recentKind(), "kind must be " + table.recentKind(),
                ring.getInt(table.kindOffset()));
        require(ring.getInt(table.slotBytesOffset()) == layout.bytes(), "slotBytes must be " + layout.bytes(),
                ring.getInt(table.slotBytesOffset()));
        int slots = ring.getInt(table.slotCountOffset());
        require(slots >= 1 && (long) slots * layout.bytes() <= ring.capacity() - table.headerBytes(),
                "the mapping must hold the slots", slots);
        return new RecentAccesses(ring, layout, table);
    }

    /** Accesses that the ring can hold. */
    public int slotCount() {
        return slotCount;
    }

    /** Passes the accesses that came since the last call, oldest first; those overwritten meanwhile are missed. */
    public void drain(Visitor visitor) {
        long end = (long) LONGS.getAcquire(ring, recordedOffset); // partner: the atomic add in mbal_recent_add
        if (end - next > slotCount) {
            missed += end - next - slotCount;
            next = end - slotCount;
        }
        for (; next < end; next++) {
            int at = headerBytes + (int) (next % slotCount) * layout.bytes();
            visitor.access(ring.getInt(at + layout.tidOffset()), ring.getLong(at + layout.vaddrOffset()),
                    Short.toUnsignedInt(ring.getShort(at + layout.cpuNodeOffset())),
                    Short.toUnsignedInt(ring.getShort(at + layout.memoryNodeOffset())), weight(at));
        }
    }

    /** Accesses that were overwritten before they were read, so far. */
    public long missed() {
        return missed;
    }

    /** Miss latency / outstanding misses where the source has them, else the counts that the access is worth. */
    private double weight(int at) {
        long latencyCycles = Integer.toUnsignedLong(ring.getInt(at + layout.latencyOffset()));
        if (latencyCycles > 0) {
            int openMisses = Byte.toUnsignedInt(ring.get(at + layout.openMissesOffset()));
            return latencyCycles / STALL_CYCLES / Math.max(1, openMisses);
        }
        return Math.max(1, Short.toUnsignedInt(ring.getShort(at + layout.weightOffset())));
    }

    private static void require(boolean isRight, String rule, long value) {
        if (!isRight) {
            throw new IllegalArgumentException(rule + ": " + value);
        }
    }

    /** Takes accesses. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * Takes one.
         *
         * @param tid of the thread
         * @param address that it used; 0: not known
         * @param cpuNodeId where it ran
         * @param memoryNodeId where the page lay, or {@link #NODE_UNKNOWN}
         * @param weight how much it counts, above 0
         */
        void access(int tid, long address, int cpuNodeId, int memoryNodeId, double weight);
    }
}

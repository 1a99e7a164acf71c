// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.sample;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.membalancer.core.heat.TableLayout;

/**
 * Reads the ring of recent accesses of a group, which BPF programs keep writing, each access once.
 *
 * <p>Owned by one thread. The mapping must stay while the ring is used. Accesses that were overwritten before they could
 * be read are counted: {@code read + lost} is what the ring was given between the first and the last drain.
 */
public final class RecentRing {
    /* On a direct buffer whose base is page-aligned, as mmap gives it, every aligned offset supports acquire. */
    private static final VarHandle LONGS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int MARGIN_PART = 8;

    private final ByteBuffer ring;
    private final AccessLayout access;
    private final int recordedOffset;
    private final int headerBytes;
    private final int slotCount;
    private final Sample sample = new Sample();
    private long next;
    private long until;
    private long read;
    private long lost;

    private RecentRing(ByteBuffer ring, AccessLayout access, TableLayout table) {
        this.ring = ring;
        this.access = access;
        this.recordedOffset = table.recordedOffset();
        this.headerBytes = table.headerBytes();
        this.slotCount = ring.getInt(table.slotCountOffset());
        this.next = recorded();
        this.until = next;
    }

    /**
     * Opens a mapped ring; what is in it already is passed over.
     *
     * @param mapped the whole mapping; only read
     * @throws IllegalArgumentException naming the value and its limit when this is no ring of this version, or is larger
     *     than its mapping
     */
    public static RecentRing over(ByteBuffer mapped, TableLayout table, AccessLayout access) {
        ByteBuffer ring = mapped.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (ring.capacity() < table.headerBytes()) {
            throw new IllegalArgumentException("the mapping must hold a header of " + table.headerBytes()
                    + " bytes: bytes=" + ring.capacity());
        }
        equal("magic", table.magic(), ring.getLong(table.magicOffset()));
        equal("abiVersion", table.abiVersion(), ring.getInt(table.abiVersionOffset()));
        equal("kind", table.recentKind(), ring.getInt(table.kindOffset()));
        equal("slotBytes", access.bytes(), ring.getInt(table.slotBytesOffset()));
        int slots = ring.getInt(table.slotCountOffset());
        if (slots < 1 || slots > (ring.capacity() - table.headerBytes()) / access.bytes()) {
            throw new IllegalArgumentException("slotCount must be 1 or more and fit into the mapping: slotCount=" + slots
                    + " bytes=" + ring.capacity());
        }
        return new RecentRing(ring, access, table);
    }

    /**
     * Hands over every access that was there at the drain before this one, and was not read yet.
     *
     * <p>One drain late, because BPF takes a number first and writes the access then: between two drains, which are
     * milliseconds apart, it is done.
     *
     * @param visitor gets each access in the order of their numbers; an access may be a little older than the one before
     * @param <E> what the visitor throws
     */
    public <E extends Exception> void drain(SampleVisitor<E> visitor) throws E {
        readUpTo(mark(), visitor);
    }

    /**
     * Hands over every access that is there and was not read yet: for whoever drains so seldom that the ring may be full
     * anew in between, and can bear that one of the newest is mixed from two because BPF is still at it.
     *
     * @param visitor as for {@link #drain}
     * @param <E> what the visitor throws
     */
    public <E extends Exception> void drainNow(SampleVisitor<E> visitor) throws E {
        until = recorded();
        readUpTo(until, visitor);
    }

    /** Accesses handed over. */
    public long read() {
        return read;
    }

    /** Accesses that were overwritten before. */
    public long lost() {
        return lost;
    }

    /** Places. */
    public int slotCount() {
        return slotCount;
    }

    /** Notes how many accesses there are now, and answers how many there were the time before. */
    long mark() {
        long before = until;
        until = recorded();
        return before;
    }

    /** Reads one more access whose number is below the end, if there is any; {@link #current} is it then. */
    boolean advance(long end) {
        while (next < end) {
            long oldest = recorded() - slotCount;
            if (next < oldest) {
                loseUpTo(Math.min(end, oldest + slotCount / MARGIN_PART)); // or the writers are at the next one already
            } else if (readNext()) {
                return true;
            }
        }
        return false;
    }

    /** The access that was read last; the same object every time. */
    Sample current() {
        return sample;
    }

    private <E extends Exception> void readUpTo(long end, SampleVisitor<E> visitor) throws E {
        while (advance(end)) {
            visitor.visit(sample);
        }
    }

    private boolean readNext() {
        access.read(ring, headerBytes + (int) (next % slotCount) * access.bytes(), sample);
        /* The writer raises `recorded` before it writes: what it overwrote meanwhile shows in the number read after. */
        VarHandle.loadLoadFence();
        if (next < recorded() - slotCount) {
            loseUpTo(next + 1);
            return false;
        }
        next++;
        read++;
        return true;
    }

    private void loseUpTo(long end) {
        lost += end - next;
        next = end;
    }

    private long recorded() {
        return (long) LONGS.getAcquire(ring, recordedOffset);
    }

    private static void equal(String name, long wanted, long value) {
        if (value != wanted) {
            throw new IllegalArgumentException("not a ring of recent accesses: " + name + " must be " + wanted + ": "
                    + name + "=" + value);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.migrate.Errno;
import org.membalancer.core.migrate.PageMover;

/**
 * Asks the kernel where the pages of a snapshot lie, in batches. Moves nothing.
 *
 * <p>Owned by one thread. Every page asked for is counted in one {@link ResidencyOutcome}.
 */
public final class ResidencyReader {
    /** Pages per call. */
    public static final int BATCH_PAGES = 16_384;

    private final PageMover mover;
    private final int pid;
    private final LongBuffer addresses;
    private final IntBuffer statuses;
    private final long[] outcomes = new long[ResidencyOutcome.values().length];

    /**
     * Prepares to ask.
     *
     * @param mover the door to the kernel
     * @param pid the process; 0 for the caller's own
     */
    public ResidencyReader(PageMover mover, int pid) {
        this(mover, pid, ByteBuffer.allocateDirect(BATCH_PAGES * Long.BYTES).order(ByteOrder.nativeOrder())
                .asLongBuffer(), ByteBuffer.allocateDirect(BATCH_PAGES * Integer.BYTES).order(ByteOrder.nativeOrder())
                .asIntBuffer());
    }

    private ResidencyReader(PageMover mover, int pid, LongBuffer addresses, IntBuffer statuses) {
        this.mover = mover;
        this.pid = pid;
        this.addresses = addresses;
        this.statuses = statuses;
    }

    /** One for another process, of the same thread and with the same buffers, which counts by itself. */
    public ResidencyReader ofProcess(int otherPid) {
        return new ResidencyReader(mover, otherPid, addresses, statuses);
    }

    /**
     * Asks for every page of a snapshot. Allocates nothing.
     *
     * @param heat whose pages; sort it first, because the answers go by its indices
     * @param into refilled; pages that could not be asked for are {@link Residency#UNKNOWN}
     * @return 0, or -errno of the first batch that the kernel refused as a whole (the rest is not asked then)
     * @throws IllegalArgumentException if the snapshot has more pages than {@code into} has room
     */
    public int read(HeatSnapshot heat, Residency into) {
        int pageCount = heat.pageCount();
        into.begin(pageCount);
        for (int first = 0; first < pageCount; first += BATCH_PAGES) {
            int count = Math.min(BATCH_PAGES, pageCount - first);
            int result = readBatch(heat, first, count, into);
            if (result < 0) {
                count(ResidencyOutcome.NOT_ASKED, pageCount - first);
                return result;
            }
        }
        return 0;
    }

    /** Pages with this answer since this reader was made. */
    public long pages(ResidencyOutcome outcome) {
        return outcomes[outcome.ordinal()];
    }

    private int readBatch(HeatSnapshot heat, int first, int count, Residency into) {
        for (int i = 0; i < count; i++) {
            addresses.put(i, heat.pageAddress(first + i));
        }
        int result = mover.move(pid, count, addresses, null, statuses);
        for (int i = 0; result >= 0 && i < count; i++) {
            into.set(first + i, place(statuses.get(i)));
        }
        return Math.min(result, 0);
    }

    private int place(int status) {
        if (status >= 0) {
            count(ResidencyOutcome.PRESENT, 1);
            return status;
        }
        ResidencyOutcome outcome = outcome(-status);
        count(outcome, 1);
        boolean isAbsent = outcome == ResidencyOutcome.NOT_PRESENT || outcome == ResidencyOutcome.ZERO_OR_UNMAPPED;
        return isAbsent ? Residency.NOT_PRESENT : Residency.UNKNOWN;
    }

    private static ResidencyOutcome outcome(int errno) {
        return switch (errno) {
            case Errno.ENOENT -> ResidencyOutcome.NOT_PRESENT;
            case Errno.EFAULT -> ResidencyOutcome.ZERO_OR_UNMAPPED;
            case Errno.EACCES -> ResidencyOutcome.DENIED;
            default -> ResidencyOutcome.OTHER;
        };
    }

    private void count(ResidencyOutcome outcome, int pages) {
        outcomes[outcome.ordinal()] += pages;
    }
}

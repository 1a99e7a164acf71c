// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

/**
 * The pace of moves.
 *
 * @param bytesPerSecond how much may be moved on average, above 0
 * @param batchPages pages per call, 16384 or more: smaller calls move a third as fast and hurt the application more
 * @param sliceNs no call is started after so much of one round, above 0
 * @param pageBytes the kernel's page size, a power of two
 */
public record ExecutorSettings(long bytesPerSecond, int batchPages, long sliceNs, long pageBytes) {
    /** The least pages per call. */
    public static final int MIN_BATCH_PAGES = 16_384;
    /** The page size where nobody says otherwise. */
    public static final long USUAL_PAGE_BYTES = 4096;

    private static final int MAX_BATCH_PAGES = 1 << 24;

    /** Checks every limit. */
    public ExecutorSettings {
        require(bytesPerSecond > 0, "bytesPerSecond must be above 0", bytesPerSecond);
        require(batchPages >= MIN_BATCH_PAGES && batchPages <= MAX_BATCH_PAGES,
                "batchPages must be " + MIN_BATCH_PAGES + ".." + MAX_BATCH_PAGES, batchPages);
        require(sliceNs > 0, "sliceNs must be above 0", sliceNs);
        require(Long.bitCount(pageBytes) == 1 && pageBytes > 0, "pageBytes must be a power of two", pageBytes);
    }

    /** With the usual page size. */
    public ExecutorSettings(long bytesPerSecond, int batchPages, long sliceNs) {
        this(bytesPerSecond, batchPages, sliceNs, USUAL_PAGE_BYTES);
    }

    private static void require(boolean isRight, String rule, long value) {
        if (!isRight) {
            throw new IllegalArgumentException(rule + ": " + rule.substring(0, rule.indexOf(' ')) + "=" + value);
        }
    }
}

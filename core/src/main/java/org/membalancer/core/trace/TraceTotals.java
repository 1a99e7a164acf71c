// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

/**
 * What the end of a trace says of it. Immutable.
 *
 * @param endNs CLOCK_MONOTONIC when recording ended
 * @param samples in the file
 * @param lost samples that were overwritten before they could be read
 */
public record TraceTotals(long endNs, long samples, long lost) {
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

/**
 * One process of a trace. Immutable.
 *
 * @param tag which its samples carry, 0 or more; 0 where the trace is of one process
 * @param tgid as the initial pid namespace counts
 * @param parentTgid of the process that made it; 0: it was there before
 * @param isAlive or ended, or running another program under another tag
 * @param startedNs CLOCK_MONOTONIC when it came into the group; 0: not known
 * @param command its name
 */
public record TraceProcess(int tag, int tgid, int parentTgid, boolean isAlive, long startedNs, String command) {
}

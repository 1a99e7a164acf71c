// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.sample.RecentRing;

/**
 * What a helper's session tells about the threads of this process.
 *
 * @param threads the thread table
 * @param recent the ring of recent accesses
 */
record ThreadTables(HeatTable threads, RecentRing recent) {
}

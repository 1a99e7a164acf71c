// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.residency.PlaceTally;
import org.membalancer.core.residency.PlaceWindow;
import org.membalancer.core.residency.Residency;

/**
 * What one decision rests on.
 *
 * @param nowNs the time of the decision
 * @param heat sorted by address
 * @param residency of its pages
 * @param window of pages, sampled or not, whose place a walk saw in this round
 * @param tally how much lies where, as far as walks saw
 * @param ranges that may be moved
 * @param nodes distances and room
 */
record Round(long nowNs, HeatSnapshot heat, Residency residency, PlaceWindow window, PlaceTally tally,
        MovableRanges ranges, NodeTable nodes) {
}

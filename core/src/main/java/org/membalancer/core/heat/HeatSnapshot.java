// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

/** Heat per page at one instant. Signatures only so far. */
public final class HeatSnapshot {
}

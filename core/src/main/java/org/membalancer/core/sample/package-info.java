// SPDX-License-Identifier: Apache-2.0
/**
 * Single samples, as the ring of recent accesses and trace files have them. Depends on {@code heat} for a table's header;
 * {@code trace}, {@code threads} and {@code simulate} may depend on it. Start at {@code RecentRing}.
 */
package org.membalancer.core.sample;

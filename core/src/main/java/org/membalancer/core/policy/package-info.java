// SPDX-License-Identifier: Apache-2.0
/**
 * Decides what to move and never acts: heat, residency and topology in, a plan out. Depends on {@code heat},
 * {@code residency} and {@code topology}. Start at {@code PlacementPolicy}; {@code NumaPolicy} is the first one.
 */
package org.membalancer.core.policy;

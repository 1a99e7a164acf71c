// SPDX-License-Identifier: Apache-2.0
/**
 * Where pages lie: the node of each page of a snapshot, and the ranges of a process's address space.
 * Depends on {@code heat} and, for the door to the kernel, on {@code migrate.PageMover}. Start at
 * {@code ResidencyReader}.
 */
package org.membalancer.core.residency;

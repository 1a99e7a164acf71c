// SPDX-License-Identifier: Apache-2.0
/**
 * NUMA nodes, their CPUs, memory and distances. Depends on nothing; every other package of the room may use it.
 * Start at {@code Topology}; {@code SysfsTopology} reads one.
 */
package org.membalancer.core.topology;

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/**
 * A scenario on a machine, ready to run.
 *
 * @param machine with memory as the scenario wants it
 * @param workload what happens
 */
record Setup(Machine machine, Workload workload) {
}

// SPDX-License-Identifier: Apache-2.0
/**
 * Placement policies on made-up machines under made-up workloads: which one gets how close to the best possible, in
 * virtual time and always the same for one seed. Depends on {@code policy}, {@code heat}, {@code residency} and
 * {@code topology} and runs their real code, and on {@code trace} for recorded workloads; nothing depends on it but the
 * command line. Start at {@code Simulation}.
 */
package org.membalancer.core.simulate;

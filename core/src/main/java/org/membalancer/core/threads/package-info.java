// SPDX-License-Identifier: Apache-2.0
/**
 * Which threads belong on which node: what they use, what their node's CPUs do, the rules, the pinning and its undoing.
 * Depends on {@code heat}, {@code topology} and the doors of {@code migrate}; only {@code balance}, the agent and the
 * command line depend on it. Start at {@code ThreadBalancer}.
 */
package org.membalancer.core.threads;

// SPDX-License-Identifier: Apache-2.0
/**
 * The wiring room in a target JVM: options, heap geometry, the connection to the helper, one duty cycle, log and
 * report. Uses {@code core} and {@code jni}; nobody uses it. Start at {@link org.membalancer.agent.AgentEntry}.
 */
package org.membalancer.agent;

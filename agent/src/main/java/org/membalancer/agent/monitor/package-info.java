// SPDX-License-Identifier: Apache-2.0
/**
 * Lets others watch the agent's rounds while it runs: a JMX bean, events of Java Flight Recorder. Only the agent uses it; it
 * depends on {@code core}. What needs a module that an image may lack is loaded where that module is there. Start at
 * {@link org.membalancer.agent.monitor.Monitors}.
 */
package org.membalancer.agent.monitor;

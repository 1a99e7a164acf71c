// SPDX-License-Identifier: Apache-2.0
/**
 * The thinking room: pure Java, no native code, no agent classes, no I/O but behind doors that callers hand in.
 *
 * <p>Data flows one way: {@code heat} and {@code residency} are read, {@code policy} turns them into a plan,
 * {@code migrate} carries the plan out, {@code balance} is one turn of that wheel, {@code report} describes it.
 * The agent and the command line depend on this room; it depends on neither, nor on the jni room.
 */
package org.membalancer.core;

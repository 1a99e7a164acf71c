// SPDX-License-Identifier: Apache-2.0
/**
 * One turn of the wheel: snapshot, residency, plan, execution, counters. Depends on the other packages of the room;
 * only the agent and the command line depend on it. Start at {@code Balancer}.
 */
package org.membalancer.core.balance;

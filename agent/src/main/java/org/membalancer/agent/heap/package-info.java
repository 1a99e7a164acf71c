// SPDX-License-Identifier: Apache-2.0
/**
 * Where the heap of this JVM lies: which collector it runs, which addresses the heap has reserved, and which of them
 * are mapped now. Start at {@link org.membalancer.agent.heap.HeapGeometryReader}. Used by the agent only.
 */
package org.membalancer.agent.heap;

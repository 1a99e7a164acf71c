// SPDX-License-Identifier: Apache-2.0
/**
 * Recorded samples in a file, with the topology and the memory maps that they need: docs/trace-format.md. May use
 * topology and residency; the command line and the simulator use it. Start at {@code TraceReader} or
 * {@code TraceWriter}.
 */
package org.membalancer.core.trace;

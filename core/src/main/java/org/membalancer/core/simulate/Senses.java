// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/** What a policy knows beside counts of samples. */
enum Senses {
    /** Nothing: a source that only tells who uses what. */
    COUNTS,
    /** The latency between nodes, as a probe that waits for memory of its own measures it, and no latency of samples. */
    PROBE,
    /** The latency of each sample, as IBS and PEBS tell it, and no probe. */
    SAMPLED_LATENCY
}

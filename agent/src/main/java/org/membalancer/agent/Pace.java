// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import org.membalancer.core.balance.Pacing;

/** What the options mean for policy and executor. Stateless. */
final class Pace {
    private Pace() {
    }

    /** The pace that the options ask for. */
    static Pacing of(AgentOptions options) {
        return new Pacing(options.interval(), options.rateLimitBytesPerSecond(), options.minFreePercent());
    }
}

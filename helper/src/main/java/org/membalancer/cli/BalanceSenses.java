// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.util.Optional;
import org.membalancer.core.balance.LatencyProbe;
import org.membalancer.core.balance.MemorySenses;
import org.membalancer.core.balance.ProbeDoors;
import org.membalancer.core.policy.TierRules;

/** What a process that is balanced from outside is looked at with. Stateless. */
final class BalanceSenses {
    private BalanceSenses() {
    }

    /**
     * Puts the senses together; a dry run, which moves nothing and pins nothing, measures no latencies either.
     *
     * @param doors to this process; its mover also tells where pages of the other process lie
     */
    static MemorySenses of(BalanceRequest request, TierRules tiers, ProbeDoors doors) throws IOException {
        boolean isProbing = request.policy().mindsLoad() && !request.isDryRun();
        return new MemorySenses(doors.mover(), request.pid(), tiers,
                isProbing ? Optional.of(LatencyProbe.of(doors)) : Optional.empty());
    }
}

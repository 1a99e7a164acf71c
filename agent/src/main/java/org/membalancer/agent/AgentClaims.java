// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.util.Optional;
import org.membalancer.core.balance.ClaimExchange;
import org.membalancer.core.balance.PolicyName;
import org.membalancer.core.policy.PlacementPolicy;

/** Talks to other balancers about the fastest tier, through whichever helper is there. Owned by the duty thread. */
final class AgentClaims {
    private final boolean isWanted;
    private final AgentLog log;
    private Optional<HelperSession> session = Optional.empty();
    private Optional<ClaimExchange> exchange = Optional.empty();
    private String lastTrouble = "";

    /** Something said to the helper. */
    @FunctionalInterface
    private interface Talk {
        void run() throws IOException;
    }

    AgentClaims(PolicyName policy, AgentLog log) {
        this.isWanted = policy.hasTiers();
        this.log = log;
    }

    /** Tells and hears, if it is time to; what was heard last holds on where the helper cannot be asked. */
    void exchange(PlacementPolicy policy, HelperSession now, long nowNs) {
        if (!isWanted) {
            return;
        }
        if (!isWith(now)) {
            session = Optional.of(now);
            exchange = Optional.of(new ClaimExchange(now.claims()));
        }
        talk("what others want of the fastest tier is not known: ", () -> exchange.get().exchange(policy, nowNs));
    }

    /** Claims nothing any more, if it did, since nothing is moved now: once, or until the helper has heard it. */
    void takeBack(HelperSession now) {
        if (isWith(now)) { // a former helper's claims went with it
            talk("others still keep the fastest tier free for this process: ", exchange.get()::takeBack);
        }
    }

    private boolean isWith(HelperSession now) {
        return session.isPresent() && session.get() == now;
    }

    private void talk(String trouble, Talk talk) {
        try {
            talk.run();
            lastTrouble = "";
        } catch (IOException e) {
            sayOnce(trouble + e.getMessage());
        }
    }

    private void sayOnce(String trouble) {
        if (!trouble.equals(lastTrouble)) {
            lastTrouble = trouble;
            log.problem(trouble);
        }
    }
}

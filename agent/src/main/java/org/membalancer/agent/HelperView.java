// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.membalancer.core.report.SamplingStatus;

/**
 * The helper's state as last asked: now and then, because each answer makes garbage, so that there is one to report
 * even if the helper is gone at the end. Owned by the duty thread.
 */
final class HelperView {
    private static final long FRESH_NS = Duration.ofSeconds(10).toNanos();

    private final HelperLink link;
    private Optional<SamplingStatus> status = Optional.empty();
    private boolean fresh;
    private long askedAtNs;

    HelperView(HelperLink link) {
        this.link = link;
    }

    /** Asks again if the last answer is old. */
    void refresh(long nowNs) {
        if (!fresh || nowNs - askedAtNs >= FRESH_NS) {
            ask(nowNs);
        }
    }

    /** Asks now, if there is somebody to ask. */
    void ask(long nowNs) {
        askedAtNs = nowNs;
        fresh = false;
        try {
            if (link.isAlive()) {
                status = Optional.of(link.session().orElseThrow().status());
                fresh = true;
            }
        } catch (IOException e) { // it broke the connection, which the link's next poll finds and says
            fresh = false;
        }
    }

    /** The last answer; empty when there never was one. */
    Optional<SamplingStatus> status() {
        return status;
    }

    /** Whether the last question was answered. */
    boolean isFresh() {
        return fresh;
    }
}

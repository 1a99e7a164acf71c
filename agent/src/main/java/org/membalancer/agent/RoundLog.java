// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.membalancer.core.balance.BalanceRound;
import org.membalancer.core.heat.MovedUsers;
import org.membalancer.core.migrate.MoveOutcome;
import org.membalancer.core.threads.ThreadRound;

/**
 * One line for a round that moved something, and one for the first of several that wanted to but could not for the
 * same reason: a reason that went away and came back is said again. Owned by the duty thread.
 */
final class RoundLog {
    private final AgentLog log;
    private String lastFailure = "";
    private String lastMoved = "";
    private int lastResidencyErrno;

    RoundLog(AgentLog log) {
        this.log = log;
    }

    void note(BalanceRound round) {
        int errnoBefore = lastResidencyErrno;
        lastResidencyErrno = round.residencyErrno();
        if (round.residencyErrno() != 0) {
            noteResidency(round.residencyErrno(), errnoBefore);
        } else if (round.hasMoved()) {
            lastFailure = "";
            log.change("moved " + ByteText.of(round.result().movedBytes()) + ", nodes " + ways(round) + " (pages: "
                    + outcomes(round.result().outcomes()) + ")");
        } else if (round.result().asked() > 0) {
            noteFailure(reasons(round), outcomes(round.result().outcomes()));
        }
    }

    /** One line for a round that moved threads, or wanted to. */
    void note(ThreadRound round) {
        if (!round.plan().moves().isEmpty()) {
            log.change(round.line());
        }
    }

    /** One line when it turns out that threads have left nodes, unless it was the last one of this kind. */
    void note(MovedUsers moved) {
        if (!moved.isNone() && !moved.text().equals(lastMoved)) {
            lastMoved = moved.text();
            log.change(lastMoved);
        }
    }

    /** {@code 4800 moved, 200 busy}: those of an outcome that has any. */
    static String outcomes(List<Long> pagesByOutcome) {
        return Arrays.stream(MoveOutcome.values()).filter(o -> pagesByOutcome.get(o.ordinal()) > 0)
                .map(o -> pagesByOutcome.get(o.ordinal()) + " " + o.text()).collect(Collectors.joining(", "));
    }

    private void noteResidency(int errno, int errnoBefore) {
        if (errno != errnoBefore) {
            log.change("nothing was planned: the kernel did not say where pages lie (move_pages: errno " + errno
                    + "), and is asked again");
        }
    }

    private void noteFailure(String reasons, String outcomes) {
        if (!reasons.equals(lastFailure)) {
            lastFailure = reasons;
            log.change("moved nothing (pages: " + outcomes + ")");
        }
    }

    private static String ways(BalanceRound round) {
        return round.plan().moves().stream().map(m -> m.fromNodeId() + "->" + m.toNodeId()).distinct().sorted()
                .collect(Collectors.joining(" "));
    }

    private static String reasons(BalanceRound round) {
        return Arrays.stream(MoveOutcome.values()).filter(o -> round.result().pages(o) > 0)
                .map(MoveOutcome::text).collect(Collectors.joining(" "));
    }
}

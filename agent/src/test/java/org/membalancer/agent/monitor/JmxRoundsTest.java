// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.membalancer.core.balance.BalanceRound;
import org.membalancer.core.migrate.MigrationResult;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.migrate.MoveOutcome;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.StayReason;
import org.membalancer.core.threads.ThreadRound;

class JmxRoundsTest {
    private static final int MOST_COLLECTIONS = 50;

    private final List<String> problems = new ArrayList<>();

    @Test
    void shouldShowARoundsFiguresAndLetItsPlanGo() {
        JmxRounds bean = JmxRounds.open(problems::add);
        try {
            WeakReference<MigrationPlan> plan = end(bean);
            for (int i = 0; i < MOST_COLLECTIONS && plan.get() != null; i++) {
                System.gc();
            }
            assertTrue(plan.get() == null, "the plan is held");
            assertEquals("balance", bean.getMode());
            assertEquals(3, bean.getRounds());
            assertEquals(17, bean.getPagesWithHeat());
            assertEquals(List.of("made-up"), bean.getObstacles());
        } finally {
            bean.close();
        }
        assertEquals(List.of(), problems);
    }

    private static WeakReference<MigrationPlan> end(JmxRounds bean) {
        MigrationPlan plan = new MigrationPlan(List.of(), 0, Collections.nCopies(StayReason.values().length, 0L));
        MigrationResult nothing = new MigrationResult(
                0, Collections.nCopies(MoveOutcome.values().length, 0L), 0, 0, 0, 0);
        BalanceRound round = new BalanceRound(1, 17, 23, 0, 0, plan, nothing);
        bean.end(new RoundFigures("balance", 3, round, ThreadRound.nothing(), MigrationTotals.none(), List.of("made-up")));
        return new WeakReference<>(plan);
    }
}

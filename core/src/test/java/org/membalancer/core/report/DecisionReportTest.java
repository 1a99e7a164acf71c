// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.StringWriter;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.policy.BlockDecision;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.MoveNumbers;
import org.membalancer.core.policy.MoveReason;
import org.membalancer.core.policy.StayReason;

class DecisionReportTest {
    private static final BlockDecision MOVES = new BlockDecision(0x7f0000200000L, 2 << 20, 0, 1, List.of(0.5, 12.0),
            new MoveNumbers(12.5, 8.25, 3e6, 1e6), Optional.of(MoveReason.NEARER), Optional.empty());
    private static final BlockDecision STAYS = new BlockDecision(0x7f0000400000L, 64 << 10, 0, -1, List.of(2.0, 0.0),
            MoveNumbers.NONE, Optional.empty(), Optional.of(StayReason.BEST_PLACE));

    @Test
    void shouldSayForPeopleWhyEachBlockMovesOrStays() throws IOException {
        StringBuilder out = new StringBuilder();
        DecisionReport.print(plan(), out);
        assertEquals("""
                weighed by miss latency / outstanding misses
                note: paused
                0x7f0000200000 2 MiB moves 0->1: nearer to those who use it (0.5 from node 0, 12.0 from node 1; \
                gain 8.3 of distance, benefit 3.00 ms, cost 1.00 ms)
                0x7f0000400000 64 KiB stays: already on its best node (2.0 from node 0; \
                gain 0.0 of distance, benefit 0.00 ms, cost 0.00 ms)
                """, out.toString());
    }

    @Test
    void shouldSayTheSameForPrograms() throws IOException {
        StringWriter out = new StringWriter();
        DecisionReport.write(plan(), out);
        assertEquals("{\"weight\":\"miss_latency\",\"notes\":[\"paused\"],\"decisions\":["
                + "{\"address\":\"0x7f0000200000\",\"bytes\":2097152,\"moves\":true,\"reason\":\"nearer\","
                + "\"text\":\"nearer to those who use it\",\"fromNode\":0,\"toNode\":1,\"samplesByNode\":[0.5,12.0],"
                + "\"gainPerAccess\":8.25,\"benefitNs\":3000000.0,\"costNs\":1000000.0},"
                + "{\"address\":\"0x7f0000400000\",\"bytes\":65536,\"moves\":false,\"reason\":\"best_place\","
                + "\"text\":\"already on its best node\",\"fromNode\":0,\"toNode\":-1,\"samplesByNode\":[2.0,0.0],"
                + "\"gainPerAccess\":0.0,\"benefitNs\":0.0,\"costNs\":0.0}]}\n", out.toString());
    }

    @Test
    void shouldNotLetABlockMoveAndStay() {
        assertThrows(IllegalArgumentException.class, () -> new BlockDecision(0, 4096, 0, 1, List.of(),
                MoveNumbers.NONE, Optional.of(MoveReason.NEARER), Optional.of(StayReason.HELD)));
    }

    private static MigrationPlan plan() {
        return new MigrationPlan(List.of(), 0, Collections.nCopies(StayReason.values().length, 0L),
                HeatWeight.MISS_LATENCY, List.of(MOVES, STAYS), List.of("paused"));
    }
}

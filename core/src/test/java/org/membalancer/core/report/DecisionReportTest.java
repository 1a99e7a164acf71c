// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.membalancer.core.heat.HeatWeight;
import org.membalancer.core.policy.BlockDecision;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.MoveNumbers;
import org.membalancer.core.policy.MoveReason;
import org.membalancer.core.policy.SampleWorth;
import org.membalancer.core.policy.StayReason;
import org.membalancer.core.threads.ThreadMove;
import org.membalancer.core.threads.ThreadOutcome;
import org.membalancer.core.threads.ThreadPlan;
import org.membalancer.core.threads.ThreadRound;
import org.membalancer.core.threads.ThreadSamples;
import org.membalancer.core.threads.ThreadStay;
import org.membalancer.core.threads.ThreadUse;
import org.membalancer.core.topology.CpuList;

class DecisionReportTest {
    private static final BlockDecision MOVES = new BlockDecision(0x7f0000200000L, 2 << 20, 0, 1, List.of(0.5, 12.0),
            new MoveNumbers(12.5, 8.25, 3e6, 1e6), Optional.of(MoveReason.NEARER), Optional.empty());
    private static final BlockDecision STAYS = new BlockDecision(0x7f0000400000L, 64 << 10, 0, -1, List.of(2.0, 0.0),
            MoveNumbers.NONE, Optional.empty(), Optional.of(StayReason.BEST_PLACE));

    @Test
    void shouldSayForPeopleWhyEachBlockMovesOrStays() throws IOException {
        StringBuilder out = new StringBuilder();
        DecisionReport.print(plan(), threads(), out);
        assertEquals("""
                weighed by miss latency / outstanding misses; a sample stands for 7.30 ms of a thread, as measured
                note: paused
                0x7f0000200000 2 MiB moves 0->1: nearer to those who use it (0.5 from node 0, 12.0 from node 1; \
                gain 8.3 of distance, benefit 3.00 ms, cost 1.00 ms)
                0x7f0000400000 64 KiB stays: already on its best node (2.0 from node 0; \
                gain 0.0 of distance, benefit 0.00 ms, cost 0.00 ms)
                thread 11 moves 0->1: uses memory there (ran: 50.0 on node 0; memory: 3.0 on node 0, 97.0 on node 1)
                thread 13 stays: runs where its memory is (ran: 7.0 on node 1; memory: 20.5 on node 1)
                thread 17 stays: a thread of the JVM itself
                """, out.toString());
    }

    @Test
    void shouldSayTheSameForPrograms() throws IOException {
        StringWriter out = new StringWriter();
        DecisionReport.write(plan(), threads(), out);
        assertEquals("{\"weight\":\"miss_latency\",\"sampleNs\":7300000.0,\"isSampleMeasured\":true,\"notes\":[\"paused\"],\"decisions\":["
                + "{\"address\":\"0x7f0000200000\",\"bytes\":2097152,\"moves\":true,\"reason\":\"nearer\","
                + "\"text\":\"nearer to those who use it\",\"fromNode\":0,\"toNode\":1,\"samplesByNode\":[0.5,12.0],"
                + "\"gainPerAccess\":8.25,\"benefitNs\":3000000.0,\"costNs\":1000000.0},"
                + "{\"address\":\"0x7f0000400000\",\"bytes\":65536,\"moves\":false,\"reason\":\"best_place\","
                + "\"text\":\"already on its best node\",\"fromNode\":0,\"toNode\":-1,\"samplesByNode\":[2.0,0.0],"
                + "\"gainPerAccess\":0.0,\"benefitNs\":0.0,\"costNs\":0.0}],\"threads\":["
                + "{\"tid\":11,\"moves\":true,\"reason\":\"memory_there\",\"toNode\":1,"
                + "\"samplesByCpuNode\":[50.0,0.0],\"samplesByMemoryNode\":[3.0,97.0]},"
                + "{\"tid\":13,\"moves\":false,\"reason\":\"at_home\","
                + "\"samplesByCpuNode\":[0.0,7.0],\"samplesByMemoryNode\":[0.0,20.5]},"
                + "{\"tid\":17,\"moves\":false,\"reason\":\"of_the_jvm\"}]}\n", out.toString());
    }

    @Test
    void shouldSayWhichOfSeveralProcessesItIsAbout() throws IOException {
        StringWriter out = new StringWriter();
        DecisionReport.write(OptionalInt.of(4711), plan(), ThreadRound.nothing(), out);
        assertTrue(out.toString().startsWith("{\"process\":4711,\"weight\":"), out.toString());
    }

    @Test
    void shouldNotMentionThreadsWhereNoneWasLookedAt() throws IOException {
        StringWriter out = new StringWriter();
        DecisionReport.write(plan(), ThreadRound.nothing(), out);
        assertFalse(out.toString().contains("threads"), out.toString());
    }

    @Test
    void shouldNotLetABlockMoveAndStay() {
        assertThrows(IllegalArgumentException.class, () -> new BlockDecision(0, 4096, 0, 1, List.of(),
                MoveNumbers.NONE, Optional.of(MoveReason.NEARER), Optional.of(StayReason.HELD)));
    }

    private static ThreadRound threads() {
        BitSet cpus = CpuList.parse("0-7");
        return new ThreadRound(3, List.of(new ThreadUse(11, List.of(50.0, 0.0), List.of(3.0, 97.0), cpus),
                new ThreadUse(13, List.of(0.0, 7.0), List.of(0.0, 20.5), cpus)),
                new ThreadPlan(List.of(new ThreadMove(11, 0, 1, cpus, 0.97, 100)),
                        Map.of(13, ThreadStay.AT_HOME, 17, ThreadStay.OF_THE_JVM)),
                Map.of(ThreadOutcome.PINNED, 1), ThreadSamples.none());
    }

    private static MigrationPlan plan() {
        return new MigrationPlan(List.of(), 0, Collections.nCopies(StayReason.values().length, 0L),
                HeatWeight.MISS_LATENCY, SampleWorth.measured(7.3e6), List.of(MOVES, STAYS), List.of("paused"));
    }
}

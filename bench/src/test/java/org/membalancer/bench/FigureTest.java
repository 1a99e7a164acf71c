// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class FigureTest {

    @Test
    void shouldSayWhetherTheIntervalExcludesTheBound() {
        assertEquals("kept", Figure.atMost("a", new PairedRatio(0.6, 0.5, 0.69, 9), 0.7).verdict());
        assertEquals("kept, but the interval includes the bound",
                Figure.atMost("a", new PairedRatio(0.6, 0.5, 0.71, 9), 0.7).verdict());
        assertEquals("missed, but the interval includes the bound",
                Figure.atMost("a", new PairedRatio(0.8, 0.69, 0.9, 9), 0.7).verdict());
        assertEquals("missed", Figure.atMost("a", new PairedRatio(0.8, 0.71, 0.9, 9), 0.7).verdict());
    }

    @Test
    void shouldTurnTheComparisonRoundForLowerBounds() {
        assertEquals("kept", Figure.atLeast("a", new PairedRatio(0.995, 0.992, 0.999, 9), 0.99).verdict());
        assertEquals("kept, but the interval includes the bound",
                Figure.atLeast("a", new PairedRatio(0.995, 0.98, 0.999, 9), 0.99).verdict());
        assertEquals("missed, but the interval includes the bound",
                Figure.atLeast("a", new PairedRatio(0.985, 0.98, 0.995, 9), 0.99).verdict());
        assertEquals("missed", Figure.atLeast("a", new PairedRatio(0.985, 0.98, 0.989, 9), 0.99).verdict());
        assertEquals("missed", Figure.countAtMost("a", 1, 0).verdict());
        assertEquals("missed", Figure.exactAtMost("a", 1.0501, 1.05).verdict());
        assertEquals("kept", Figure.exactAtMost("a", 1.05, 1.05).verdict());
    }

    @Test
    void shouldLineUpAndKnowWhatIsMissed() {
        Summary summary = new Summary();
        summary.add(Figure.of("a", new PairedRatio(25.04, 20, 30, 9)));
        assertFalse(summary.isAnyMissed());
        summary.add(Figure.atMost("longer", new PairedRatio(0.8, 0.71, 0.9, 9), 0.7));
        assertTrue(summary.isAnyMissed());
        assertEquals(List.of(
                "| figure | ratio | 95 % interval             | bound    | verdict |",
                "| ------ | ----- | ------------------------- | -------- | ------- |",
                "| a      | 25.0  | 20.0 to 30.0 (9 pairs)    |          |         |",
                "| longer | 0.800 | 0.710 to 0.9000 (9 pairs) | <= 0.700 | missed  |"), summary.lines());
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LongWorthTest {
    private static final double MS = 1e6;
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void shouldBeWhatIsAssumedUntilTold() {
        LongWorth worth = new LongWorth();
        worth.note(5 * SECOND_NS);
        assertEquals(SampleWorth.unknown().nsPerDistance(), worth.nsPerDistance(), 1e-6);
    }

    @Test
    void shouldTakeWhatWasToldFirstForThePast() {
        LongWorth worth = new LongWorth();
        worth.tell(SampleWorth.measured(8 * MS));
        worth.note(5 * SECOND_NS);
        assertEquals(SampleWorth.measured(8 * MS).nsPerDistance(), worth.nsPerDistance(), 1e-6);
    }

    /** Of ten samples in the earlier half of the memory and one in the later, each stands for 2/11 of the later one's time. */
    @Test
    void shouldRememberThatSamplesCameMoreOften() {
        LongWorth worth = new LongWorth();
        worth.tell(SampleWorth.measured(MS));
        worth.note(SECOND_NS);
        worth.tell(SampleWorth.measured(10 * MS));
        worth.note((1 + HeatHistory.HALF_LIFE_SECONDS) * SECOND_NS);
        assertEquals(SampleWorth.measured(10 * MS).nsPerDistance() * 2 / 11, worth.nsPerDistance(), 1e-6);
    }

    @Test
    void shouldForgetHowOftenSamplesCame() {
        LongWorth worth = new LongWorth();
        worth.tell(SampleWorth.measured(MS));
        worth.note(SECOND_NS);
        worth.tell(SampleWorth.measured(10 * MS));
        worth.note(40L * HeatHistory.HALF_LIFE_SECONDS * SECOND_NS);
        assertEquals(SampleWorth.measured(10 * MS).nsPerDistance(), worth.nsPerDistance(), 1);
    }
}

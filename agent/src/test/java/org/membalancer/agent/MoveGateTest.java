// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MoveGateTest {
    private final LogLines lines = new LogLines();

    private MoveGate gate(ModeSwitch mode, String... obstacles) {
        return new MoveGate(mode, List.of(obstacles), lines.log());
    }

    @Test
    void shouldBeOpenOnlyInModeBalance() {
        ModeSwitch mode = new ModeSwitch(Mode.REPORT);
        MoveGate gate = gate(mode);
        assertFalse(gate.isOpen(), "before the first poll");
        gate.poll();
        assertFalse(gate.isOpen());
        assertTrue(mode.set(Mode.BALANCE));
        gate.poll();
        assertTrue(gate.isOpen());
        assertTrue(mode.set(Mode.REPORT));
        assertFalse(mode.set(Mode.REPORT), "no change");
        gate.poll();
        assertFalse(gate.isOpen());
        assertEquals(List.of(), lines.lines());
    }

    @Test
    void shouldStayShutAndSayWhyOnceAndAgainWhenBalanceIsAskedFor() {
        ModeSwitch mode = new ModeSwitch(Mode.REPORT);
        MoveGate gate = gate(mode, "one node");
        gate.poll();
        gate.poll();
        mode.set(Mode.BALANCE);
        gate.poll();
        gate.poll();
        assertFalse(gate.isOpen());
        assertEquals(List.of("one node", "one node; mode report instead"), lines.lines());
    }

    @Test
    void shouldShutForGoodWhenMovingIsRefused() {
        MoveGate gate = gate(new ModeSwitch(Mode.BALANCE));
        gate.poll();
        gate.close("EPERM");
        gate.close("EPERM");
        gate.poll();
        assertFalse(gate.isOpen());
        assertEquals(List.of("EPERM; mode report instead"), lines.lines());
        assertEquals(List.of("EPERM"), gate.obstacles());
    }
}

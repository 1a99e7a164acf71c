// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HelperLinkTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final String ABSENT = "no helper at /run/h.sock (start membalancer-helper)";
    private static final String TRYING = "; the application goes on, trying again";

    private final LogLines lines = new LogLines();
    private final List<FakeSession> opened = new ArrayList<>();
    private HelperUnreachable trouble = new HelperUnreachable(ABSENT, true, new java.io.IOException());
    private int tries;
    private final HelperLink link = new HelperLink(this::open, lines.log());

    private HelperSession open() throws HelperUnreachable {
        tries++;
        if (trouble != null) {
            throw trouble;
        }
        opened.add(new FakeSession("helper " + (opened.size() + 1),
                new FakeTable().recorded(100L * (opened.size() + 1)).open()));
        return opened.get(opened.size() - 1);
    }

    private void runSeconds(int from, int to) {
        for (int second = from; second < to; second++) {
            link.poll(second * SECOND_NS);
        }
    }

    @Test
    void shouldSayOnceThatThereIsNoHelperAndOnceThatThereIs() {
        runSeconds(0, 32);
        assertEquals(6, tries, "at 0, 1, 3, 7, 15, 31 s");
        assertEquals(List.of(ABSENT + TRYING), lines.lines());
        trouble = null;
        runSeconds(32, 200);
        assertEquals(7, tries, "no more tries once connected");
        assertEquals(List.of(ABSENT + TRYING, "helper found: helper 1"), lines.lines());
    }

    @Test
    void shouldSayOnceThatTheHelperIsGoneAndKeepItsTablesUntilTheNext() {
        HelperUnreachable absent = trouble;
        trouble = null;
        runSeconds(0, 3);
        FakeSession first = opened.get(0);
        first.die();
        trouble = absent;
        runSeconds(3, 50);
        assertFalse(link.isAlive());
        assertSame(first, link.session().orElseThrow());
        assertFalse(first.isClosed());
        trouble = null;
        runSeconds(50, 120);
        assertTrue(link.isAlive());
        assertTrue(first.isClosed(), "its tables are unmapped");
        assertEquals(300, link.recorded(), "the samples of both helpers");
        assertNotSame(first, link.session().orElseThrow());
        assertEquals(List.of("helper found: helper 1",
                "the helper is gone; the application goes on, nothing is balanced until it is back",
                "helper found: helper 2"), lines.lines());
    }

    @Test
    void shouldSayEachOtherTroubleOnce() {
        runSeconds(0, 2);
        trouble = new HelperUnreachable("helper speaks ABI 2, this library 1", false, new java.io.IOException());
        runSeconds(2, 70);
        trouble = new HelperUnreachable("not permitted", false, new java.io.IOException());
        runSeconds(70, 300);
        assertEquals(List.of(ABSENT + TRYING, "helper speaks ABI 2, this library 1" + TRYING,
                "not permitted" + TRYING), lines.lines());
    }

    @Test
    void shouldCloseTheSession() {
        trouble = null;
        link.poll(0);
        link.close();
        assertTrue(opened.get(0).isClosed());
        assertTrue(link.session().isEmpty());
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DutyThreadTest {
    private static final Duration FOREVER = Duration.ofDays(1);
    private final LogLines lines = new LogLines();

    /** Notes what is called and on what kind of thread; its work can be made to wait or to throw. */
    private static final class NotingCycle implements DutyCycle {
        private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
        private Error error;
        private CountDownLatch worked = new CountDownLatch(1);
        private final CountDownLatch mayGoOn;
        private final Exception toThrow;
        private boolean throwsAtStart;

        NotingCycle(int waits, Exception toThrow) {
            this.mayGoOn = new CountDownLatch(waits);
            this.toThrow = toThrow;
        }

        @Override
        public void onStart() throws Exception {
            calls.add("start " + Thread.currentThread().getName() + " " + Thread.currentThread().isDaemon());
            if (throwsAtStart) {
                worked.countDown();
                throw toThrow;
            }
        }

        @Override
        public int doWork() throws Exception {
            calls.add("work");
            worked.countDown();
            mayGoOn.await();
            if (error != null) {
                throw error;
            }
            if (toThrow != null) {
                throw toThrow;
            }
            return 1;
        }

        @Override
        public void onClose() {
            calls.add("close");
        }

        @Override
        public String roleName() {
            return "membalancer";
        }
    }

    @Test
    void shouldRunOneRoundThenSleepUntilStopped() throws InterruptedException {
        NotingCycle cycle = new NotingCycle(0, null);
        DutyThread thread = new DutyThread(cycle, FOREVER, lines.log());
        thread.start();
        cycle.worked.await();
        assertTrue(thread.stop(FOREVER));
        assertEquals(List.of("start membalancer true", "work", "close"), cycle.calls);
        assertEquals(List.of(), lines.lines());
    }

    @Test
    void shouldGiveUpWaitingForARoundThatDoesNotEnd() throws InterruptedException {
        NotingCycle cycle = new NotingCycle(1, null);
        DutyThread thread = new DutyThread(cycle, FOREVER, lines.log());
        thread.start();
        cycle.worked.await();
        assertFalse(thread.stop(Duration.ofMillis(1)));
        cycle.mayGoOn.countDown();
        assertTrue(thread.stop(FOREVER));
    }

    @Test
    void shouldGoOnWhenRoundsThrowAndSayItOnce() throws InterruptedException {
        NotingCycle cycle = new NotingCycle(0, new IllegalStateException("broken"));
        cycle.worked = new CountDownLatch(3);
        DutyThread thread = new DutyThread(cycle, Duration.ofMillis(1), lines.log());
        thread.start();
        cycle.worked.await();
        assertTrue(thread.stop(FOREVER));
        assertEquals("close", cycle.calls.get(cycle.calls.size() - 1));
        assertEquals(2, lines.lines().size(), lines.lines().toString());
        assertTrue(lines.lines().get(0).startsWith("a round failed, the next one comes later: "
                + "java.lang.IllegalStateException: broken at org.membalancer.agent.DutyThreadTest"),
                lines.lines().toString());
        assertTrue(lines.lines().get(1).matches("\\d+ rounds failed"), lines.lines().toString());
    }

    @Test
    void shouldSayOnlyTheMessageOfExpectedTrouble() throws InterruptedException {
        NotingCycle cycle = new NotingCycle(0, new AgentException("no such file", new RuntimeException()));
        DutyThread thread = new DutyThread(cycle, Duration.ofMillis(1), lines.log());
        thread.start();
        cycle.worked.await();
        assertTrue(thread.stop(FOREVER));
        assertEquals("a round failed, the next one comes later: no such file", lines.lines().get(0));
    }

    @Test
    void shouldEndWithOneLineWhenTheJvmFails() throws InterruptedException {
        NotingCycle cycle = new NotingCycle(0, null);
        cycle.error = new NoClassDefFoundError("gone");
        DutyThread thread = new DutyThread(cycle, FOREVER, lines.log());
        thread.start();
        cycle.worked.await();
        assertTrue(thread.stop(FOREVER));
        assertEquals(1, lines.lines().size(), lines.lines().toString());
        assertTrue(lines.lines().get(0).startsWith("stopped, nothing is balanced from now on: "
                + "java.lang.NoClassDefFoundError: gone"), lines.lines().toString());
    }

    @Test
    void shouldSayThatItDidNotStartAndStillClose() throws InterruptedException {
        NotingCycle cycle = new NotingCycle(0, new AgentException("no such library", new RuntimeException()));
        cycle.throwsAtStart = true;
        DutyThread thread = new DutyThread(cycle, FOREVER, lines.log());
        thread.start();
        cycle.worked.await();
        assertTrue(thread.stop(FOREVER));
        assertEquals(List.of("start membalancer true", "close"), cycle.calls);
        assertEquals(List.of("not started: no such library"), lines.lines());
    }
}

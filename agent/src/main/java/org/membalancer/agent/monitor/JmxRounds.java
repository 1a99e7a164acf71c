// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.monitor;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.management.JMException;
import javax.management.ObjectName;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.migrate.MoveOutcome;

/** The rounds as a JMX bean. The duty thread tells it; whoever asks for attributes does so on threads of JMX. */
final class JmxRounds implements RoundMonitor, AgentMXBean {
    private static final String NAME = "org.membalancer:type=Agent";

    private final Consumer<String> problem;
    private boolean isRegistered;
    private long threadsPinned;
    /** Written by the duty thread in {@link #end}, read by threads of JMX: all of one round, or of the one before. */
    private volatile Optional<Seen> seen = Optional.empty();

    /** What is shown of a round, and no more: its plan is large, and would live until the next one. */
    private record Seen(String mode, long rounds, int pages, long asked, long moved, long movedBytes, long movingMs,
            List<String> obstacles, long threadsPinned) {

        static Seen of(RoundFigures figures, long threadsPinned) {
            MigrationTotals totals = figures.totals();
            return new Seen(figures.mode(), figures.rounds(), figures.round().pages(), totals.asked(),
                    totals.pages(MoveOutcome.MOVED), totals.movedBytes(), totals.elapsedNs() / 1_000_000,
                    figures.obstacles(), threadsPinned);
        }
    }

    private JmxRounds(Consumer<String> problem) {
        this.problem = problem;
    }

    /** Registers the bean; where that is refused, it says so and is told in vain. */
    static JmxRounds open(Consumer<String> problem) {
        JmxRounds bean = new JmxRounds(problem);
        try {
            ManagementFactory.getPlatformMBeanServer().registerMBean(bean, new ObjectName(NAME));
            bean.isRegistered = true;
        } catch (JMException | SecurityException e) {
            problem.accept("option 'jmx': the bean " + NAME + " cannot be registered: " + e);
        }
        return bean;
    }

    @Override
    public void begin() {
        // what is seen stays that of the last round
    }

    @Override
    public void end(RoundFigures figures) {
        threadsPinned += figures.threadsPinned();
        seen = Optional.of(Seen.of(figures, threadsPinned));
    }

    @Override
    public void close() {
        if (!isRegistered) {
            return;
        }
        try {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(new ObjectName(NAME));
        } catch (JMException | SecurityException e) {
            problem.accept("the bean " + NAME + " cannot be taken back: " + e);
        }
    }

    @Override
    public String getMode() {
        return seen.map(Seen::mode).orElse("");
    }

    @Override
    public long getRounds() {
        return seen.map(Seen::rounds).orElse(0L);
    }

    @Override
    public long getPagesWithHeat() {
        return seen.map(s -> (long) s.pages).orElse(0L);
    }

    @Override
    public long getPagesAsked() {
        return seen.map(Seen::asked).orElse(0L);
    }

    @Override
    public long getPagesMoved() {
        return seen.map(Seen::moved).orElse(0L);
    }

    @Override
    public long getMovedBytes() {
        return seen.map(Seen::movedBytes).orElse(0L);
    }

    @Override
    public long getMovingMs() {
        return seen.map(Seen::movingMs).orElse(0L);
    }

    @Override
    public long getThreadsPinned() {
        return seen.map(Seen::threadsPinned).orElse(0L);
    }

    @Override
    public List<String> getObstacles() {
        return seen.map(Seen::obstacles).orElse(List.of());
    }
}

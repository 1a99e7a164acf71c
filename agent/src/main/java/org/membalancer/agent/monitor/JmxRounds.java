// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.monitor;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.management.JMException;
import javax.management.ObjectName;
import org.membalancer.core.migrate.MoveOutcome;

/** The rounds as a JMX bean. The duty thread tells it; whoever asks for attributes does so on threads of JMX. */
final class JmxRounds implements RoundMonitor, AgentMXBean {
    private static final String NAME = "org.membalancer:type=Agent";

    private final Consumer<String> problem;
    private boolean isRegistered;
    private long threadsPinned;
    /** Written by the duty thread in {@link #end}, read by threads of JMX: all of one round, or of the one before. */
    private volatile Optional<Seen> seen = Optional.empty();

    private record Seen(RoundFigures figures, long threadsPinned) {
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
        seen = Optional.of(new Seen(figures, threadsPinned));
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
        return seen.map(s -> s.figures.mode()).orElse("");
    }

    @Override
    public long getRounds() {
        return seen.map(s -> s.figures.rounds()).orElse(0L);
    }

    @Override
    public long getPagesWithHeat() {
        return seen.map(s -> (long) s.figures.round().pages()).orElse(0L);
    }

    @Override
    public long getPagesAsked() {
        return seen.map(s -> s.figures.totals().asked()).orElse(0L);
    }

    @Override
    public long getPagesMoved() {
        return seen.map(s -> s.figures.totals().pages(MoveOutcome.MOVED)).orElse(0L);
    }

    @Override
    public long getMovedBytes() {
        return seen.map(s -> s.figures.totals().movedBytes()).orElse(0L);
    }

    @Override
    public long getMovingMs() {
        return seen.map(s -> s.figures.totals().elapsedNs() / 1_000_000).orElse(0L);
    }

    @Override
    public long getThreadsPinned() {
        return seen.map(Seen::threadsPinned).orElse(0L);
    }

    @Override
    public List<String> getObstacles() {
        return seen.map(s -> s.figures.obstacles()).orElse(List.of());
    }
}

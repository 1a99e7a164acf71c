// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The monitors that the user asked for, as one. Owned by the duty thread. */
public final class Monitors implements RoundMonitor {
    private final List<RoundMonitor> monitors = new ArrayList<>();

    private Monitors() {
    }

    /**
     * Opens the monitors.
     *
     * @param hasModule whether the JVM's image has a module
     * @param problem is told, in one line, what is not supported here
     */
    public static Monitors open(
            boolean wantsJmx, boolean wantsJfr, Predicate<String> hasModule, Consumer<String> problem) {
        Monitors opened = new Monitors();
        // By suppliers: these classes must not be loaded where their module is missing.
        if (wantsJmx) {
            opened.add("jmx", "java.management", hasModule, () -> JmxRounds.open(problem), problem);
        }
        if (wantsJfr) {
            opened.add("jfr", "jdk.jfr", hasModule, () -> new JfrRounds(), problem);
        }
        return opened;
    }

    @Override
    public void begin() {
        monitors.forEach(RoundMonitor::begin);
    }

    @Override
    public void end(RoundFigures figures) {
        monitors.forEach(monitor -> monitor.end(figures));
    }

    @Override
    public void close() {
        monitors.forEach(RoundMonitor::close);
    }

    private void add(String option, String module, Predicate<String> hasModule, Supplier<RoundMonitor> monitor,
            Consumer<String> problem) {
        if (hasModule.test(module)) {
            monitors.add(monitor.get());
        } else {
            problem.accept("option '" + option + "' is not supported here: this JVM's image has no module " + module);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.time.Duration;
import org.membalancer.core.config.ConfigException;

/** The agent of one JVM: its thread, and what ends it with the JVM. */
final class Agent {
    /**
     * The longest that the JVM's exit waits for a round to end and the summary to be written. Far more than that takes
     * but on emulated machines; it is there for a report that goes to a dead file server.
     */
    private static final Duration EXIT_PATIENCE = Duration.ofSeconds(10);

    private final AgentLog log;
    private final ModeSwitch mode;
    private final DutyThread thread;

    Agent(AgentOptions options, AgentLog log) {
        this.log = log;
        this.mode = new ModeSwitch(options.mode());
        this.thread = new DutyThread(
                new AgentCycle(options, mode, log, () -> JniDoors.open(options.socket())), options.interval(), log);
    }

    /**
     * Starts the thread, and has it ended when the JVM exits.
     *
     * @throws IllegalStateException if the JVM is exiting already
     */
    void start() {
        Thread hook = new Thread(null, this::onExit, "membalancer-exit", 0, false);
        hook.setContextClassLoader(ClassLoader.getSystemClassLoader());
        Runtime.getRuntime().addShutdownHook(hook);
        thread.start();
    }

    /** Takes over the mode, if one is given; nothing else can be changed while the agent runs. Any thread. */
    void loadedAgain(String agentString) {
        try {
            AgentOptions options = AgentOptions.parse("", agentString);
            if (options.isModeSet() && mode.set(options.mode())) {
                log.change("already running, mode is now " + options.mode().text());
            } else {
                log.change("already running, nothing changed");
            }
        } catch (ConfigException e) {
            log.problem("already running, nothing changed: " + e.getMessage());
        }
    }

    private void onExit() {
        try {
            if (!thread.stop(EXIT_PATIENCE)) {
                log.problem("no summary: the last round did not end within " + EXIT_PATIENCE.toMillis() + " ms");
            }
        } catch (InterruptedException e) {
            log.problem("no summary: interrupted while the JVM exits");
        }
    }
}

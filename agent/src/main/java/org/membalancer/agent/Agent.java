// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.time.Duration;
import org.membalancer.core.config.ConfigException;

/** The agent of one JVM: its thread, and what ends it with the JVM. */
final class Agent {
    private final AgentLog log;
    private final ModeSwitch mode;
    private final DutyThread thread;
    private final Duration exitWait;

    Agent(AgentOptions options, AgentLog log) {
        this.log = log;
        this.exitWait = options.exitWait();
        this.mode = new ModeSwitch(options.mode());
        this.thread = new DutyThread(
                new AgentCycle(options, mode, log, () -> JniDoors.open(options.socket(), options.isUserOnly())), options.interval(), log);
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
            if (!thread.stop(exitWait)) {
                log.problem("the JVM exits without the rest of summary and report, which were not ready within "
                        + exitWait.toMillis() + " ms (option exit-wait)");
            }
        } catch (InterruptedException e) {
            log.problem("the JVM exits without the rest of summary and report: interrupted");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.lang.instrument.Instrumentation;

/**
 * Where the JVM enters the agent, at start ({@code -javaagent}) or later ({@code jcmd PID JVMTI.agent_load}).
 *
 * <p>An exception that leaves {@code premain} would abort the JVM, so none does; and this class refers to nothing
 * outside java.base and java.instrument, because a class of a module that the image lacks would abort it too.
 */
public final class AgentEntry {
    private AgentEntry() {
    }

    /** Called by the JVM before the application's main class. */
    public static void premain(String options, Instrumentation instrumentation) {
        start(options);
    }

    /** Called by the JVM when the agent is loaded while the application runs; again for each further load. */
    public static void agentmain(String options, Instrumentation instrumentation) {
        start(options);
    }

    private static void start(String options) {
        try {
            AgentBootstrap.start(options == null ? "" : options);
        } catch (Throwable t) { // the application must start without us
            System.err.println("membalancer: not started: " + t);
        }
    }
}

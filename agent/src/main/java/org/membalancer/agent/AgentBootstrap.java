// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import org.membalancer.core.config.ConfigException;

/** Starts the one agent of this JVM, or tells the one that runs what has changed. */
final class AgentBootstrap {
    /**
     * The agent of this JVM once it runs. The JVM calls the entry class anew for every load and hands nothing on, so
     * this is the one place in the room that outlives a call. Guarded by the class.
     */
    private static Optional<Agent> running = Optional.empty();

    private AgentBootstrap() {
    }

    /**
     * Starts the agent; when it runs already, only takes over the mode.
     *
     * @param agentString {@code key=value,...}; may be empty
     */
    static synchronized void start(String agentString) {
        if (running.isPresent()) {
            running.get().loadedAgain(agentString);
            return;
        }
        try {
            String environment = Objects.requireNonNullElse(System.getenv(AgentOptions.ENVIRONMENT), "");
            running = Optional.of(start(AgentOptions.parse(environment, agentString)));
        } catch (ConfigException | IOException e) {
            System.err.println("membalancer: not started: " + e.getMessage());
        }
    }

    private static Agent start(AgentOptions options) throws IOException {
        Agent agent = new Agent(options, openLog(options));
        agent.start();
        return agent;
    }

    private static AgentLog openLog(AgentOptions options) throws IOException {
        if (options.log().isEmpty()) {
            return AgentLog.to(System.err, options.isQuiet());
        }
        Path file = options.log().get();
        try {
            return AgentLog.toFile(file, options.isQuiet(), Clock.systemUTC());
        } catch (IOException e) {
            throw new IOException("option 'log': cannot write '" + file + "': " + e, e);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A log whose lines a test can look at. */
final class LogLines {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final AgentLog log = AgentLog.to(new PrintStream(bytes, true, StandardCharsets.UTF_8), false);

    AgentLog log() {
        return log;
    }

    /** The lines so far, without {@code membalancer: }. */
    List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines()
                .map(l -> l.replaceFirst("^membalancer: ", "")).toList();
    }
}

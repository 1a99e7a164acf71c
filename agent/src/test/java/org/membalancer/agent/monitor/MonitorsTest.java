// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MonitorsTest {
    private final List<String> problems = new ArrayList<>();

    @Test
    void shouldSayWhatTheImageLacks() {
        Monitors.open(true, true, module -> false, problems::add).close();
        assertEquals(List.of("option 'jmx' is not supported here: this JVM's image has no module java.management",
                "option 'jfr' is not supported here: this JVM's image has no module jdk.jfr"), problems);
    }

    @Test
    void shouldAskForNothingThatIsNotWanted() {
        Monitors.open(false, false, module -> {
            throw new AssertionError("asked for " + module);
        }, problems::add).close();
        assertEquals(List.of(), problems);
    }

    @Test
    void shouldSayThatABeanOfThatNameIsThere() {
        Monitors first = Monitors.open(true, false, module -> true, problems::add);
        Monitors second = Monitors.open(true, false, module -> true, problems::add);
        assertEquals(1, problems.size(), problems.toString());
        assertEquals(true, problems.get(0).startsWith("option 'jmx': the bean org.membalancer:type=Agent cannot be registered: "),
                problems.get(0));
        first.close();
        second.close();
        assertEquals(1, problems.size(), "takes back only what is its own: " + problems);
    }
}

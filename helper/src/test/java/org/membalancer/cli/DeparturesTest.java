// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;

class DeparturesTest {
    private final Departures departures = new Departures();

    @Test
    void shouldLetGoOfTheOthersThoughSomeFail() {
        departures.leave(() -> 3);
        departures.leave(() -> {
            throw new IOException("first");
        });
        departures.leave(() -> 4);
        departures.leave(() -> {
            throw new IOException("second");
        });
        assertEquals(7, departures.threadCount());
        IOException e = assertThrows(IOException.class, departures::requireNone);
        assertEquals("first", e.getMessage());
        assertEquals(List.of("second"), List.of(e.getSuppressed()).stream().map(Throwable::getMessage).toList());
    }

    @Test
    void shouldThrowNothingWhereNothingFailed() throws IOException {
        departures.leave(() -> 1);
        departures.requireNone();
        assertEquals(1, departures.threadCount());
    }
}

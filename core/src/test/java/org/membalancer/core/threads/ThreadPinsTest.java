// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.membalancer.core.migrate.Errno;
import org.membalancer.core.topology.CpuList;

class ThreadPinsTest {
    private final FakeThreads threads = new FakeThreads().start(11, "900", "0-6").start(13, "901", "0-7");
    private List<String> kept = List.of();
    private final ThreadPins pins = new ThreadPins(threads, lines -> kept = lines);

    @Test
    void shouldKeepWhatAThreadHadBeforeItIsPinnedAndGiveItBack() throws IOException {
        assertEquals(0, pins.pin(11, CpuList.parse("4-6")));
        assertEquals("4-6", threads.cpus(11));
        assertEquals(List.of("11 900 0-6 4-6"), kept);
        assertEquals(CpuList.parse("0-6"), pins.allowed(11).orElseThrow(), "what its owner allows");
        assertEquals(0, pins.pin(11, CpuList.parse("0-3")), "it may move again");
        assertEquals(List.of("11 900 0-6 0-3"), kept);
        assertEquals(1, pins.undo());
        assertEquals("0-6", threads.cpus(11));
        assertEquals(List.of(), kept);
    }

    @Test
    void shouldGiveBackWhatThreadsInheritedFromAPinnedOne() throws IOException {
        pins.pin(11, CpuList.parse("4-6"));
        threads.start(1007, "1000", "4-6");
        threads.start(17, "850", "4-6"); // started before: its owner wanted that
        assertEquals(CpuList.parse("0-6"), pins.allowed(1007).orElseThrow());
        assertEquals(CpuList.parse("4-6"), pins.allowed(17).orElseThrow());
        assertEquals(2, pins.undo());
        assertEquals("0-6", threads.cpus(1007));
        assertEquals("4-6", threads.cpus(17));
    }

    @Test
    void shouldLeaveAThreadThatItsOwnerPinnedMeanwhile() throws IOException {
        pins.pin(11, CpuList.parse("4-6"));
        threads.setAffinity(11, CpuList.parse("5"));
        assertEquals(CpuList.parse("5"), pins.allowed(11).orElseThrow());
        assertEquals(0, pins.undo());
        assertEquals("5", threads.cpus(11));
    }

    @Test
    void shouldForgetAThreadThatEndedThoughItsIdLivesOn() throws IOException {
        pins.pin(11, CpuList.parse("4-6"));
        threads.end(11);
        assertEquals(Optional.empty(), pins.allowed(11));
        assertEquals(-Errno.ESRCH, pins.pin(11, CpuList.parse("4")));
        threads.start(11, "999", "4-6");
        assertEquals(CpuList.parse("4-6"), pins.allowed(11).orElseThrow());
        assertEquals(0, pins.undo());
    }

    @Test
    void shouldRememberNothingOfAThreadThatCouldNotBePinned() throws IOException {
        threads.fail(Errno.EPERM);
        assertEquals(-Errno.EPERM, pins.pin(11, CpuList.parse("4-6")));
        assertEquals(0, pins.count());
        ThreadPins unkept = new ThreadPins(threads, lines -> {
            throw new IOException("read-only");
        });
        threads.fail(0);
        assertThrows(IOException.class, () -> unkept.pin(13, CpuList.parse("4-6")));
        assertEquals("0-7", threads.cpus(13), "what cannot be undone is not done");
    }

    @Test
    void shouldUndoFromTheLinesOfOneThatWasKilled() throws IOException {
        pins.pin(11, CpuList.parse("4-6"));
        pins.pin(13, CpuList.parse("0-3"));
        threads.setAffinity(13, CpuList.parse("2"));
        List<ThreadPin> left = kept.stream().map(line -> ThreadPin.parse(line).orElseThrow()).toList();
        assertTrue(left.get(0).undo(threads), "still as it was left");
        assertFalse(left.get(1).undo(threads), "its owner changed it");
        assertEquals("0-6", threads.cpus(11));
        assertEquals("2", threads.cpus(13));
        assertEquals(Optional.empty(), ThreadPin.parse("11 900 0-6"));
        assertEquals(Optional.empty(), ThreadPin.parse("11 900 0-6 x"));
    }
}

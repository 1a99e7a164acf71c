// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.nio.file.Path;
import java.util.Optional;
import org.membalancer.agent.heap.HeapGeometryReader;
import org.membalancer.agent.heap.Management;
import org.membalancer.core.balance.OwnMemoryDoor;
import org.membalancer.core.threads.ProcThreads;
import org.membalancer.jni.Affinity;
import org.membalancer.jni.Errno;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.MonotonicClock;
import org.membalancer.jni.NativeLibrary;
import org.membalancer.jni.NativeLibraryException;
import org.membalancer.jni.NativeSymbols;
import org.membalancer.jni.OwnMemory;
import org.membalancer.jni.PageMoves;
import org.membalancer.jni.PrivateMemory;

/** The real doors: the jni room, {@code /sys} and {@code /proc}. */
final class JniDoors {
    private static final Path PROC = Path.of("/proc");
    private static final String JVM_LIBRARY = "libjvm.so";

    private JniDoors() {
    }

    /**
     * Loads the native library and opens the doors.
     *
     * @param socket of the helper; empty: where a helper listens unless told otherwise
     * @param isUserOnly whether only what the application does itself is to count
     * @throws AgentException if the library cannot be loaded
     */
    static Doors open(Optional<Path> socket, boolean isUserOnly) throws AgentException {
        try {
            NativeLibrary.load();
        } catch (NativeLibraryException e) {
            throw new AgentException(e.getMessage(), e);
        }
        HeapGeometryReader geometry = new HeapGeometryReader(
                symbol -> NativeSymbols.lookup(JVM_LIBRARY, symbol), OwnMemory::read, Management.ofThisJvm());
        return new Doors(new JniHelper(socket.orElseGet(HelperConnection::defaultSocket), isUserOnly), PageMoves::move,
                PageMoves::probe, errno -> Errno.name(errno) + ": " + Errno.text(errno), geometry::read,
                new ProcThreads(PROC, "self", Affinity::get, Affinity::set),
                new OwnMemoryDoor(PrivateMemory::map, PrivateMemory::unmap, PrivateMemory::addressOf),
                MonotonicClock::nowNs, Path.of("/sys"), PROC);
    }
}

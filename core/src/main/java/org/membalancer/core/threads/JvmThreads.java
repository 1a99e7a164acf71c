// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.util.List;
import java.util.Set;

/**
 * Tells a JVM's own threads by their names, of which the kernel keeps 15 characters: compilers, garbage collectors and
 * housekeeping. They serve all others and follow the heap; where they run is the JVM's business. A virtual thread is no
 * thread of the kernel's: what moves is its carrier, {@code ForkJoinPool-1-}.
 */
public final class JvmThreads {
    private static final Set<String> NAMES = Set.of("VM Thread", "VM Periodic Tas", "Reference Handl", "Finalizer",
            "Signal Dispatch", "Service Thread", "Monitor Deflati", "Notification Th", "Common-Cleaner",
            "Attach Listener", "Sweeper thread", "DestroyJavaVM", "membalancer");
    private static final List<String> STARTS = List.of("C1 CompilerThre", "C2 CompilerThre", "JVMCI", "GC Thread#",
            "G1 ", "ParGC", "ConcGC", "Shenandoah", "ZWorker", "ZDriver", "ZDirector", "ZStat", "ZUncommitter",
            "ZUnmapper", "XWorker", "XDriver", "XDirector", "XStat", "XUncommitter", "XUnmapper", "RuntimeWorker");

    private JvmThreads() {
    }

    /** Whether a name is one that only a JVM gives, to a thread of its own. */
    public static boolean isOwn(String name) {
        return NAMES.contains(name) || STARTS.stream().anyMatch(name::startsWith);
    }
}

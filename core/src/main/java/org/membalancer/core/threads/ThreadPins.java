// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.membalancer.core.migrate.Errno;

/**
 * Pins threads and remembers what they had, so that it can be given back. What is about to be done is kept before it is
 * done: whoever finds the list after a crash can undo it. Owned by one thread.
 *
 * <p>A thread that a pinned one starts inherits the pin. It is found by its affinity, equal to one that we set, and by
 * having started later; it counts as pinned, with the original of the one it inherited from.
 */
public final class ThreadPins {
    private final ThreadDoor door;
    private final Keeper keeper;
    private final Map<Integer, ThreadPin> pins = new TreeMap<>();

    /**
     * Starts without any pin.
     *
     * @param door to the threads
     * @param keeper keeps the list of pins where it survives this process; may do nothing
     */
    public ThreadPins(ThreadDoor door, Keeper keeper) {
        this.door = door;
        this.keeper = keeper;
    }

    /** CPUs that a thread's owner lets it use; empty: the thread ended, or may not be asked. */
    Optional<BitSet> allowed(int tid) {
        Optional<BitSet> current = door.affinity(tid);
        Optional<String> startTime = door.startTime(tid);
        if (current.isEmpty() || startTime.isEmpty()) {
            pins.remove(tid);
            return Optional.empty();
        }
        ThreadPin pin = pins.get(tid);
        if (pin != null && pin.startTime().equals(startTime.get()) && pin.pinned().equals(current.get())) {
            return Optional.of(pin.original());
        }
        pins.remove(tid); // its owner changed it meanwhile, or it is another thread
        inherited(tid, startTime.get(), current.get()).ifPresent(heir -> pins.put(tid, heir));
        return Optional.of(pins.containsKey(tid) ? pins.get(tid).original() : current.get());
    }

    /**
     * Pins a thread.
     *
     * @param cpus at least one, of those that are {@link #allowed}
     * @return 0, or -errno
     * @throws IOException when the list of pins cannot be kept; then nothing was done
     */
    public int pin(int tid, BitSet cpus) throws IOException {
        Optional<BitSet> original = allowed(tid);
        Optional<String> startTime = door.startTime(tid);
        if (original.isEmpty() || startTime.isEmpty()) {
            return -Errno.ESRCH;
        }
        Optional<ThreadPin> before = Optional.ofNullable(pins.get(tid));
        pins.put(tid, new ThreadPin(tid, startTime.get(), original.get(), cpus));
        boolean isPinned = false;
        try {
            keeper.keep(lines());
            int result = door.setAffinity(tid, cpus);
            isPinned = result == 0;
            return result;
        } finally {
            if (!isPinned) {
                pins.remove(tid);
                before.ifPresent(pin -> pins.put(tid, pin));
            }
        }
    }

    /** Threads pinned now, as far as known. */
    int count() {
        return pins.size();
    }

    /**
     * Gives all threads back what they had, those that inherited a pin included.
     *
     * @return how many were given back
     */
    public int undo() throws IOException {
        for (int tid : door.threads()) {
            allowed(tid); // finds those that inherited
        }
        int given = 0;
        for (ThreadPin pin : pins.values()) {
            given += pin.undo(door) ? 1 : 0;
        }
        pins.clear();
        keeper.keep(List.of());
        return given;
    }

    private Optional<ThreadPin> inherited(int tid, String startTime, BitSet current) {
        for (ThreadPin pin : pins.values()) {
            boolean isLater = startTime.length() > pin.startTime().length()
                    || startTime.length() == pin.startTime().length() && startTime.compareTo(pin.startTime()) > 0;
            if (isLater && pin.pinned().equals(current) && !pin.original().equals(current)) {
                return Optional.of(new ThreadPin(tid, startTime, pin.original(), current));
            }
        }
        return Optional.empty();
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (ThreadPin pin : pins.values()) {
            lines.add(pin.line());
        }
        return lines;
    }

    /** Keeps the list of pins. */
    @FunctionalInterface
    public interface Keeper {

        /** Keeps these lines instead of the former ones; none: there is nothing left to undo. */
        void keep(List<String> lines) throws IOException;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.util.BitSet;
import java.util.Optional;

import org.membalancer.core.topology.CpuList;

/**
 * A thread that was pinned, with what its affinity was before. Immutable: do not change the bit sets.
 *
 * @param tid the thread
 * @param startTime as {@link ThreadDoor#startTime}: another thread may get the id
 * @param original CPUs that it could run on before
 * @param pinned CPUs that it was pinned to
 */
public record ThreadPin(int tid, String startTime, BitSet original, BitSet pinned) {
    private static final int WORDS = 4;

    /** One line for a state file: {@code 4711 123456 0-7 4-7}. */
    public String line() {
        return tid + " " + startTime + " " + CpuList.format(original) + " " + CpuList.format(pinned);
    }

    /** Reads such a line; empty: it is none. */
    public static Optional<ThreadPin> parse(String line) {
        String[] words = line.strip().split(" ");
        if (words.length != WORDS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ThreadPin(
                    Integer.parseInt(words[0]), words[1], CpuList.parse(words[2]), CpuList.parse(words[3])));
        } catch (IllegalArgumentException e) { // not written by us: NumberFormatException is one, too
            return Optional.empty();
        }
    }

    /**
     * Gives the thread back what it had, if it still is that thread and still has what we gave it.
     *
     * @return whether it was given back
     */
    public boolean undo(ThreadDoor door) {
        boolean isSame = door.startTime(tid).equals(Optional.of(startTime))
                && door.affinity(tid).equals(Optional.of(pinned));
        return isSame && door.setAffinity(tid, original) == 0;
    }
}

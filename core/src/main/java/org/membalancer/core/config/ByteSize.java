// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.config;

/** Numbers of bytes as users write them. Stateless. */
public final class ByteSize {
    private static final Units BYTES = Units.ofBytes();

    private ByteSize() {
    }

    /**
     * Reads {@code 4096}, {@code 64KiB} or {@code 1.5GiB}.
     *
     * @throws IllegalArgumentException saying what it is not
     */
    public static long parse(String text) {
        return BYTES.parse(text);
    }

    /** Writes bytes with the largest unit that leaves them whole. */
    public static String format(long bytes) {
        return BYTES.format(bytes);
    }
}

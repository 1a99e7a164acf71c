// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

/**
 * Names the errors of Linux. Any thread may call, after {@link NativeLibrary#load()}; not for hot
 * paths.
 */
public final class Errno {
    private Errno() {
    }

    /**
     * Names an error.
     *
     * @param errno a number, or the {@code -errno} that a door answered
     * @return {@code "EPERM"}, or {@code "errno 4000"} for a number that libc does not know
     */
    public static String name(int errno) {
        String name = name0(Math.abs(errno));
        return name == null ? "errno " + Math.abs(errno) : name;
    }

    /**
     * Describes an error.
     *
     * @param errno a number, or the {@code -errno} that a door answered
     * @return {@code "Operation not permitted"}, or {@code "errno 4000"} for a number that libc
     *     does not know
     */
    public static String text(int errno) {
        String text = text0(Math.abs(errno));
        return text == null ? "errno " + Math.abs(errno) : text;
    }

    private static native String name0(int errno);

    private static native String text0(int errno);
}

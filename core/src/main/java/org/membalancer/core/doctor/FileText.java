// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

/** The text of a file of the kernel, or why there is none. */
record FileText(State state, String text) {

    /** What became of reading it. */
    enum State {
        READ, ABSENT, DENIED, UNREADABLE
    }

    boolean isRead() {
        return state == State.READ;
    }

    boolean isAbsent() {
        return state == State.ABSENT;
    }

    boolean isDenied() {
        return state == State.DENIED;
    }

    /** The text, or another in its place. */
    String or(String other) {
        return isRead() ? text : other;
    }

    /** The text, or what kept it from being read. */
    String found() {
        return switch (state) {
            case READ -> text;
            case ABSENT -> "not there";
            case DENIED -> "may not be read";
            case UNREADABLE -> "cannot be read: " + text;
        };
    }
}

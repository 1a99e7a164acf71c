// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.io.IOException;

/** Says in one line which trace cannot be read, from which byte on, and what is wrong there. */
public final class TraceException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    /**
     * Makes an exception.
     *
     * @param file its name
     * @param offset of the block that is wrong, in bytes from the start
     * @param what is wrong
     */
    public TraceException(String file, long offset, String what) {
        super(file + ": at byte " + offset + ": " + what);
        this.offset = offset;
    }

    /** Where the block starts that is wrong, in bytes from the start of the file. */
    public long offset() {
        return offset;
    }
}

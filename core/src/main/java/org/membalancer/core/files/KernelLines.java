// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.files;

import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/**
 * Lines as the kernel ends them: with a line feed, and with nothing else. Names of files in them may have any other
 * character, also those that end lines elsewhere. Owned by one thread.
 */
public final class KernelLines {
    private static final int CHUNK_CHARS = 8192;

    private final Reader text;
    private final StringBuilder line = new StringBuilder();
    private final char[] chunk = new char[CHUNK_CHARS];
    private int next;
    private int end;

    /** Prepares to read. */
    public KernelLines(Reader text) {
        this.text = text;
    }

    /**
     * The next line without its end; empty: there is none.
     *
     * @throws IOException from the reader
     */
    public Optional<String> next() throws IOException {
        line.setLength(0);
        if (!fill()) {
            return Optional.empty();
        }
        do {
            int start = next;
            while (next < end && chunk[next] != '\n') {
                next++;
            }
            line.append(chunk, start, next - start);
        } while (next == end && fill());
        next++;
        return Optional.of(line.toString());
    }

    /** Reads more if all was taken; returns whether there is something. */
    private boolean fill() throws IOException {
        if (next >= end && end >= 0) {
            next = 0;
            end = text.read(chunk);
        }
        return next < end;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.files;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/**
 * Lines as the kernel ends them: with a line feed, and with nothing else. Names of files in them may have any other
 * character, also those that end lines elsewhere. Owned by one thread.
 */
public final class KernelLines {
    private final BufferedReader text;
    private final StringBuilder line = new StringBuilder();

    /** Prepares to read. */
    public KernelLines(Reader text) {
        this.text = new BufferedReader(text);
    }

    /**
     * The next line without its end; empty: there is none.
     *
     * @throws IOException from the reader
     */
    public Optional<String> next() throws IOException {
        line.setLength(0);
        int c = text.read();
        if (c < 0) {
            return Optional.empty();
        }
        for (; c >= 0 && c != '\n'; c = text.read()) {
            line.append((char) c);
        }
        return Optional.of(line.toString());
    }
}

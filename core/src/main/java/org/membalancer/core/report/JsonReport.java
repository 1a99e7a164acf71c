// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.io.IOException;
import java.io.Writer;

/** Writes a report for programs, as docs/report-format.md describes it. */
public final class JsonReport {
    private JsonReport() {
    }

    /**
     * Writes one JSON object and a line end; does not close the writer.
     *
     * @throws IOException from the writer
     */
    public static void write(Report report, Writer out) throws IOException {
        throw new UnsupportedOperationException("being written");
    }
}

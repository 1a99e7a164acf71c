// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import java.io.IOException;

/** Writes a report for people. */
public final class TextReport {
    private TextReport() {
    }

    /**
     * Writes a report: nodes, source, samples, then the hottest regions.
     *
     * @throws IOException from {@code out}
     */
    public static void print(Report report, Appendable out) throws IOException {
        throw new UnsupportedOperationException("being written");
    }
}

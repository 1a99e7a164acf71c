// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;

/** JSON to a stream that stays open. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {
    }

    /** Makes generators to anywhere. */
    static JsonFactory factory() {
        return FACTORY;
    }

    /** Writes one indented document; closing it ends the line and leaves the stream open. */
    static JsonGenerator generator(PrintStream out) throws IOException {
        return lineGenerator(out).useDefaultPrettyPrinter();
    }

    /** Writes one document as one line; closing it ends the line and leaves the stream open. */
    static JsonGenerator lineGenerator(PrintStream out) throws IOException {
        PrintWriter lines = new PrintWriter(out);
        return FACTORY.createGenerator(new FilterWriter(lines) {
            @Override
            public void close() {
                lines.println();
                lines.flush();
            }
        });
    }
}

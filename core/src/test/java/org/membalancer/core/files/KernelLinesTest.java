// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

class KernelLinesTest {

    @Test
    void onlyALineFeedEndsALine() throws IOException {
        assertEquals(List.of("a\rb", "", "c\u2028\u0085d"), all(new StringReader("a\rb\n\nc\u2028\u0085d\n")));
    }

    @Test
    void theLastLineNeedsNoEnd() throws IOException {
        assertEquals(List.of("a", "b"), all(new StringReader("a\nb")));
        assertEquals(List.of(), all(new StringReader("")));
    }

    @Test
    void linesAreWholeHoweverTheyAreRead() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int length = 8180; length < 8200; length++) {
            lines.add("x".repeat(length));
            lines.add("y".repeat(length % 7));
        }
        String text = String.join("\n", lines) + "\n";
        assertEquals(lines, all(new StringReader(text)));
        assertEquals(lines, all(new OneByOne(new StringReader(text))));
    }

    private static List<String> all(Reader text) throws IOException {
        KernelLines lines = new KernelLines(text);
        List<String> all = new ArrayList<>();
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            all.add(line.get());
        }
        assertEquals(Optional.empty(), lines.next());
        return all;
    }

    /** As files of /proc may come: in as small pieces as can be. */
    private static final class OneByOne extends Reader {
        private final Reader text;

        OneByOne(Reader text) {
            this.text = text;
        }

        @Override
        public int read(char[] into, int offset, int length) throws IOException {
            return text.read(into, offset, 1);
        }

        @Override
        public void close() throws IOException {
            text.close();
        }
    }
}

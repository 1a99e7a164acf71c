// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OptionsDocTest {

    @Test
    void shouldMatchTheCommittedPage() throws IOException {
        Path page = Path.of(System.getProperty("docs.dir"), "agent-options.md");
        assertEquals(OptionsDoc.markdown(), Files.readString(page), "run `make docs` and commit " + page);
    }

    @Test
    void shouldWriteTheNamedFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("page.md");
        OptionsDoc.main(new String[] {file.toString()});
        assertEquals(OptionsDoc.markdown(), Files.readString(file));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileReader;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class FileTroubleTest {
    @TempDir
    private Path directory;

    @Test
    void shouldNameWhatTheJdkLeavesOut() {
        Path missing = directory.resolve("missing");
        assertEquals("no such file", reason(() -> Files.readString(missing)));
        assertEquals("no such file or directory", reason(() -> new FileReader(missing.toFile()).close()));
        assertEquals("it is a folder", reason(() -> Files.readString(directory)));
        assertEquals("permission denied", FileTrouble.reason(new AccessDeniedException("secret")));
        assertEquals("too many links", FileTrouble.reason(new FileSystemException("a", null, "Too many links")));
        assertEquals("the line is too long", FileTrouble.reason(new IOException("the line is too long")));
    }

    private static String reason(Executable reading) {
        return FileTrouble.reason(assertThrows(IOException.class, reading));
    }
}

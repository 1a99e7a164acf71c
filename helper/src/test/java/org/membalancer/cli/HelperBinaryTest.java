// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HelperBinaryTest {
    @TempDir
    private Path home;

    @Test
    void shouldObeyTheVariable() throws Exception {
        Path named = program("elsewhere/my-helper");
        program("sbin/membalancer-helper");
        assertEquals(named, new HelperBinary(Map.of("MEMBALANCER_HELPER", named.toString()), home).find());
    }

    @Test
    void shouldNotFallBackWhenTheVariableIsWrong() throws Exception {
        program("sbin/membalancer-helper");
        Path text = Files.writeString(home.resolve("text"), "no program");
        FailureException e = assertThrows(FailureException.class,
                () -> new HelperBinary(Map.of("MEMBALANCER_HELPER", text.toString()), home).find());
        assertEquals("MEMBALANCER_HELPER names no program: " + text, e.getMessage());
    }

    @Test
    void shouldLookNextToTheJarFirst() throws Exception {
        Path inPath = program("path/membalancer-helper");
        Map<String, String> environment = Map.of("PATH", "/nowhere::" + inPath.getParent());
        assertEquals(inPath, new HelperBinary(environment, home).find());
        Path built = program("build/helper/membalancer-helper");
        assertEquals(built, new HelperBinary(environment, home).find());
        Path installed = program("sbin/membalancer-helper");
        assertEquals(installed, new HelperBinary(environment, home).find());
    }

    @Test
    void shouldNameTheFoldersWhenThereIsNone() {
        // the folders for administrators' programs may have one on this machine
        try {
            Path found = new HelperBinary(Map.of(), home).find();
            assertTrue(found.startsWith("/usr"), found.toString());
        } catch (FailureException e) {
            assertEquals("no membalancer-helper in " + home + "/sbin, " + home + "/build/helper, /usr/local/sbin,"
                    + " /usr/sbin (MEMBALANCER_HELPER may name it)", e.getMessage());
        }
    }

    private Path program(String name) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelFileTest {

    @Test
    void shouldReadAllDigitsOfSysctls() throws IOException {
        String pids = new String(KernelFile.readAllBytes(Path.of("/proc/sys/kernel/pid_max")), StandardCharsets.US_ASCII);
        assertTrue(Integer.parseInt(pids.strip()) >= 1024, pids); // the kernel's PIDS_PER_CPU_MIN
    }

    @Test
    void shouldReadMoreThanFitsIntoOneRead(@TempDir Path folder) throws IOException {
        byte[] bytes = new byte[200_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        assertArrayEquals(bytes, KernelFile.readAllBytes(Files.write(folder.resolve("large"), bytes)));
    }

    @Test
    void shouldReadNothingOfAnEmptyFile(@TempDir Path folder) throws IOException {
        assertEquals(0, KernelFile.readAllBytes(Files.createFile(folder.resolve("empty"))).length);
    }
}

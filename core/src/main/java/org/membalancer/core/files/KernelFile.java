// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads files that the kernel makes up. Their size is said to be 0, and many of those in /proc/sys answer only the first
 * read: {@link Files#readAllBytes} asks for one byte of such a file first, and gets no more. Stateless.
 */
public final class KernelFile {
    private static final int AT_ONCE = 1 << 16;

    private KernelFile() {
    }

    /**
     * The whole file, with as few reads as there can be.
     *
     * @throws IOException as {@link Files#newInputStream} and its reads
     */
    public static byte[] readAllBytes(Path file) throws IOException {
        byte[] part = new byte[AT_ONCE];
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(part); count > 0; count = in.read(part)) {
                all.write(part, 0, count);
            }
        }
        return all.toByteArray();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.files;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
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

    /**
     * The whole file as text. Names of files, programs and cgroups in it may be in no encoding at all: what is none
     * becomes U+FFFD.
     *
     * @throws IOException as {@link Files#newInputStream} and its reads, but never for what the file contains
     */
    public static String readString(Path file) throws IOException {
        return new String(readAllBytes(file), StandardCharsets.UTF_8);
    }

    /**
     * Opens a file to read it as text bit by bit, with U+FFFD in place of what is in no encoding.
     *
     * @return to be closed by the caller
     * @throws IOException as {@link Files#newInputStream}
     */
    public static Reader open(Path file) throws IOException {
        return new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
    }
}

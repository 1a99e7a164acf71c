// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** A file whose errors name it: the kernel's "No space left on device" alone does not say where. */
final class NamedOutput extends OutputStream {
    private final Path file;
    private final OutputStream out;

    NamedOutput(Path file, OutputStream out) {
        this.file = file;
        this.out = out;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}

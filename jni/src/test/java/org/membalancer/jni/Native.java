// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** What every test here begins with. */
final class Native {
    private Native() {
    }

    /** Where the Makefile leaves what it compiled. */
    static Path folder() {
        String folder = System.getProperty("native.dir");
        if (folder == null) {
            throw new IllegalStateException(
                    "run by Maven, which sets the system property native.dir");
        }
        return Path.of(folder);
    }

    static void load() {
        try {
            NativeLibrary.load();
        } catch (NativeLibraryException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    static int errno(String name) {
        return -AbiLayout.value(name);
    }
}

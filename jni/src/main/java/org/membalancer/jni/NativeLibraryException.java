// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

/** Says in one line why the native library could not be loaded. */
public final class NativeLibraryException extends Exception {
    private static final long serialVersionUID = 1L;

    NativeLibraryException(String message) {
        super(message);
    }

    NativeLibraryException(String message, Throwable cause) {
        super(message, cause);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.util.Objects;

/**
 * Finds symbols in libraries that this process has loaded; loads none. Any thread may call; not for
 * hot paths.
 */
public final class NativeSymbols {
    private NativeSymbols() {
    }

    /**
     * Finds an exported symbol, as {@code gHotSpotVMStructs} in {@code libjvm.so}.
     *
     * @param library the library's file name, as in its SONAME, or its path
     * @param symbol the symbol's name
     * @return its address, or 0 when the library is not loaded or has no such symbol
     */
    public static long lookup(String library, String symbol) {
        Objects.requireNonNull(library, "library");
        Objects.requireNonNull(symbol, "symbol");
        return lookup0(library, symbol);
    }

    private static native long lookup0(String library, String symbol);
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Answers with the numbers and names of the shared C layouts ({@code mbal_abi.h}, {@code
 * mbal_wire.h}), so that none is typed a second time in Java.
 *
 * <p>All come from the native library, which must be loaded. Any thread may call; not for hot
 * paths.
 */
public final class AbiLayout {
    private AbiLayout() {
    }

    /**
     * Answers a constant, an offset in bytes or a number of bytes.
     *
     * @param name {@code "MBAL_ABI_VERSION"}, {@code "mbal_slot.epoch"}, {@code
     *     "sizeof(mbal_slot)"}, {@code "EPERM"}
     * @throws IllegalArgumentException for a name that C does not know, or a value that is no int
     */
    public static int value(String name) {
        long value = longValue(name);
        if (value != (int) value) {
            throw new IllegalArgumentException("value does not fit an int: " + name + "=" + value);
        }
        return (int) value;
    }

    /**
     * Answers like {@link #value}, for those that need 64 bits.
     *
     * @param name as above, and {@code "MBAL_TABLE_MAGIC"}, {@code "MBAL_KEY_THREAD"}
     * @throws IllegalArgumentException for a name that C does not know
     */
    public static long longValue(String name) {
        Long value = loaded().values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the C layouts have no such name: " + name);
        }
        return value;
    }

    /** Answers what every table begins with. */
    public static long tableMagic() {
        return longValue("MBAL_TABLE_MAGIC");
    }

    /** Lists the counters' names; the index is the counter's number. */
    public static List<String> counterNames() {
        return loaded().counterNames;
    }

    /** Lists what each counter counts, in the order of {@link #counterNames}. */
    public static List<String> counterTexts() {
        return loaded().counterTexts;
    }

    /** Lists the sources' names; the index is {@code enum mbal_source}, and number 0 is "none". */
    public static List<String> sourceNames() {
        return loaded().sourceNames;
    }

    static String defaultSocket() {
        return loaded().defaultSocket;
    }

    private static Names loaded() {
        NativeLibrary.requireLoaded();
        return Names.INSTANCE;
    }

    private static native String valueName0(int index);

    private static native long value0(int index);

    private static native String counterName0(int counter);

    private static native String counterText0(int counter);

    private static native String sourceName0(int source);

    private static native String defaultSocket0();

    /**
     * Read from C at first use: registering the natives initialises AbiLayout itself, which is too
     * early.
     */
    private static final class Names {
        static final Names INSTANCE = new Names();

        final Map<String, Long> values = new HashMap<>();
        final List<String> counterNames = all(AbiLayout::counterName0);
        final List<String> counterTexts = all(AbiLayout::counterText0);
        final List<String> sourceNames = all(AbiLayout::sourceName0);
        final String defaultSocket = defaultSocket0();

        private Names() {
            List<String> names = all(AbiLayout::valueName0);
            for (int i = 0; i < names.size(); i++) {
                values.put(names.get(i), value0(i));
            }
        }

        private static List<String> all(IntFunction<String> text) {
            List<String> texts = new ArrayList<>();
            for (String next = text.apply(0); next != null; next = text.apply(texts.size())) {
                texts.add(next);
            }
            return List.copyOf(texts);
        }
    }
}

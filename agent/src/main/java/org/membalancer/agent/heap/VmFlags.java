// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.util.HashSet;
import java.util.Set;

/** Reads which of some boolean {@code -XX} flags are on, from HotSpot's own flag table. */
final class VmFlags {
    static final String TYPE = "JVMFlag";

    private VmFlags() {
    }

    /** Those of {@code names} that are on. */
    static Set<String> on(VmStructs structs, VmReader reader, Set<String> names) throws VmStructsException {
        long nameOffset = structs.offsetBytes(TYPE, "_name");
        long valueOffset = structs.offsetBytes(TYPE, "_addr");
        long stride = structs.sizeBytes(TYPE);
        long flag = reader.readLong(structs.staticAddress(TYPE, "flags"));
        long count = reader.readLong(structs.staticAddress(TYPE, "numFlags"));
        Set<String> on = new HashSet<>();
        for (long i = 0; i < count; i++, flag += stride) {
            String name = reader.readText(reader.readLong(flag + nameOffset));
            if (names.contains(name) && reader.readByte(reader.readLong(flag + valueOffset)) != 0) {
                on.add(name);
            }
        }
        return on;
    }
}

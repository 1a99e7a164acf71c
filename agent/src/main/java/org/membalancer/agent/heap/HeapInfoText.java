// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.membalancer.core.policy.AddressRange;

/**
 * Finds the reserved heap in what {@code jcmd PID GC.heap_info} prints. Only for Serial, Parallel, G1 and
 * Shenandoah: their texts name nothing but parts of the heap, and the envelope of all parts is the reserved heap. ZGC's
 * names no addresses.
 */
final class HeapInfoText {
    /** {@code [0x00000000fc000000, 0x00000000fd550000, 0x0000000100000000)}: start, more numbers, end. */
    private static final Pattern RANGE =
            Pattern.compile("\\[0x([0-9a-f]{1,16}),(?:\\s*0x[0-9a-f]{1,16},)*\\s*0x([0-9a-f]{1,16})\\)");

    private HeapInfoText() {
    }

    /** The envelope of all ranges that the text names; empty when it names none. */
    static Optional<AddressRange> envelope(String text, String label) {
        long start = Long.MAX_VALUE;
        long end = 0;
        for (Matcher range = RANGE.matcher(text); range.find();) {
            start = Math.min(start, Long.parseUnsignedLong(range.group(1), 16));
            end = Math.max(end, Long.parseUnsignedLong(range.group(2), 16));
        }
        return start < end ? Optional.of(new AddressRange(start, end, label)) : Optional.empty();
    }
}

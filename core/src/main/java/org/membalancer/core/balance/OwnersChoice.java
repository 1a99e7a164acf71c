// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.io.IOException;
import java.io.Reader;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.membalancer.core.files.KernelLines;

/** Reads from /proc/PID/numa_maps which mappings were bound to nodes, or interleaved, by whoever owns the process. */
public final class OwnersChoice {
    /* 7f0000000000 bind:1 anon=17 ...; flags of the policy stand behind an equals sign: interleave=static:0-1. */
    private static final Pattern CHOSEN =
            Pattern.compile("([0-9a-f]{1,16}) (?:bind|interleave|weighted interleave)[=:]");

    private OwnersChoice() {
    }

    /**
     * Finds the mappings. A mere preference, and {@code local}, bind nothing.
     *
     * @return their start addresses
     * @throws IOException from the reader
     */
    public static Set<Long> bound(Reader numaMaps) throws IOException {
        Set<Long> starts = new HashSet<>();
        KernelLines lines = new KernelLines(numaMaps);
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            Matcher chosen = CHOSEN.matcher(line.get());
            if (chosen.lookingAt()) {
                starts.add(Long.parseUnsignedLong(chosen.group(1), 16));
            }
        }
        return Set.copyOf(starts);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.membalancer.core.files.KernelLines;

/** Reads the mappings of a process. */
public final class MemoryMap {
    /* 7f12-7f34 rw-p 00000000 00:00 0    [path]; inode and path are separated by any number of blanks. */
    private static final Pattern LINE =
            Pattern.compile("([0-9a-f]{1,16})-([0-9a-f]{1,16}) ([r-][w-][x-][sp]) \\S+ \\S+ \\d+(?: +(.*))?", Pattern.DOTALL);

    /* A mapping's line starts with a hexadecimal number, the others with a word and a colon: Rss: 4 kB. */
    private static final Pattern DETAIL = Pattern.compile("^[A-Za-z_0-9]+:");
    private static final String FLAGS = "VmFlags:";

    private MemoryMap() {
    }

    /**
     * Reads all lines of a /proc/PID/maps.
     *
     * @return mappings in ascending order of address, as the kernel lists them
     * @throws IOException from the reader, or naming a line that is not one of such a file
     */
    public static List<MemoryRegion> parse(Reader maps) throws IOException {
        List<MemoryRegion> regions = new ArrayList<>();
        KernelLines lines = new KernelLines(maps);
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            regions.add(region(line.get()));
        }
        return List.copyOf(regions);
    }

    /**
     * Reads a /proc/PID/smaps. Making that file costs the kernel a walk over all pages of the process: not for every
     * round.
     *
     * @return mappings in ascending order of address, each with its flags
     * @throws IOException from the reader, or naming a line that is not one of such a file
     */
    public static List<MappedRegion> parseDetailed(Reader smaps) throws IOException {
        List<MappedRegion> regions = new ArrayList<>();
        Optional<MemoryRegion> current = Optional.empty();
        KernelLines lines = new KernelLines(smaps);
        for (Optional<String> next = lines.next(); next.isPresent(); next = lines.next()) {
            String line = next.get();
            if (line.startsWith(FLAGS)) {
                MemoryRegion region = current.orElseThrow(() -> new IOException("flags before the first mapping"));
                regions.add(new MappedRegion(region, Set.of(line.substring(FLAGS.length()).strip().split(" +"))));
            } else if (!DETAIL.matcher(line).find()) {
                current = Optional.of(region(line));
            }
        }
        return List.copyOf(regions);
    }

    private static MemoryRegion region(String line) throws IOException {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IOException("not a line of a memory map: '" + line + "'");
        }
        String modes = parts.group(3);
        return new MemoryRegion(
                Long.parseUnsignedLong(parts.group(1), 16), Long.parseUnsignedLong(parts.group(2), 16),
                modes.charAt(0) == 'r', modes.charAt(1) == 'w', modes.charAt(2) == 'x', modes.charAt(3) == 's',
                parts.group(4) == null ? "" : parts.group(4));
    }
}

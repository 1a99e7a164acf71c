// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Has this JVM's pages moved to one NUMA node, by the migratepages command of the numactl package, as Java has no door to
 * the system call. Nothing keeps them there afterwards. Used by one thread, before the accesses begin.
 */
final class NodePlacement {
    private static final Pattern PAGES = Pattern.compile(" N([0-9]+)=([0-9]+)");

    private final Path sysfs;
    private final String command;

    /**
     * Names what it asks.
     *
     * @param sysfs where the kernel describes its nodes: /sys/devices/system/node
     * @param command that moves the pages: migratepages
     */
    NodePlacement(Path sysfs, String command) {
        this.sysfs = sysfs;
        this.command = command;
    }

    /**
     * Moves all pages that this JVM has now.
     *
     * @param nodeId the node
     * @throws IOException when there is no such node with memory, no such command, or it fails
     */
    void moveTo(int nodeId) throws IOException, InterruptedException {
        String nodes = Files.readString(sysfs.resolve("has_memory")).trim();
        if (!contains(nodes, nodeId)) {
            throw new IOException("there is no node " + nodeId + " with memory: --node=" + nodeId + ", there is " + nodes);
        }
        Process process = start(nodeId);
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(command + " to node " + nodeId + " failed with status " + status + ": " + said);
        }
    }

    private Process start(int nodeId) throws IOException {
        String pid = Long.toString(ProcessHandle.current().pid());
        try {
            return new ProcessBuilder(command, pid, "all", Integer.toString(nodeId)).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new IOException("--node is not supported here: there is no " + command
                    + " to move pages with (install numactl): " + e.getMessage(), e);
        }
    }

    /** Whether a list as the kernel writes it, {@code 0-1,3}, has the number. */
    static boolean contains(String list, int number) {
        return Stream.of(list.split(",")).filter(part -> !part.isEmpty()).map(part -> part.split("-"))
                .anyMatch(ends -> Integer.parseInt(ends[0]) <= number && number <= Integer.parseInt(ends[ends.length - 1]));
    }

    /**
     * Says where the pages of a mapping lie.
     *
     * @param numaMaps lines of /proc/PID/numa_maps
     * @param address in the mapping
     * @return as in {@code N0=12 N1=4096}, empty when nothing is known of it
     */
    static String pagesByNode(List<String> numaMaps, long address) {
        String found = "";
        for (String line : numaMaps) {
            if (Long.compareUnsigned(Long.parseUnsignedLong(line.substring(0, line.indexOf(' ')), 16), address) > 0) {
                break; // mappings are in the order of their addresses
            }
            found = line;
        }
        StringBuilder pages = new StringBuilder();
        for (Matcher matcher = PAGES.matcher(found); matcher.find();) {
            pages.append(matcher.group());
        }
        return pages.toString().trim();
    }
}

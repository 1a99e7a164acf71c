// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.topology;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Reads the topology of a machine from sysfs. */
public final class SysfsTopology {
    private final Path sysfsRoot;
    private final Path nodeDirectory;

    private SysfsTopology(Path sysfsRoot) {
        this.sysfsRoot = sysfsRoot;
        nodeDirectory = sysfsRoot.resolve("devices/system/node");
    }

    /**
     * Reads nodes, CPUs, memory, distances and weights as they are now.
     *
     * <p>A kernel built without NUMA has no node directory; that is an error with the path in its message, as is a
     * file that does not look like the kernel's.
     *
     * @param sysfsRoot {@code /sys}, or a copy of the part that matters
     * @throws IOException naming the file that could not be read or understood
     */
    public static Topology read(Path sysfsRoot) throws IOException {
        return new SysfsTopology(sysfsRoot).topology();
    }

    private Topology topology() throws IOException {
        BitSet nodeIds = list(nodeDirectory.resolve("online"));
        if (nodeIds.isEmpty()) {
            throw new IOException(nodeDirectory.resolve("online") + ": no node is online");
        }
        List<Node> nodes = new ArrayList<>();
        int[][] distances = new int[nodeIds.cardinality()][];
        for (int nodeId = nodeIds.nextSetBit(0); nodeId >= 0; nodeId = nodeIds.nextSetBit(nodeId + 1)) {
            distances[nodes.size()] = distances(nodeId, distances.length);
            nodes.add(node(nodeId));
        }
        return new Topology(nodes, distances, SysfsWeights.read(sysfsRoot, nodes));
    }

    private Node node(int nodeId) throws IOException {
        Path directory = directory(nodeId);
        Path meminfo = directory.resolve("meminfo");
        List<String> lines = Files.readAllLines(meminfo);
        BitSet cpus = list(directory.resolve("cpulist"));
        long totalBytes = kibibytes(meminfo, lines, "MemTotal:") * 1024;
        long freeBytes = kibibytes(meminfo, lines, "MemFree:") * 1024;
        if (lines.stream().noneMatch(line -> line.contains(" AnonPages:"))) {
            return new Node(nodeId, cpus, totalBytes, freeBytes);
        }
        return new Node(nodeId, cpus, totalBytes, freeBytes,
                (kibibytes(meminfo, lines, "AnonPages:") + kibibytes(meminfo, lines, "Shmem:")) * 1024);
    }

    /** The kernel lists one distance per online node, in ascending order of node ids, gaps left out. */
    private int[] distances(int nodeId, int nodeCount) throws IOException {
        Path file = directory(nodeId).resolve("distance");
        String[] words = Files.readString(file).strip().split("\\s+");
        if (words.length != nodeCount) {
            throw new IOException(file + ": " + words.length + " distances for " + nodeCount + " online nodes");
        }
        int[] distances = new int[nodeCount];
        for (int i = 0; i < nodeCount; i++) {
            distances[i] = (int) number(file, words[i]);
        }
        return distances;
    }

    private Path directory(int nodeId) {
        return nodeDirectory.resolve("node" + nodeId);
    }

    private static BitSet list(Path file) throws IOException {
        try {
            return CpuList.parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** A line is {@code Node 0 MemTotal:  16384 kB}. */
    private static long kibibytes(Path file, List<String> lines, String name) throws IOException {
        for (String line : lines) {
            String[] words = line.strip().split("\\s+");
            if (words.length == 5 && words[2].equals(name) && words[4].equals("kB")) {
                return number(file, words[3]);
            }
        }
        throw new IOException(file + ": no line '" + name + " ... kB'");
    }

    private static long number(Path file, String word) throws IOException {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw new IOException(file + ": not a number: '" + word + "'", e);
        }
    }
}

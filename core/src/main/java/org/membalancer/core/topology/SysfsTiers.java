// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.topology;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds a machine's tiers in sysfs, from the surest source that says something: the kernel's own memory tiers (since
 * 6.1; several of them only where a driver told it the nodes' speed), the firmware's latencies (HMAT, since 5.2), and
 * else the distances ({@link Tiers#byDistance}).
 */
public final class SysfsTiers {
    /** Latencies within this factor of the fastest node of a tier are one tier. */
    private static final double SAME_TIER = 1.3;

    private final Path sysfsRoot;
    private final Topology topology;

    private SysfsTiers(Path sysfsRoot, Topology topology) {
        this.sysfsRoot = sysfsRoot;
        this.topology = topology;
    }

    /**
     * What was found.
     *
     * @param tiers fastest first, at least one; every node with memory in one of them
     * @param source what says so, for people
     */
    public record Found(List<Tier> tiers, String source) {

        /** Copies the list. */
        public Found {
            tiers = List.copyOf(tiers);
        }
    }

    /**
     * Finds the tiers of a machine.
     *
     * @param sysfsRoot {@code /sys}, or a copy of the part that matters
     * @param topology of the same machine
     * @throws IOException naming a file that is there and could not be read or understood
     */
    public static Found detect(Path sysfsRoot, Topology topology) throws IOException {
        return new SysfsTiers(sysfsRoot, topology).detect();
    }

    private Found detect() throws IOException {
        List<Tier> ofKernel = kernelTiers();
        if (ofKernel.size() > 1) {
            return new Found(ofKernel, "the kernel's memory tiers");
        }
        Optional<List<Tier>> ofFirmware = firmwareTiers();
        if (ofFirmware.isPresent()) {
            return new Found(ofFirmware.get(), "the firmware's latencies (HMAT)");
        }
        return new Found(Tiers.byDistance(topology), "nodes without CPUs, by distance");
    }

    /** A lower number is a faster tier; nodes that the kernel leaves out, as it does while they go offline, join the last one. */
    private List<Tier> kernelTiers() throws IOException {
        TreeMap<Integer, List<Integer>> nodesByTier = new TreeMap<>();
        Path directory = sysfsRoot.resolve("devices/virtual/memory_tiering");
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "memory_tier[0-9]*")) {
            for (Path entry : entries) {
                BitSet nodes = nodeList(entry.resolve("nodelist"));
                List<Integer> known = nodes.stream().filter(this::hasMemory).boxed().toList();
                if (!known.isEmpty()) {
                    nodesByTier.put(tierNumber(entry), new ArrayList<>(known));
                }
            }
        }
        if (!nodesByTier.isEmpty()) {
            for (Node node : topology.nodes()) {
                boolean isIn = nodesByTier.values().stream().anyMatch(nodes -> nodes.contains(node.nodeId()));
                if (node.hasMemory() && !isIn) {
                    nodesByTier.lastEntry().getValue().add(node.nodeId());
                }
            }
        }
        return nodesByTier.values().stream().map(Tier::new).toList();
    }

    /** Every node with memory must have a latency from its best initiator: half of a table is none. */
    private Optional<List<Tier>> firmwareTiers() throws IOException {
        TreeMap<Long, List<Integer>> nodesByLatency = new TreeMap<>();
        for (Node node : topology.nodes()) {
            if (node.hasMemory()) {
                Optional<Long> latency = latency(node.nodeId());
                if (latency.isEmpty()) {
                    return Optional.empty();
                }
                nodesByLatency.computeIfAbsent(latency.get(), key -> new ArrayList<>()).add(node.nodeId());
            }
        }
        List<Tier> tiers = new ArrayList<>();
        List<Integer> nodes = new ArrayList<>();
        double fastest = 0;
        for (var entry : nodesByLatency.entrySet()) {
            if (!nodes.isEmpty() && entry.getKey() > fastest * SAME_TIER) {
                tiers.add(new Tier(nodes));
                nodes = new ArrayList<>();
            }
            fastest = nodes.isEmpty() ? entry.getKey() : fastest;
            nodes.addAll(entry.getValue());
        }
        tiers.add(new Tier(nodes));
        return Optional.of(tiers);
    }

    /** access0 is from the nearest initiator of any kind, access1 from the nearest CPU. */
    private Optional<Long> latency(int nodeId) throws IOException {
        for (String access : List.of("access1", "access0")) {
            Path file = sysfsRoot.resolve("devices/system/node/node" + nodeId).resolve(access)
                    .resolve("initiators/read_latency");
            try {
                String text = Files.readString(file).strip();
                if (!text.matches("\\d{1,12}")) {
                    throw new IOException(file + ": not a number: '" + text + "'");
                }
                if (!text.equals("0")) {
                    return Optional.of(Long.parseLong(text));
                }
            } catch (NoSuchFileException e) {
                continue; /* this access class is not described */
            }
        }
        return Optional.empty();
    }

    private boolean hasMemory(int nodeId) {
        return topology.hasNode(nodeId) && topology.node(nodeId).hasMemory();
    }

    private static int tierNumber(Path directory) throws IOException {
        try {
            return Integer.parseInt(directory.getFileName().toString().substring("memory_tier".length()));
        } catch (NumberFormatException e) {
            throw new IOException(directory + ": not the number of a tier", e);
        }
    }

    private static BitSet nodeList(Path file) throws IOException {
        try {
            return CpuList.parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.topology;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the weights of nodes: those of the kernel's weighted interleave (since 6.9; from 6.16 on it sets them itself, by
 * bandwidth), else the firmware's bandwidths (HMAT, since 5.2). Where neither says anything, weights are even.
 */
final class SysfsWeights {
    private final Path sysfsRoot;
    private final List<Node> nodes;

    private SysfsWeights(Path sysfsRoot, List<Node> nodes) {
        this.sysfsRoot = sysfsRoot;
        this.nodes = nodes;
    }

    /**
     * Reads them as they are now.
     *
     * @param nodes of the machine, in ascending order of their ids
     * @throws IOException naming a file that could not be understood
     */
    static NodeWeights read(Path sysfsRoot, List<Node> nodes) throws IOException {
        SysfsWeights weights = new SysfsWeights(sysfsRoot, nodes);
        Optional<double[]> ofKernel = weights.ofKernel();
        /* Before 6.16 all are 1 until somebody sets them: that says nothing. */
        boolean isSaid = ofKernel.isPresent() && Arrays.stream(ofKernel.get()).distinct().count() > 1;
        return (isSaid ? ofKernel : weights.ofFirmware()).map(NodeWeights::of).orElse(NodeWeights.even());
    }

    private Optional<double[]> ofKernel() throws IOException {
        double[] weights = ones();
        for (Node node : nodes) {
            Optional<Long> weight = number(sysfsRoot.resolve("kernel/mm/mempolicy/weighted_interleave/node" + node.nodeId()));
            if (node.hasMemory() && weight.isEmpty()) {
                return Optional.empty();
            }
            weights[node.nodeId()] = weight.orElse(1L);
        }
        return Optional.of(weights);
    }

    /** Every node with memory must have one: half of a table is none. */
    private Optional<double[]> ofFirmware() throws IOException {
        double[] weights = ones();
        for (Node node : nodes) {
            if (node.hasMemory()) {
                Optional<Long> bandwidth = bandwidth(node.nodeId());
                if (bandwidth.isEmpty()) {
                    return Optional.empty();
                }
                weights[node.nodeId()] = bandwidth.get();
            }
        }
        return Optional.of(weights);
    }

    /** access1 is from the nearest CPU, access0 from the nearest initiator of any kind. */
    private Optional<Long> bandwidth(int nodeId) throws IOException {
        for (String access : List.of("access1", "access0")) {
            Optional<Long> bandwidth = number(sysfsRoot.resolve("devices/system/node/node" + nodeId).resolve(access)
                    .resolve("initiators/read_bandwidth"));
            if (bandwidth.isPresent()) {
                return bandwidth;
            }
        }
        return Optional.empty();
    }

    /** A number above 0; 0 and a file that is missing or cannot be read are none: nothing depends on weights but how even they are. */
    private static Optional<Long> number(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (IOException absentOrClosed) {
            return Optional.empty();
        }
        if (!text.matches("\\d{1,12}")) {
            throw new IOException(file + ": not a number: '" + text + "'");
        }
        return Optional.of(Long.parseLong(text)).filter(number -> number > 0);
    }

    private double[] ones() {
        double[] weights = new double[nodes.get(nodes.size() - 1).nodeId() + 1];
        Arrays.fill(weights, 1);
        return weights;
    }
}

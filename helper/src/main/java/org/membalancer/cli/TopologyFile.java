// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.membalancer.core.files.FileTrouble;
import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

/** Reads what {@code membalancer topology --json} writes. */
final class TopologyFile {
    private final Path file;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Integer, Map<Integer, Integer>> distances = new TreeMap<>();

    private TopologyFile(Path file) {
        this.file = file;
    }

    /**
     * Reads a topology.
     *
     * @throws IOException naming the file, if it cannot be read or is no topology
     */
    static Topology read(Path file) throws IOException {
        TopologyFile reader = new TopologyFile(file);
        try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
            reader.readDocument(json);
        } catch (JacksonException | IllegalArgumentException e) {
            String reason = e.getMessage().lines().findFirst().orElse("no reason given");
            throw new IOException(file + ": no topology, as membalancer topology --json prints it: " + reason, e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + FileTrouble.reason(e), e);
        }
        return reader.topology();
    }

    private void readDocument(JsonParser json) throws IOException {
        expect(json, JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            if (json.currentName().equals("nodes")) {
                expect(json, JsonToken.START_ARRAY);
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    readNode(json);
                }
            } else {
                json.nextToken();
                json.skipChildren();
            }
        }
    }

    private void readNode(JsonParser json) throws IOException {
        int nodeId = -1;
        BitSet cpus = new BitSet();
        long totalBytes = 0;
        long freeBytes = 0;
        Map<Integer, Integer> toOthers = new TreeMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "id" -> nodeId = json.getIntValue();
                case "cpus" -> cpus = CpuList.parse(json.getText());
                case "totalBytes" -> totalBytes = json.getLongValue();
                case "freeBytes" -> freeBytes = json.getLongValue();
                case "distances" -> readDistances(json, toOthers);
                default -> json.skipChildren();
            }
        }
        if (nodeId < 0 || distances.put(nodeId, toOthers) != null) {
            throw new IllegalArgumentException("each node needs an id of its own: id=" + nodeId);
        }
        nodes.add(new Node(nodeId, cpus, totalBytes, freeBytes));
    }

    private static void readDistances(JsonParser json, Map<Integer, Integer> into) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            int nodeId = Integer.parseInt(json.currentName());
            json.nextToken();
            into.put(nodeId, json.getIntValue());
        }
    }

    private Topology topology() throws IOException {
        nodes.sort(Comparator.comparingInt(Node::nodeId));
        int[][] matrix = new int[nodes.size()][nodes.size()];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix.length; j++) {
                Integer distance = distances.get(nodes.get(i).nodeId()).get(nodes.get(j).nodeId());
                if (distance == null) {
                    throw new IOException(file + ": no distance from node " + nodes.get(i).nodeId() + " to node "
                            + nodes.get(j).nodeId());
                }
                matrix[i][j] = distance;
            }
        }
        if (nodes.isEmpty()) {
            throw new IOException(file + ": no nodes");
        }
        return new Topology(nodes, matrix);
    }

    private static void expect(JsonParser json, JsonToken token) throws IOException {
        if (json.nextToken() != token) {
            throw new IllegalArgumentException("expected " + token + ", found " + json.currentToken());
        }
    }
}

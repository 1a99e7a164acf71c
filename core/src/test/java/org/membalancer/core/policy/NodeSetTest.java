// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeSetTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 128, 1009})
    void shouldGoThroughItsNodesInOrder(int limit) {
        NodeSet nodes = new NodeSet(limit);
        assertEquals(List.of(), all(nodes));
        List<Integer> wanted = new ArrayList<>();
        for (int nodeId = limit - 1; nodeId >= 0; nodeId -= 1 + nodeId / 7) {
            nodes.add(nodeId);
            wanted.add(0, nodeId);
        }
        assertEquals(wanted, all(nodes));
        NodeSet more = new NodeSet(limit);
        more.add(limit - 1);
        more.addAll(nodes);
        assertEquals(wanted, all(more));
        nodes.clear();
        assertEquals(List.of(), all(nodes));
    }

    private static List<Integer> all(NodeSet nodes) {
        List<Integer> all = new ArrayList<>();
        for (int nodeId = nodes.first(); nodeId >= 0; nodeId = nodes.after(nodeId)) {
            all.add(nodeId);
        }
        return all;
    }
}

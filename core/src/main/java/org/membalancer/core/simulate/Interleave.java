// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import org.membalancer.core.topology.Node;

/** Page by page over all nodes with room, one after the other, before the run; then nothing. */
final class Interleave implements Placer {

    @Override
    public void phase(World world, int index) {
        if (index > 0) {
            return;
        }
        int[] nodeIds = world.machine().topology().nodes().stream().filter(Node::hasMemory).mapToInt(Node::nodeId)
                .toArray();
        for (int page = 0; page < world.pages(); page++) {
            world.place(page, nodeIds[page % nodeIds.length]);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlaceTallyTest {
    private static final long PAGE = 4096;

    private final PlaceTally tally = new PlaceTally();
    private final PlaceWindow window = new PlaceWindow(16);

    /** A step over pages that lie one after the other on those nodes. */
    private void step(long firstPage, boolean isFirst, boolean isLast, int... nodeIds) {
        window.begin(isFirst);
        for (int i = 0; i < nodeIds.length; i++) {
            window.add((firstPage + i) * PAGE, nodeIds[i]);
        }
        window.end((firstPage + nodeIds.length) * PAGE, isLast);
        tally.add(window, PAGE);
    }

    private void expect(long... pagesByNode) {
        for (int nodeId = 0; nodeId < pagesByNode.length; nodeId++) {
            assertEquals(pagesByNode[nodeId] * PAGE, tally.bytesOn(List.of(nodeId)), "node " + nodeId);
        }
    }

    @Test
    void shouldSumOverAWholeWalkAndNotGuessFromAPart() {
        step(10, true, false, 0, 0, 0);
        assertFalse(tally.isWhole());
        expect(3, 0);
        step(13, false, true, 1, 1, 2);
        assertTrue(tally.isWhole());
        expect(3, 2, 1);
        assertEquals(4 * PAGE, tally.bytesOn(List.of(0, 2, 77)));
        step(10, true, false, 1, 1, 1);
        expect(3, 2, 1);
        step(13, false, true, 1, 1, 2);
        expect(0, 5, 1);
    }

    @Test
    void shouldFollowMovesBetweenWalks() {
        step(10, true, true, 0, 0, 0, 0);
        tally.moved(10 * PAGE, 2 * PAGE, 0, 3);
        expect(2, 0, 0, 2);
        step(10, true, false, 3, 3);
        tally.moved(10 * PAGE, PAGE, 3, 0); // behind the walk
        tally.moved(12 * PAGE, PAGE, 0, 3); // ahead of it
        expect(2, 0, 0, 2);
        step(12, false, true, 3, 0);
        expect(2, 0, 0, 2);
    }

    @Test
    void shouldForgetAWalkThatWasBrokenOff() {
        step(10, true, false, 0, 0);
        step(10, true, true, 1, 1);
        expect(0, 2);
        tally.moved(10 * PAGE, 3 * PAGE, 1, 0); // more than there was
        expect(3, 0);
    }
}

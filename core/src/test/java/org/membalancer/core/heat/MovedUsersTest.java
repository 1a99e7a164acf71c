// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MovedUsersTest {

    @Test
    void shouldCountSamplesWhereTheirThreadsRunNowAndKeepWhatTheyWere() {
        HeatSnapshot heat = page(new int[] {8, 3, 0}, new int[0]);
        heat.movedUsers(MovedUsers.of(2, 1, 2));
        assertArrayEquals(new float[] {0, 3, 8}, dense(heat));
        assertEquals(8, heat.accesses(0, 0), "where they came from");
        assertEquals(11, heat.accesses(0));
    }

    @Test
    void shouldNotMoveOnWhatCameJustNow() {
        HeatSnapshot heat = page(new int[] {8, 3, 1}, new int[0]);
        heat.movedUsers(MovedUsers.of(1, 2, 0));
        assertArrayEquals(new float[] {1, 8, 3}, dense(heat));
    }

    @Test
    void shouldLeaveOutWhatCountsForNoNode() {
        HeatSnapshot heat = page(new int[] {8, 3, 0}, new int[0]);
        heat.movedUsers(MovedUsers.of(MovedUsers.NO_NODE, 1, 2));
        assertArrayEquals(new float[] {0, 3, 0}, dense(heat));
    }

    @Test
    void shouldCountStallsLikeAccesses() {
        HeatSnapshot heat = page(new int[] {8, 3, 0}, new int[] {10, 0, 2});
        heat.movedUsers(MovedUsers.of(2, 1, 2));
        assertArrayEquals(new float[] {0, 3, 12}, dense(heat));
    }

    @Test
    void shouldEndWhenTheSnapshotIsFilledAnew() {
        HeatSnapshot heat = page(new int[] {8, 3, 0}, new int[0]);
        heat.movedUsers(MovedUsers.of(2, 1, 2));
        heat.begin(1, 12, 33);
        assertTrue(heat.movedUsers().isNone());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 17, 56})
    void shouldSayTheSameOfAllNodesAndOfThoseWithSamples(int nodes) {
        Random random = new Random(nodes);
        for (int run = 0; run < 100; run++) {
            int[] counts = random.ints(nodes, -9, 9).map(count -> Math.max(0, count)).toArray();
            int[] nodesNow = random.ints(nodes, -1, nodes).toArray();
            HeatSnapshot heat = page(counts, new int[0]);
            heat.movedUsers(MovedUsers.of(nodesNow));
            float[] expected = new float[nodes];
            for (int nodeId = 0; nodeId < nodes; nodeId++) {
                if (nodesNow[nodeId] >= 0) {
                    expected[nodesNow[nodeId]] += counts[nodeId];
                }
            }
            String which = Arrays.toString(counts) + " " + Arrays.toString(nodesNow);
            assertArrayEquals(expected, dense(heat), which);
            int[] nodeIds = new int[nodes];
            float[] samples = new float[nodes];
            int found = heat.samples(0, nodeIds, samples);
            float[] sparse = new float[nodes];
            for (int n = 0; n < found; n++) {
                assertTrue(n == 0 || nodeIds[n] > nodeIds[n - 1], which + " gives " + Arrays.toString(nodeIds));
                sparse[nodeIds[n]] = samples[n];
            }
            assertArrayEquals(expected, sparse, which);
        }
    }

    @Test
    void shouldBeNoneWhereNobodyMoved() {
        assertTrue(MovedUsers.of(0, 1).isNone());
        assertTrue(MovedUsers.none().isSame(new int[] {0, 1}));
        assertTrue(MovedUsers.of(1, 1).isSame(new int[] {1, 1}));
        assertTrue(!MovedUsers.of(1, 1).isSame(new int[] {0, 1}));
        assertThrows(IllegalArgumentException.class, () -> MovedUsers.of(0, 2));
    }

    private static float[] dense(HeatSnapshot heat) {
        float[] samples = new float[heat.nodeCount()];
        heat.samples(0, samples);
        return samples;
    }

    private static HeatSnapshot page(int[] accesses, int[] stalls) {
        HeatSnapshot heat = new HeatSnapshot(1, accesses.length);
        heat.begin(0, 12, 33);
        heat.add(new PageHeat(5, 0, accesses, stalls, 0, 0, 0));
        if (heat.pageCount() == 0) { // no counts at all: the page would not be kept
            heat.add(PageHeat.of(5, 1));
            Arrays.setAll(accesses, nodeId -> nodeId == 0 ? 1 : 0);
        }
        return heat;
    }
}

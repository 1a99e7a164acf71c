// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparseSamplesTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 13, 56, 64})
    void shouldTellTheSameAsTheFullRow(int nodeCount) {
        Random random = new Random(nodeCount);
        HeatSnapshot heat = new HeatSnapshot(300, nodeCount);
        heat.begin(1L << 41, 12, 33);
        PageHeat[] added = new PageHeat[300];
        for (int page = 0; page < 300; page++) {
            int[] accesses = random.ints(nodeCount, -5, 4).map(count -> Math.max(0, count)).toArray();
            int[] stalls = random.ints(nodeCount, -5, 4).map(count -> Math.max(0, count)).toArray();
            accesses[random.nextInt(nodeCount)] = 0xffff;
            added[page] = new PageHeat(7 + page, page % 3, accesses, page % 2 == 0 ? new int[nodeCount] : stalls, 0, 0, 0);
            heat.add(added[page]);
        }
        float[] full = new float[nodeCount];
        float[] counts = new float[nodeCount];
        int[] nodeIds = new int[nodeCount];
        for (int i = 0; i < heat.pageCount(); i++) {
            heat.samples(i, full);
            float[] sparse = new float[nodeCount];
            double sum = 0;
            int found = heat.samples(i, nodeIds, counts);
            for (int n = 0; n < found; n++) {
                sparse[nodeIds[n]] = counts[n];
            }
            for (int nodeId = 0; nodeId < nodeCount; nodeId++) {
                sum += heat.accesses(i, nodeId);
                float scale = HeatSnapshot.scaleOf(i % 3);
                assertEquals(added[i].accessesByNode()[nodeId] * scale, heat.accesses(i, nodeId), "page " + i);
                assertEquals(added[i].stallsByNode()[nodeId] * scale, heat.stalls(i, nodeId), "page " + i);
            }
            assertArrayEquals(full, sparse, "page " + i);
            assertEquals(sum, heat.accesses(i), 1e-3 * sum, "page " + i);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
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

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 13, 56, 64, 101})
    void shouldAddUpWhatEachPageHas(int nodeCount) {
        Random random = new Random(nodeCount);
        HeatSnapshot heat = new HeatSnapshot(101, nodeCount);
        heat.begin(1L << 41, 12, 33);
        for (int page = 0; page < 101; page++) {
            int[] accesses = random.ints(nodeCount, -5, 4).map(count -> Math.max(0, count)).toArray();
            int[] stalls = random.ints(nodeCount, -5, 4).map(count -> Math.max(0, count)).toArray();
            accesses[random.nextInt(nodeCount)] = 7;
            heat.add(new PageHeat(page * 31 % 101, page % 3, accesses, page % 2 == 0 ? new int[0] : stalls, 0, 0, 0));
        }
        heat.sortByAddress();
        boolean[] isRead = new boolean[nodeCount];
        for (int nodeId = 0; nodeId < nodeCount; nodeId++) {
            isRead[nodeId] = nodeId % 5 != 3;
        }
        int[] scattered = random.ints(47, 0, 101).toArray();
        check(heat, isRead, java.util.stream.IntStream.range(13, 60).toArray(), (byNode, bits, byPage) ->
                new SampleSums(heat, isRead).add(13, 60, byNode, bits, byPage));
        check(heat, isRead, scattered, (byNode, bits, byPage) ->
                new SampleSums(heat, isRead).add(scattered, scattered.length, byNode, bits, byPage));
    }

    @Test
    void shouldAddUpWhatCountsForOtherNodes() {
        HeatSnapshot heat = new HeatSnapshot(2, 4);
        heat.begin(1L << 41, 12, 33);
        heat.add(new PageHeat(1, 0, new int[] {5, 7, 2, 1}, new int[0], 0, 0, 0));
        heat.add(new PageHeat(2, 1, new int[] {0, 4, 0, 8}, new int[0], 0, 0, 0));
        heat.sortByAddress();
        heat.movedUsers(MovedUsers.of(new int[] {3, 1, MovedUsers.NO_NODE, 3}));
        boolean[] isRead = {true, true, true, true};
        check(heat, isRead, new int[] {0, 1}, (byNode, bits, byPage) -> {
            new SampleSums(heat, isRead).add(0, 2, byNode, bits, byPage);
            assertArrayEquals(new double[] {0, 9, 0, 10}, byNode, "7 and 2 of node 1; 5, 1 and 4 of node 3");
        });
    }

    private static void check(HeatSnapshot heat, boolean[] isRead, int[] pages, Adding adding) {
        double[] sums = new double[isRead.length];
        double[] byPage = new double[pages.length];
        long[] bits = new long[2];
        float[] full = new float[heat.nodeCount()];
        for (int n = 0; n < pages.length; n++) {
            heat.samples(pages[n], full);
            for (int nodeId = 0; nodeId < isRead.length; nodeId++) {
                double counted = isRead[nodeId] ? full[nodeId] : 0;
                sums[nodeId] += counted;
                byPage[n] += counted;
                bits[nodeId / Long.SIZE] |= counted > 0 ? 1L << nodeId : 0;
            }
        }
        double[] byNode = new double[isRead.length];
        long[] foundBits = new long[2];
        double[] ofPages = new double[pages.length];
        adding.add(byNode, foundBits, ofPages);
        assertArrayEquals(sums, byNode, "by node");
        assertArrayEquals(byPage, ofPages, "by page");
        assertArrayEquals(bits, foundBits, "nodes with samples");
    }

    private interface Adding {
        void add(double[] byNode, long[] nodeBits, double[] byPage);
    }
}

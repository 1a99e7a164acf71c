// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.List;
import java.util.TreeMap;
import org.membalancer.core.topology.Node;

/**
 * TPP's rules, modelled: pages of memory-only nodes are unmapped range by range, and the second hint fault promotes a
 * page to the node of the CPU that touched it; a fast node with little memory free demotes on its own, so that there is
 * room to promote to. Pages are demoted in rotation if nobody touched them for the length of a step.
 */
final class Tpp implements Placer {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int SCAN_PAGES = 256 << 20 >> 12;
    private static final int LOOKS_PER_STEP = 4_096;
    private static final double FAULT_NS = 1_500;
    private static final double PROMOTE_FREE_SHARE = 0.01;
    private static final double DEMOTE_FREE_SHARE = 0.03;

    private final SplitMix random;
    private List<Node> fast = List.of();
    private List<Node> slow = List.of();
    private boolean[] isUnmapped;
    private boolean[] isActive;
    private int scanAt;
    private int hand;
    private long nextScanNs;

    Tpp(long seed) {
        random = new SplitMix(seed);
    }

    @Override
    public void phase(World world, int index) {
        if (index == 0) {
            List<Node> nodes = world.machine().topology().nodes();
            fast = nodes.stream().filter(node -> node.hasMemory() && node.hasCpus()).toList();
            slow = nodes.stream().filter(node -> node.hasMemory() && !node.hasCpus()).toList();
            isUnmapped = new boolean[world.pages()];
            isActive = new boolean[world.pages()];
        }
    }

    @Override
    public void step(World world, long nowNs) {
        if (slow.isEmpty()) {
            return;
        }
        demote(world);
        faultInOrder(world);
        if (nowNs >= nextScanNs) {
            scan(world);
            nextScanNs = nowNs + SECOND_NS;
        }
    }

    /** The hottest pages tend to fault first, and so find room first. */
    private void faultInOrder(World world) {
        TreeMap<Double, Integer> pageBySecond = new TreeMap<>();
        for (int page = 0; page < isUnmapped.length; page++) {
            if (isUnmapped[page]) {
                double second = -Math.log1p(-random.nextDouble()) / rate(world, page);
                if (second < World.STEP_SECONDS) {
                    pageBySecond.put(second, page);
                }
            }
        }
        pageBySecond.values().forEach(page -> fault(world, page));
    }

    private void fault(World world, int page) {
        isUnmapped[page] = false;
        world.fault(FAULT_NS);
        int to = toucher(world, page);
        if (isActive[page] && isSlow(world.placeOf(page))
                && world.freePages(to) > PROMOTE_FREE_SHARE * world.machine().capacityPages(to)) {
            world.move(page, to);
        }
        isActive[page] = true;
    }

    private void demote(World world) {
        for (int i = 0; i < LOOKS_PER_STEP && fast.stream().anyMatch(node -> isShort(world, node)); i++) {
            int page = hand;
            hand = (hand + 1) % world.pages();
            int place = world.placeOf(page);
            if (!isSlow(place) && isShort(world, world.machine().topology().node(place)) && !isTouched(world, page)) {
                isActive[page] = false;
                world.move(page, nearestSlow(world, place));
            }
        }
    }

    private static boolean isShort(World world, Node node) {
        return world.freePages(node.nodeId()) < DEMOTE_FREE_SHARE * world.machine().capacityPages(node.nodeId());
    }

    private boolean isSlow(int nodeId) {
        return slow.stream().anyMatch(node -> node.nodeId() == nodeId);
    }

    private int nearestSlow(World world, int fromNodeId) {
        int nearest = slow.get(0).nodeId();
        for (Node node : slow) {
            boolean isNearer = world.machine().idleNs(fromNodeId, node.nodeId())
                    < world.machine().idleNs(fromNodeId, nearest);
            nearest = isNearer ? node.nodeId() : nearest;
        }
        return nearest;
    }

    private boolean isTouched(World world, int page) {
        return random.nextDouble() < -Math.expm1(-rate(world, page) * World.STEP_SECONDS);
    }

    private double rate(World world, int page) {
        double rate = 0;
        for (Node node : fast) {
            rate += world.rate(node.nodeId(), page);
        }
        return rate;
    }

    private int toucher(World world, int page) {
        double sum = 0;
        int toucher = fast.get(0).nodeId();
        for (Node node : fast) {
            double rate = world.rate(node.nodeId(), page);
            sum += rate;
            toucher = random.nextDouble() * sum < rate ? node.nodeId() : toucher;
        }
        return toucher;
    }

    private void scan(World world) {
        for (int i = 0; i < Math.min(SCAN_PAGES, world.pages()); i++) {
            isUnmapped[scanAt] |= isSlow(world.placeOf(scanAt));
            scanAt = (scanAt + 1) % world.pages();
        }
    }
}

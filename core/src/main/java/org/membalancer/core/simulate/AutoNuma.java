// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.Arrays;

/**
 * The kernel's NUMA balancing, modelled: pages are unmapped range by range, the next access faults and tells from which
 * node it came, and two faults in a row from one node move the page there; hot or cold makes no difference.
 *
 * <p>As in the kernel (6.1 to 6.12): 256 MiB are scanned per period of 1 s to 60 s; a first fault moves the page at
 * once in the first four scans; the period grows while faults are local and shrinks while they are not; a target with
 * next to no free memory refuses. Left out: moving threads, and the group statistics that spare some shared pages.
 */
final class AutoNuma implements Placer {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long MIN_PERIOD_NS = SECOND_NS;
    private static final long MAX_PERIOD_NS = 60 * SECOND_NS;
    private static final int SCAN_PAGES = 256 << 20 >> 12;
    private static final int EAGER_SCANS = 4;
    private static final double FAULT_NS = 1_500;
    private static final double LOCAL_SHARE = 0.7;
    private static final double MIN_FREE_SHARE = 0.01;
    private static final byte NOBODY = -1;

    private final SplitMix random;
    private boolean[] isUnmapped;
    private byte[] lastNode;
    private double[] rates;
    private double[] faultShare;
    private int scanAt;
    private int scans;
    private long periodNs = MIN_PERIOD_NS;
    private long nextScanNs;
    private long localFaults;
    private long remoteFaults;

    AutoNuma(long seed) {
        random = new SplitMix(seed);
    }

    @Override
    public void phase(World world, int index) {
        if (index == 0) {
            isUnmapped = new boolean[world.pages()];
            lastNode = new byte[world.pages()];
            Arrays.fill(lastNode, NOBODY);
            rates = new double[world.pages()];
            faultShare = new double[world.pages()];
        }
        for (int page = 0; page < world.pages(); page++) {
            rates[page] = 0;
            for (int nodeId = 0; nodeId < world.machine().nodeIdLimit(); nodeId++) {
                rates[page] += world.rate(nodeId, page);
            }
            faultShare[page] = -Math.expm1(-rates[page] * World.STEP_SECONDS);
        }
    }

    @Override
    public void step(World world, long nowNs) {
        for (int page = 0; page < isUnmapped.length; page++) {
            if (isUnmapped[page] && random.nextDouble() < faultShare[page]) {
                fault(world, page);
            }
        }
        if (nowNs >= nextScanNs) {
            adaptPeriod();
            scan();
            nextScanNs = nowNs + periodNs;
        }
    }

    private void fault(World world, int page) {
        isUnmapped[page] = false;
        world.fault(FAULT_NS);
        int from = drawNode(world, page);
        boolean isLocal = world.placeOf(page) == from;
        localFaults += isLocal ? 1 : 0;
        remoteFaults += isLocal ? 0 : 1;
        boolean mayMove = lastNode[page] == from || lastNode[page] == NOBODY && scans <= EAGER_SCANS;
        lastNode[page] = (byte) from;
        if (!isLocal && mayMove && world.freePages(from) > MIN_FREE_SHARE * world.machine().capacityPages(from)) {
            world.move(page, from);
        }
    }

    private int drawNode(World world, int page) {
        double at = random.nextDouble() * rates[page];
        int last = 0;
        for (int nodeId = 0; nodeId < world.machine().nodeIdLimit() && at >= 0; nodeId++) {
            double rate = world.rate(nodeId, page);
            last = rate > 0 ? nodeId : last;
            at -= rate;
        }
        return last;
    }

    /* update_task_scan_period(): tenths of a period for each tenth of the faults above or below seven of ten. */
    private void adaptPeriod() {
        long faults = localFaults + remoteFaults;
        if (faults == 0) {
            periodNs *= 2;
        } else {
            periodNs += (long) (periodNs * ((double) localFaults / faults - LOCAL_SHARE));
        }
        periodNs = Math.max(MIN_PERIOD_NS, Math.min(MAX_PERIOD_NS, periodNs));
        localFaults = 0;
        remoteFaults = 0;
    }

    private void scan() {
        int count = Math.min(SCAN_PAGES, isUnmapped.length);
        for (int i = 0; i < count; i++) {
            isUnmapped[scanAt] = true;
            scanAt++;
            if (scanAt == isUnmapped.length) {
                scanAt = 0;
                scans++;
            }
        }
    }
}

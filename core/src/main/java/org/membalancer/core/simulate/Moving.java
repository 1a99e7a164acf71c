// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import static org.membalancer.core.simulate.Ground.PAGES;
import static org.membalancer.core.simulate.Ground.STEPS;
import static org.membalancer.core.simulate.Ground.THREADS;
import static org.membalancer.core.simulate.Ground.THREAD_RATE;
import static org.membalancer.core.simulate.Steady.HOT_PAGES;
import static org.membalancer.core.simulate.Steady.HOT_SHARE;
import static org.membalancer.core.simulate.Steady.NODE_RATE;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Scenarios that change as they go. */
final class Moving {
    private static final int JUMPS = 4;
    private static final int SWAPS = 3;
    private static final int SENDS = 3;
    private static final int CREW = 0;
    private static final int STEPS_PER_SECOND = 10;
    private static final int SCAN_SECONDS = 8;
    private static final int GC_STEPS = 4;
    private static final int TLAB_PAGES = 16;
    private static final double EDEN_SHARE = 0.15;
    private static final long SHUFFLE_SEED = 11;

    private Moving() {
    }

    static Setup hotSetJumps(Ground ground) {
        return ground.setup(THREADS, Ground.allOn(ground.home()),
                phases(JUMPS, jump -> Steady.hot(ground.away(), (jump * 3 + 1) % 10 * HOT_PAGES)));
    }

    static Setup drifting(Ground ground) {
        int seconds = STEPS / STEPS_PER_SECOND;
        return ground.setup(THREADS, Ground.allOn(ground.home()),
                phases(seconds, second -> Steady.hot(ground.away(), second * (PAGES / 100) % PAGES)));
    }

    static Setup scanHot(Ground ground) {
        int windowPages = PAGES / SCAN_SECONDS;
        List<Phase> phases = phases(STEPS / STEPS_PER_SECOND, second -> {
            List<Stream> streams = new ArrayList<>();
            streams.add(new Stream(ground.home(), THREAD_RATE,
                    UniformPages.of(second % SCAN_SECONDS * windowPages, windowPages)));
            streams.add(new Stream(ground.away(), NODE_RATE * HOT_SHARE, UniformPages.of(PAGES / 3, HOT_PAGES)));
            return streams;
        });
        return ground.setup(THREADS + 1, Ground.allOn(ground.home()), phases);
    }

    static Setup phases(Ground ground) {
        PageSet low = UniformPages.of(0, PAGES / 2);
        PageSet high = UniformPages.of(PAGES / 2, PAGES / 2);
        List<Phase> phases = phases(SWAPS, swap -> List.of(
                new Stream(swap % 2 == 0 ? ground.home() : ground.away(), NODE_RATE, low),
                new Stream(swap % 2 == 0 ? ground.away() : ground.home(), NODE_RATE, high)));
        return ground.setup(2 * THREADS, Ground.allOn(ground.home()), phases);
    }

    static Setup threadsMove(Ground ground) {
        List<Phase> phases = phases(SENDS, send -> Steady.hot(send % 2 == 0 ? ground.home() : ground.away(), PAGES / 3)
                .stream().map(stream -> new Stream(stream.cpuNodeId(), stream.accessesPerSecond(), stream.pages(), CREW))
                .toList());
        return ground.setup(THREADS, Ground.allOn(ground.home()), phases);
    }

    static Setup gc(Ground ground) {
        int edenPages = PAGES / 4;
        int oldHalf = (PAGES - edenPages) / 2;
        PageSet oldAtHome = new ZipfPages(edenPages, oldHalf, SHUFFLE_SEED);
        PageSet oldAway = new ZipfPages(edenPages + oldHalf, oldHalf, SHUFFLE_SEED + 1);
        SplitMix random = new SplitMix(SHUFFLE_SEED);
        List<Phase> phases = phases(STEPS / GC_STEPS, cycle -> {
            PageSet[] eden = tlabs(edenPages, random);
            return List.of(
                    new Stream(ground.home(), NODE_RATE * EDEN_SHARE, eden[0]),
                    new Stream(ground.away(), NODE_RATE * EDEN_SHARE, eden[1]),
                    new Stream(ground.home(), NODE_RATE * (1 - EDEN_SHARE), oldAtHome),
                    new Stream(ground.away(), NODE_RATE * (1 - EDEN_SHARE), oldAway));
        });
        return ground.setup(2 * THREADS, Ground.allOn(ground.home()), phases);
    }

    /** Gives eden's allocation buffers to the threads of two nodes, at random but half of them each. */
    private static PageSet[] tlabs(int edenPages, SplitMix random) {
        int[][] pages = new int[2][edenPages / 2];
        int[] used = new int[2];
        for (int first = 0; first < edenPages; first += TLAB_PAGES) {
            int left = pages[0].length - used[0] + pages[1].length - used[1];
            int owner = random.nextInt(left) < pages[0].length - used[0] ? 0 : 1;
            for (int page = first; page < first + TLAB_PAGES; page++) {
                pages[owner][used[owner]++] = page;
            }
        }
        return new PageSet[] {new ListedPages(pages[0]), new ListedPages(pages[1])};
    }

    private static List<Phase> phases(int count, IntFunction<List<Stream>> streams) {
        List<Phase> phases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            phases.add(new Phase(STEPS / count, streams.apply(i)));
        }
        return phases;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.membalancer.core.migrate.Errno;
import org.membalancer.core.migrate.PageMover;
import org.membalancer.core.policy.AddressRange;

class PlaceWalkTest {
    private static final long PAGE = 4096;
    private static final List<AddressRange> RANGES = List.of(range(100, 7), range(200, 6));

    /** Pages with an even number lie on the node of their last bit but one; odd ones are not present. */
    private static final PageMover KERNEL = (pid, count, addresses, nodes, statuses) -> {
        for (int i = 0; i < count; i++) {
            long page = addresses.get(i) / PAGE;
            statuses.put(i, page % 2 == 0 ? (int) (page >> 1 & 1) : -Errno.ENOENT);
        }
        return 0;
    };

    @Test
    void shouldSeeEveryPresentPageOnceInAsManyRoundsAsItTakes() {
        PlaceWalk walk = new PlaceWalk(KERNEL, 0, 5, PAGE);
        List<Long> seen = new ArrayList<>();
        for (int round = 0; round < 13; round++) {
            PlaceWindow window = walk.step(RANGES);
            for (int i = 0; i < window.count(); i++) {
                seen.add(window.address(i) / PAGE);
                assertEquals(window.address(i) / PAGE >> 1 & 1, window.nodeOf(i));
            }
        }
        List<Long> once = List.of(100L, 102L, 104L, 106L, 200L, 202L, 204L);
        List<Long> fiveTimes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            fiveTimes.addAll(once);
        }
        assertEquals(fiveTimes, seen, "13 pages in 13 rounds of 5");
        assertEquals(65, walk.askedPages());
        assertEquals(35, walk.presentPages());
    }

    @Test
    void shouldEstimateHowMuchLiesWhereFromThePartThatItWalked() {
        PlaceWindow window = new PlaceWalk(KERNEL, 0, 4, PAGE).step(List.of(range(0, 400)));
        assertEquals(100 * PAGE, window.bytesOn(List.of(0), PAGE));
        assertEquals(100 * PAGE, window.bytesOn(List.of(1), PAGE));
    }

    @Test
    void shouldNotAskForMoreThanThereIs() {
        PlaceWalk walk = new PlaceWalk(KERNEL, 0, 1000, PAGE);
        assertEquals(7, walk.step(RANGES).count());
        assertEquals(13, walk.askedPages());
    }

    @Test
    void shouldGoOnWhereRangesChanged() {
        PlaceWalk walk = new PlaceWalk(KERNEL, 0, 4, PAGE);
        walk.step(List.of(range(100, 8)));
        PlaceWindow window = walk.step(List.of(range(300, 8)));
        assertEquals(300 * PAGE, window.address(0));
        assertEquals(0, walk.step(List.of()).count());
    }

    @Test
    void shouldSeeNothingWhereTheKernelRefuses() {
        PlaceWindow window = new PlaceWalk((pid, count, addresses, nodes, statuses) -> -Errno.EPERM, 0, 4, PAGE)
                .step(RANGES);
        assertEquals(0, window.count());
        assertEquals(0, window.bytesOn(List.of(0), PAGE));
    }

    @Test
    void shouldRefuseSizesThatMeanNothing() {
        assertThrows(IllegalArgumentException.class, () -> new PlaceWalk(KERNEL, 0, 0, PAGE));
    }

    private static AddressRange range(long firstPage, long pages) {
        return new AddressRange(firstPage * PAGE, (firstPage + pages) * PAGE, "r");
    }
}

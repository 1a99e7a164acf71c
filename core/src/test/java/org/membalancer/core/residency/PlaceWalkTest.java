// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        for (int round = 0; round < 15; round++) {
            PlaceWindow window = walk.step(RANGES);
            assertEquals(round % 3 == 0, window.isFirst(), "round " + round);
            assertEquals(round % 3 == 2, window.isLast(), "round " + round);
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
        assertEquals(fiveTimes, seen, "13 pages in 3 rounds of 5, 5 and 3");
        assertEquals(65, walk.askedPages());
        assertEquals(35, walk.presentPages());
    }

    @Test
    void shouldNotAskForMoreThanThereIs() {
        PlaceWalk walk = new PlaceWalk(KERNEL, 0, 1000, PAGE);
        for (int round = 1; round <= 3; round++) {
            PlaceWindow window = walk.step(RANGES);
            assertEquals(7, window.count());
            assertTrue(window.isFirst() && window.isLast(), "the whole walk in round " + round);
            assertEquals(13 * round, walk.askedPages());
        }
    }

    @Test
    void shouldGoOnWhereRangesChanged() {
        PlaceWalk walk = new PlaceWalk(KERNEL, 0, 4, PAGE);
        walk.step(List.of(range(100, 8)));
        PlaceWindow window = walk.step(List.of(range(300, 8)));
        assertEquals(300 * PAGE, window.address(0));
        assertEquals(304 * PAGE, window.endAddress());
        assertEquals(100 * PAGE, walk.step(List.of(range(100, 8))).address(0), "what was left is gone");
        assertEquals(0, walk.step(List.of()).count());
    }

    @Test
    void shouldSeeNothingWhereTheKernelRefuses() {
        PlaceWindow window = new PlaceWalk((pid, count, addresses, nodes, statuses) -> -Errno.EPERM, 0, 4, PAGE)
                .step(RANGES);
        assertEquals(0, window.count());
        assertFalse(window.isLast(), "that was no walk");
    }

    @Test
    void shouldRefuseSizesThatMeanNothing() {
        assertThrows(IllegalArgumentException.class, () -> new PlaceWalk(KERNEL, 0, 0, PAGE));
    }

    private static AddressRange range(long firstPage, long pages) {
        return new AddressRange(firstPage * PAGE, (firstPage + pages) * PAGE, "r");
    }
}

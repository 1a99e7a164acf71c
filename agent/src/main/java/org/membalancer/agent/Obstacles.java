// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.membalancer.agent.heap.HeapGeometry;
import org.membalancer.core.balance.BalanceRound;
import org.membalancer.core.migrate.MoveOutcome;

/** Finds what stands against moving pages, in words that say what to do about it. Stateless. */
final class Obstacles {
    private static final String NEITHER = "pages can be neither moved nor asked for their nodes";

    /** EPERM, EACCES and ENOSYS, as a seccomp profile answers: they stay. Any other one is that round's alone. */
    private static final Set<Integer> LASTING_ERRNOS = Set.of(1, 13, 38);

    private final Doors doors;

    Obstacles(Doors doors) {
        this.doors = doors;
    }

    /** What can be told before the first round. */
    List<String> atStart(Surroundings surroundings, HeapGeometry geometry) {
        List<String> obstacles = new ArrayList<>();
        if (!surroundings.topology().canBalance()) {
            obstacles.add("only one node has memory: there is nothing to balance");
        }
        if (!geometry.isMovable()) {
            obstacles.add(geometry.note());
        } else if (surroundings.movable().isEmpty()) {
            obstacles.add("nothing is moved: the heap of " + geometry.collector().title()
                    + " is neither private memory nor a memory file of this JVM's own, as with huge pages of the pool"
                    + " or -XX:AllocateHeapAt");
        }
        int errno = doors.moverProbe().getAsInt();
        if (errno < 0) {
            obstacles.add(refused(NEITHER, errno));
        }
        return obstacles;
    }

    /** What a round ran into. */
    Optional<String> in(BalanceRound round, HeapGeometry geometry) {
        if (LASTING_ERRNOS.contains(round.residencyErrno())) {
            return Optional.of(refused(NEITHER, round.residencyErrno()));
        }
        if (round.result().pages(MoveOutcome.NOT_PERMITTED) > 0 && geometry.views().count() > 0) {
            return Optional.of("pages cannot be moved: the heap of " + geometry.collector().title()
                    + " is mapped several times, and the helper may not move it (it needs CAP_SYS_NICE)");
        }
        if (round.result().pages(MoveOutcome.NOT_PERMITTED) > 0) {
            return Optional.of(refused("pages cannot be moved", round.result().failedErrno()));
        }
        return Optional.empty();
    }

    private String refused(String what, int errno) {
        return what + ": move_pages failed with " + doors.errnoText().apply(errno)
                + " (in a container, allow it in the seccomp profile)";
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.membalancer.core.policy.BlockMove;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.MoveNumbers;
import org.membalancer.core.policy.MoveReason;
import org.membalancer.core.policy.StayReason;
import org.membalancer.core.topology.Topologies;
import org.membalancer.core.topology.Topology;

class SharedRoomTest {
    private static final long MIB = 1 << 20;

    @Test
    void shouldTakeAwayWhatPlansMoveAndLeaveAllElse() {
        Topology machine = Topologies.weighted(1, 3);
        SharedRoom room = new SharedRoom(machine);
        room.take(planTo(1));
        Topology seen = room.topology();
        assertEquals(machine.nodes().get(1).freeBytes() - MIB, seen.nodes().get(1).freeBytes());
        assertEquals(machine.nodes().get(1).processBytes() + MIB, seen.nodes().get(1).processBytes());
        assertEquals(machine.nodes().get(0), seen.nodes().get(0));
        assertEquals(machine.distance(0, 1), seen.distance(0, 1));
        assertEquals(3, seen.weights().weight(1));
        room.begin(machine);
        assertEquals(machine, room.topology(), "the next round looks anew");
    }

    private static MigrationPlan planTo(int nodeId) {
        BlockMove move = new BlockMove(4 * MIB, MIB, 1 - nodeId, nodeId, MoveReason.SPREAD, new MoveNumbers(10, 1, 2, 1));
        return new MigrationPlan(List.of(move), 1, Collections.nCopies(StayReason.values().length, 0L));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/** Places every page, when a phase begins, where the whole run's true accesses are best served, moves included. */
final class Oracle implements Placer {
    private Schedule schedule;

    @Override
    public void phase(World world, int index) {
        if (index == 0) {
            schedule = new Planner(world.machine(), world.workload()).best();
        }
        for (int page = 0; page < world.pages(); page++) {
            int nodeId = schedule.place(index, page);
            if (nodeId != world.placeOf(page)) {
                world.moveThroughFull(page, nodeId);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The duty cycle of the agent: opens the doors, goes round, sums up at the end. */
final class AgentCycle implements DutyCycle {
    private final AgentOptions options;
    private final ModeSwitch mode;
    private final AgentLog log;
    private final Doors.Source doors;
    private Optional<AgentRounds> rounds = Optional.empty();

    AgentCycle(AgentOptions options, ModeSwitch mode, AgentLog log, Doors.Source doors) {
        this.options = options;
        this.mode = mode;
        this.log = log;
        this.doors = doors;
    }

    @Override
    public void onStart() throws Exception {
        rounds = Optional.of(AgentRounds.open(options, mode, log, doors.open()));
    }

    @Override
    public int doWork() throws Exception {
        return rounds.orElseThrow().round();
    }

    @Override
    public Optional<BooleanSupplier> news() {
        return rounds.flatMap(AgentRounds::news);
    }

    @Override
    public void onClose() {
        rounds.ifPresent(AgentRounds::finish);
    }

    @Override
    public String roleName() {
        return "membalancer";
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The kernel's own NUMA balancing, which moves pages by hint faults and would work against us. It can be switched off
 * for a run; what it was is kept in a file, so that the next start restores it after kill -9.
 */
final class NumaBalancing implements AutoCloseable {
    private static final String SWITCH = "sys/kernel/numa_balancing";
    private static final String SWITCH_STATE = "numa-balancing";

    /** What the user wants done about it. */
    enum Wish { KEEP, OFF }

    private final Path file;
    private final Optional<RunState> state;
    private final Console console;
    private boolean isOurs;
    private String former = "";
    private boolean isConflictSaid;

    /**
     * Looks after the switch.
     *
     * @param procRoot {@code /proc}
     * @param state where the former value is kept; empty: nowhere, and nothing can be switched
     */
    NumaBalancing(Path procRoot, Optional<RunState> state, Console console) {
        this.file = procRoot.resolve(SWITCH);
        this.state = state;
        this.console = console;
    }

    /** Restores what an earlier run left switched off because it was killed. */
    void restoreAfterKill() throws IOException {
        Optional<String> former = state.isEmpty() ? Optional.empty() : state.get().leftByTheDead(SWITCH_STATE);
        if (former.isPresent() && Files.isWritable(file)) {
            Files.writeString(file, former.get() + "\n");
            state.get().forgetTheDead(SWITCH_STATE);
            console.say("the kernel's NUMA balancing is back to " + former.get()
                    + ": an earlier run was killed before it could do that");
        }
    }

    /**
     * Does what the user wishes.
     *
     * @throws FailureException when it cannot be switched off
     */
    void apply(Wish wish) throws IOException, FailureException {
        if (wish == Wish.OFF && isOn()) {
            switchOff();
        }
        sayConflict();
    }

    /** Says, once, that the kernel balances at the same time. Called before the first round and in each. */
    void sayConflict() throws IOException {
        if (!isConflictSaid && isOn()) {
            isConflictSaid = true;
            console.say("the kernel's own NUMA balancing is on (" + file + "): it moves pages by its own rules at the"
                    + " same time; --numa-balancing off switches it off for a run");
        }
    }

    /** Switches it on again if this run switched it off. Idempotent. */
    @Override
    public void close() throws IOException {
        if (isOurs) {
            isOurs = false;
            Files.writeString(file, former + "\n");
            state.orElseThrow().forget(SWITCH_STATE);
        }
    }

    private boolean isOn() throws IOException {
        try {
            return !Files.readString(file).strip().equals("0");
        } catch (NoSuchFileException absent) { // a kernel without it
            return false;
        }
    }

    private void switchOff() throws IOException, FailureException {
        former = Files.readString(file).strip();
        if (!Files.isWritable(file) || state.isEmpty()) {
            throw new FailureException("not permitted: --numa-balancing off writes " + file + ", which needs root");
        }
        try {
            state.get().remember(SWITCH_STATE, former);
            Files.writeString(file, "0\n");
        } catch (AccessDeniedException e) {
            throw new FailureException("not permitted: " + e.getMessage(), e);
        }
        isOurs = true;
        console.say("the kernel's NUMA balancing is off for this run (was " + former + ")");
    }
}

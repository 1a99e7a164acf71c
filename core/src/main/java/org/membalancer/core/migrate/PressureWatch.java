// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.util.Optional;
import java.util.function.Consumer;

/** Tells whether moves must wait, and says when that begins and when it is over. Owned by one thread. */
public final class PressureWatch {
    private final MemoryPressure pressure;
    private final Consumer<String> said;
    private boolean isWaiting;

    /**
     * Watches memory.
     *
     * @param pressure asked each time
     * @param said told when moves begin to wait, and when they go on
     */
    public PressureWatch(MemoryPressure pressure, Consumer<String> said) {
        this.pressure = pressure;
        this.said = said;
    }

    /** Whether moves must wait now. */
    boolean mustWait() {
        Optional<String> reason = pressure.reasonToWait();
        if (reason.isPresent() && !isWaiting) {
            said.accept("moves wait: " + reason.get());
        } else if (reason.isEmpty() && isWaiting) {
            said.accept("moves go on: memory is no longer short");
        }
        isWaiting = reason.isPresent();
        return isWaiting;
    }
}

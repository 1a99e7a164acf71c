// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.util.Optional;

/** Tells whether memory is so short that moving pages would make it worse. One thread asks. */
@FunctionalInterface
public interface MemoryPressure {

    /** Why moves must wait now, in words with numbers; empty: they need not. */
    Optional<String> reasonToWait();
}

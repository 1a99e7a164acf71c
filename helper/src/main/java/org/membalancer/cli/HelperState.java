// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.List;
import java.util.Optional;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.jni.GroupStatus;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperException;
import org.membalancer.jni.HelperStatus;

/**
 * How a helper is doing, with its groups. Immutable.
 *
 * @param sampling what reports have too
 * @param helper all that it says of itself
 * @param groups its groups
 * @param groupsNote why they could not be listed; empty where they were
 */
record HelperState(SamplingStatus sampling, HelperStatus helper, List<GroupStatus> groups, Optional<String> groupsNote) {

    /**
     * Asks a helper.
     *
     * @throws HelperException when it does not answer
     */
    static HelperState ask(HelperConnection connection) throws HelperException {
        HelperStatus helper = connection.status();
        SamplingStatus sampling = Doors.status(helper);
        try {
            return new HelperState(sampling, helper, connection.groups(), Optional.empty());
        } catch (HelperException e) {
            if (!connection.isAlive()) {
                throw e;
            }
            return new HelperState(sampling, helper, List.of(), Optional.of(e.getMessage())); // refused
        }
    }
}

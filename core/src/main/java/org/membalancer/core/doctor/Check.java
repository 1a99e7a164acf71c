// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.util.List;

/** Looks at one aspect of a machine. */
@FunctionalInterface
interface Check {

    /** What is found; empty where there is nothing to say. */
    List<Finding> look(MachineFiles files);
}

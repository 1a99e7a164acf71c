// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.List;
import java.util.Optional;

/** Who is or was in a group: a process has a place, and a tag that names the place and how often it was given away. */
interface ProcessPlaces {

    /** Processes that are or were in the group, as far as their places were not given to others. */
    List<MemberProcess> read();

    /** The process of a tag, unless its place was given to another one. */
    Optional<MemberProcess> find(int tag);

    /** Whether the process of a tag runs, and that program still. */
    boolean isAlive(int tag);

    /** Which place a tag has, 0 to {@link #placeCount} - 1. */
    int placeOf(int tag);

    /** Places. */
    int placeCount();
}

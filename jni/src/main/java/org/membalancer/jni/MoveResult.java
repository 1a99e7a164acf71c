// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the pages that the helper was asked to move. Immutable.
 *
 * @param asked pages of the request: {@code moved} and all in {@code pagesByErrno} together
 * @param moved pages that lie on the node now
 * @param pagesByErrno the others, by why they do not
 */
public record MoveResult(long asked, long moved, Map<Integer, Integer> pagesByErrno) {

    /** Keeps its own copy of the errors, by number. */
    public MoveResult {
        pagesByErrno = Collections.unmodifiableMap(new TreeMap<>(pagesByErrno));
    }
}

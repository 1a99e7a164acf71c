// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import org.membalancer.core.trace.TraceProcess;

/** A process of a trace under way. Owned by the recorder's thread. */
final class RecordedProcess {
    private final int group;
    private final int groupTag;
    private final TraceProcess inTrace;
    private final boolean isTwin;
    private boolean isOver;
    private boolean isWatched;
    private long mapDigest;

    /**
     * Notes a process.
     *
     * @param group place of the group whose ring has its samples
     * @param groupTag which they carry there
     * @param inTrace the same with the tag that they carry in the trace
     * @param isTwin whether another group has them too, from which they are taken
     */
    RecordedProcess(int group, int groupTag, TraceProcess inTrace, boolean isTwin) {
        this.group = group;
        this.groupTag = groupTag;
        this.inTrace = inTrace;
        this.isTwin = isTwin;
    }

    int group() {
        return group;
    }

    int groupTag() {
        return groupTag;
    }

    TraceProcess inTrace() {
        return inTrace;
    }

    boolean isTwin() {
        return isTwin;
    }

    /** Whether it has ended, or runs another program. */
    boolean isOver() {
        return isOver;
    }

    void end() {
        isOver = true;
    }

    /** As it is in the trace once it has ended. */
    TraceProcess ended() {
        return new TraceProcess(inTrace.tag(), inTrace.tgid(), inTrace.parentTgid(), false, inTrace.startedNs(),
                inTrace.command());
    }

    /** Whether somebody looks at its memory map now and then. */
    boolean isWatched() {
        return isWatched;
    }

    void watch() {
        isWatched = true;
    }

    /** Whether the trace has a memory map of it. */
    boolean hasMap() {
        return mapDigest != 0;
    }

    /** Takes the digest of a map; returns whether it is another one than before. */
    boolean changesMap(long digest) {
        boolean isNew = digest != mapDigest;
        mapDigest = digest;
        return isNew;
    }
}

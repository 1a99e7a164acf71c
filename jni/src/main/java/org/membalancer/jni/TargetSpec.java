// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.util.List;

/**
 * What a group is asked to keep. Immutable; made by the factories.
 *
 * @param kind whose samples
 * @param tgid the first process, as the caller's pid namespace counts; 0 for the caller's own
 *     (PROCESS only) or for none
 * @param cgroupId inode number of the cgroup's folder; 0 for other kinds
 * @param codeRanges only samples whose code lies in one of these, ascending and apart; empty: all
 * @param recentSlots places of the ring of recent accesses; 0: as many as usual
 * @param isUserOnly whether what the kernel does for the processes is left out, also where the
 *     helper samples it
 */
public record TargetSpec(
        TargetKind kind, int tgid, long cgroupId, List<AddressSpan> codeRanges, int recentSlots,
        boolean isUserOnly) {

    /** Most code ranges of a group: {@code MBAL_MAX_RANGES}. */
    public static final int MAX_CODE_RANGES = 8;

    /** Most places of a ring of recent accesses: {@code MBAL_MAX_RECENT_SLOTS}. */
    public static final int MAX_RECENT_SLOTS = 1 << 20;

    /** Keeps its own copy of the ranges. */
    public TargetSpec {
        codeRanges = List.copyOf(codeRanges);
        if (codeRanges.size() > MAX_CODE_RANGES) {
            throw new IllegalArgumentException("codeRanges must be at most " + MAX_CODE_RANGES
                    + ": codeRanges=" + codeRanges.size());
        }
        for (int i = 1; i < codeRanges.size(); i++) {
            if (Long.compareUnsigned(codeRanges.get(i - 1).end(), codeRanges.get(i).start()) > 0) {
                throw new IllegalArgumentException(
                        "codeRanges must ascend and not overlap: " + codeRanges);
            }
        }
        if (recentSlots < 0 || recentSlots > MAX_RECENT_SLOTS) {
            throw new IllegalArgumentException("recentSlots must be 0.." + MAX_RECENT_SLOTS
                    + ": recentSlots=" + recentSlots);
        }
        if (tgid < 0) {
            throw new IllegalArgumentException("tgid must be 0 or more: tgid=" + tgid);
        }
        if (kind == TargetKind.PROCESS && (recentSlots != 0 || !codeRanges.isEmpty())) {
            throw new IllegalArgumentException(
                    "a group that is shared by all who ask for its process has no code ranges and no"
                            + " ring of its own: " + kind);
        }
    }

    /** One process, 0 for the caller's own, in the group that all share who ask alike. */
    public static TargetSpec process(int tgid) {
        return of(TargetKind.PROCESS, tgid, 0);
    }

    /** The processes added one by one ({@link HelperConnection#add}), of which this is the first. */
    public static TargetSpec set(int firstTgid) {
        return of(TargetKind.SET, firstTgid, 0);
    }

    /** A process and everything that comes from it. */
    public static TargetSpec descendants(int tgid) {
        return of(TargetKind.DESCENDANTS, tgid, 0);
    }

    /** The direct children of a process, without itself. */
    public static TargetSpec children(int tgid) {
        return of(TargetKind.CHILDREN, tgid, 0);
    }

    /**
     * The processes of a cgroup (v2) and of those below it. Only for root.
     *
     * @param cgroupId inode number of its folder
     */
    public static TargetSpec cgroup(long cgroupId) {
        return of(TargetKind.CGROUP, 0, cgroupId);
    }

    /** Everything but the helper and the caller. Only for root. */
    public static TargetSpec all() {
        return of(TargetKind.ALL, 0, 0);
    }

    /** What is injected; only from a helper with the source "replay". */
    public static TargetSpec replay() {
        return of(TargetKind.REPLAY, 0, 0);
    }

    /** The same, keeping only samples whose code lies in these ranges. */
    public TargetSpec withCodeRanges(List<AddressSpan> ranges) {
        return new TargetSpec(kind, tgid, cgroupId, ranges, recentSlots, isUserOnly);
    }

    /** The same, with or without what the kernel does for the processes. */
    public TargetSpec withUserOnly(boolean isOnly) {
        return new TargetSpec(kind, tgid, cgroupId, codeRanges, recentSlots, isOnly);
    }

    /** The same with so many places for recent accesses. */
    public TargetSpec withRecentSlots(int slots) {
        return new TargetSpec(kind, tgid, cgroupId, codeRanges, slots, isUserOnly);
    }

    /** What it asks for, as a message says it. */
    String text() {
        String whose = kind == TargetKind.CGROUP ? " of cgroup " + cgroupId
                : tgid == 0 ? "" : " of process " + tgid;
        if (kind == TargetKind.PROCESS) {
            return tgid == 0 ? "the tables of this process" : "the tables" + whose;
        }
        return "a group of kind " + kind.label() + whose;
    }

    private static TargetSpec of(TargetKind kind, int tgid, long cgroupId) {
        return new TargetSpec(kind, tgid, cgroupId, List.of(), 0, false);
    }
}

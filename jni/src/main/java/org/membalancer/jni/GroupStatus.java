// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

/**
 * One of the helper's groups at the instant it was asked, as everybody may see it. Immutable.
 *
 * @param groupId the helper's number for it
 * @param kind whose samples it keeps; one of {@link TargetKind#label}, or a later helper's
 * @param tgid its first process, as the initial pid namespace counts; 0: it has none
 * @param peers how many connections have it open
 * @param processes alive in it
 * @param memoryBytes of its tables
 * @param recorded samples counted in its heat table
 * @param dropped samples that its heat table refused
 * @param claimBytes fast memory that its balancer claimed last; 0: none
 * @param claimRate accesses per second to that memory
 * @param claimAgeMs since that claim
 * @param isUserOnly whether it was asked to leave out what the kernel does for its processes; a
 *     helper that samples no kernel leaves that out of every group
 */
public record GroupStatus(
        long groupId, String kind, int tgid, int peers, int processes, long memoryBytes,
        long recorded, long dropped, long claimBytes, long claimRate, long claimAgeMs,
        boolean isUserOnly) {
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

/**
 * One process of a group of several. Immutable.
 *
 * @param tag under which its pages are in the group's heat table
 * @param pid as the initial pid namespace counts
 * @param parentPid of the process that made it; 0: it was there before the group
 * @param isAlive whether it runs, and that program still
 * @param startedNs when it came into the group, CLOCK_MONOTONIC
 * @param recorded samples of it that were counted
 * @param command the kernel's name of it
 */
record MemberProcess(
        int tag, int pid, int parentPid, boolean isAlive, long startedNs, long recorded, String command) {
}

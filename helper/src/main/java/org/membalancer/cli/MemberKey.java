// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

/**
 * Names a process for as long as it runs one program.
 *
 * @param group place of the group that it is taken from, among ours
 * @param tag that it has there; 0 in a group of one process
 */
record MemberKey(int group, int tag) {
}

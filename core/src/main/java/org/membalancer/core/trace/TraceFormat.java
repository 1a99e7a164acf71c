// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

/** The numbers of the file format, docs/trace-format.md. */
final class TraceFormat {
    /** The first bytes of every trace, ASCII. */
    static final String MAGIC = "MBTRACE\n";
    static final int VERSION = 1;
    /** Magic and a 16-bit version. */
    static final int PREAMBLE_BYTES = MAGIC.length() + Short.BYTES;

    /** Kind, count, length, CRC. */
    static final int FRAME_BYTES = 1 + 3 * Integer.BYTES;
    /** The CRC covers the frame up to itself, then the payload. */
    static final int FRAME_CRC_OFFSET = FRAME_BYTES - Integer.BYTES;

    /** A longer block is not believed; what a writer makes stays far below. */
    static final int MAX_PAYLOAD_BYTES = 1 << 20;
    /** A writer ends a block here; one more item of any kind fits below MAX_PAYLOAD_BYTES. */
    static final int FULL_PAYLOAD_BYTES = 1 << 16;
    static final int MAX_TEXT_BYTES = 1 << 14;
    /** The kernel's MAX_NUMNODES at most. */
    static final int MAX_NODE_ID = 1023;
    /** Far above the kernel's vm.max_map_count of 65530. A reader keeps no more of all processes together. */
    static final int MAX_REGIONS = 1 << 20;
    /** A reader forgets those that ended first. As many as a group's table of processes has places. */
    static final int MAX_PROCESSES = 1 << 14;
    static final int MAX_COUNTERS = 1024;

    static final int KIND_HEADER = 1;
    static final int KIND_SAMPLES = 2;
    static final int KIND_MEMORY_MAP = 3;
    static final int KIND_PROCESSES = 4;
    static final int KIND_LOST = 5;
    static final int KIND_END = 6;
    static final int KIND_COUNTERS = 7;

    private TraceFormat() {
    }
}

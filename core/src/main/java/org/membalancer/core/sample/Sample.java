// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.sample;

/**
 * One sample, refilled in place. Owned by one thread. Holds no physical address: a trace may leave the machine.
 *
 * <p>The flags are part of the trace format; they are those of {@code enum mbal_access_flag}, and a test compares both.
 */
public final class Sample {
    /** The access read. */
    public static final int LOAD = 1;
    /** The access wrote. */
    public static final int STORE = 2;
    /** An instruction fetch: the address is that of code. */
    public static final int CODE = 4;
    /** What the thread waited for, weighted by time, rather than one of the accesses it makes. */
    public static final int STALL = 8;
    /** The hardware says that another node answered. */
    public static final int REMOTE = 16;
    /** No TLB had its translation. */
    public static final int TLB_MISS = 32;
    /** It missed the nearest cache: only then latency and open misses mean something. */
    public static final int MISS = 64;
    /** Found by the kernel's NUMA balancing. */
    public static final int HINT_FAULT = 128;
    /** Made by the kernel on the process's behalf. */
    public static final int KERNEL = 256;

    /** The memory node of a sample whose source cannot tell. */
    public static final int NODE_UNKNOWN = 0xffff;

    private long timeNs;
    private long address;
    private long codeAddress;
    private int processTag;
    private int tgid;
    private int tid;
    private int cpuNode;
    private int memoryNode;
    private int flags;
    private int latencyCycles;
    private int tlbLatencyCycles;
    private int openMisses;
    private int dataSource;
    private int widthBytes;
    private int weight;

    /** All zero, memory node not known. */
    public Sample() {
        clear();
    }

    /** Makes it as new. */
    public Sample clear() {
        return at(0, 0, 0).by(0, 0, 0).nodes(0, NODE_UNKNOWN).kind(0, 0, 0).miss(0, 0, 0, 0);
    }

    /** Copies every field of another. */
    public Sample set(Sample o) {
        return at(o.timeNs, o.address, o.codeAddress).by(o.processTag, o.tgid, o.tid).nodes(o.cpuNode, o.memoryNode)
                .kind(o.flags, o.widthBytes, o.weight)
                .miss(o.latencyCycles, o.tlbLatencyCycles, o.openMisses, o.dataSource);
    }

    /**
     * Sets when and where.
     *
     * @param newTimeNs CLOCK_MONOTONIC
     * @param newAddress what was accessed, not page-aligned
     * @param newCodeAddress of the instruction
     */
    public Sample at(long newTimeNs, long newAddress, long newCodeAddress) {
        timeNs = newTimeNs;
        address = newAddress;
        codeAddress = newCodeAddress;
        return this;
    }

    /** Sets who: the process's tag, its tgid and the thread, as the initial pid namespace counts. */
    public Sample by(int newProcessTag, int newTgid, int newTid) {
        processTag = newProcessTag;
        tgid = newTgid;
        tid = newTid;
        return this;
    }

    /** Sets from which node and to which, the latter {@link #NODE_UNKNOWN} where the source cannot tell. */
    public Sample nodes(int newCpuNode, int newMemoryNode) {
        cpuNode = newCpuNode;
        memoryNode = newMemoryNode;
        return this;
    }

    /** Sets the flags, the width in bytes (0: not known), and the counts that it is worth (0 means 1). */
    public Sample kind(int newFlags, int newWidthBytes, int newWeight) {
        flags = newFlags;
        widthBytes = newWidthBytes;
        weight = newWeight;
        return this;
    }

    /** Sets what the hardware says of a miss; 0: not known. */
    public Sample miss(int newLatencyCycles, int newTlbLatencyCycles, int newOpenMisses, int newDataSource) {
        latencyCycles = newLatencyCycles;
        tlbLatencyCycles = newTlbLatencyCycles;
        openMisses = newOpenMisses;
        dataSource = newDataSource;
        return this;
    }

    /** CLOCK_MONOTONIC. */
    public long timeNs() {
        return timeNs;
    }

    /** What was accessed, not page-aligned. */
    public long address() {
        return address;
    }

    /** Of the instruction. */
    public long codeAddress() {
        return codeAddress;
    }

    /** Of its process in the trace; 0 in traces of one process. */
    public int processTag() {
        return processTag;
    }

    /** Of its process, as the initial pid namespace counts. */
    public int tgid() {
        return tgid;
    }

    /** Of its thread, as the initial pid namespace counts. */
    public int tid() {
        return tid;
    }

    /** Node of the CPU that ran. */
    public int cpuNode() {
        return cpuNode;
    }

    /** Node of the page, or {@link #NODE_UNKNOWN}. */
    public int memoryNode() {
        return memoryNode;
    }

    /** The bits above. */
    public int flags() {
        return flags;
    }

    /** Whether all bits of a flag, or of several, are set. */
    public boolean is(int flag) {
        return (flags & flag) == flag;
    }

    /** Cycles until the miss was answered; 0: not known. */
    public int latencyCycles() {
        return latencyCycles;
    }

    /** Cycles until the translation was there; 0: not known. */
    public int tlbLatencyCycles() {
        return tlbLatencyCycles;
    }

    /** Misses under way at that moment; 0: not known. */
    public int openMisses() {
        return openMisses;
    }

    /** Who answered, as the hardware encodes it; 0: not known. */
    public int dataSource() {
        return dataSource;
    }

    /** Bytes; 0: not known. */
    public int widthBytes() {
        return widthBytes;
    }

    /** Counts that it is worth, as stored: 0 means 1. */
    public int weight() {
        return weight;
    }
}

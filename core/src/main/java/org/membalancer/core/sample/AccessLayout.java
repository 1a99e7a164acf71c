// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.sample;

import java.nio.ByteBuffer;
import java.util.function.ToIntFunction;

/**
 * Where the fields of a {@code struct mbal_access} lie, in bytes, as the C header has them.
 *
 * <p>The values come from C at load ({@code AbiLayout::value} of the jni room); none is typed twice.
 */
public record AccessLayout(int bytes, int timeNs, int address, int codeAddress, int tgid, int tid, int latency,
        int cpuNode, int memoryNode, int flags, int dataSource, int openMisses, int width, int weight, int tlbLatency,
        int processTag) {

    /**
     * Collects the offsets.
     *
     * @param abi answers {@code "mbal_access.ip"} with that field's offset and {@code "sizeof(mbal_access)"} with the size
     */
    public static AccessLayout of(ToIntFunction<String> abi) {
        return new AccessLayout(abi.applyAsInt("sizeof(mbal_access)"), at(abi, "time_ns"), at(abi, "vaddr"), at(abi, "ip"),
                at(abi, "tgid"), at(abi, "tid"), at(abi, "latency"), at(abi, "cpu_node"), at(abi, "memory_node"),
                at(abi, "flags"), at(abi, "data_source"), at(abi, "open_misses"), at(abi, "width"), at(abi, "weight"),
                at(abi, "tlb_latency"), at(abi, "process_tag"));
    }

    /** Reads the access at an index into a sample. The physical address, if there is one, is not looked at. */
    public void read(ByteBuffer from, int at, Sample into) {
        into.at(from.getLong(at + timeNs), from.getLong(at + address), from.getLong(at + codeAddress))
                .by(from.getInt(at + processTag), from.getInt(at + tgid), from.getInt(at + tid))
                .nodes(shortAt(from, at + cpuNode), shortAt(from, at + memoryNode))
                .kind(shortAt(from, at + flags), byteAt(from, at + width), shortAt(from, at + weight))
                .miss(latencyAt(from, at + latency), shortAt(from, at + tlbLatency), byteAt(from, at + openMisses),
                        byteAt(from, at + dataSource));
    }

    /** Writes a sample as the access at an index; bytes that have no field are left as they are. */
    public void write(Sample sample, ByteBuffer to, int at) {
        to.putLong(at + timeNs, sample.timeNs()).putLong(at + address, sample.address())
                .putLong(at + codeAddress, sample.codeAddress());
        to.putInt(at + processTag, sample.processTag()).putInt(at + tgid, sample.tgid()).putInt(at + tid, sample.tid());
        to.putShort(at + cpuNode, (short) sample.cpuNode()).putShort(at + memoryNode, (short) sample.memoryNode());
        to.putShort(at + flags, (short) sample.flags()).put(at + width, (byte) sample.widthBytes());
        to.putShort(at + weight, (short) sample.weight());
        to.putInt(at + latency, sample.latencyCycles()).putShort(at + tlbLatency, (short) sample.tlbLatencyCycles());
        to.put(at + openMisses, (byte) sample.openMisses()).put(at + dataSource, (byte) sample.dataSource());
    }

    private static int at(ToIntFunction<String> abi, String field) {
        return abi.applyAsInt("mbal_access." + field);
    }

    /** 32 bits in C; what an int cannot hold is as long as it can. */
    private static int latencyAt(ByteBuffer from, int at) {
        return (int) Math.min(Integer.MAX_VALUE, Integer.toUnsignedLong(from.getInt(at)));
    }

    private static int shortAt(ByteBuffer from, int at) {
        return Short.toUnsignedInt(from.getShort(at));
    }

    private static int byteAt(ByteBuffer from, int at) {
        return Byte.toUnsignedInt(from.get(at));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** One request to the helper: a structure of {@code mbal_wire.h} in native memory, made anew. */
final class Request {
    private static final String PLAIN = "mbal_request";

    private final String structure;
    private final ByteBuffer bytes;

    private Request(String structure, int kind) {
        this.structure = structure;
        this.bytes = ByteBuffer.allocateDirect(AbiLayout.value("sizeof(" + structure + ")"))
                .order(ByteOrder.nativeOrder());
        // Every request begins alike; the C client asserts it.
        bytes.putInt(AbiLayout.value("mbal_request.magic"), AbiLayout.value("MBAL_WIRE_MAGIC"));
        bytes.putShort(AbiLayout.value("mbal_request.abi_version"),
                (short) AbiLayout.value("MBAL_ABI_VERSION"));
        bytes.putShort(AbiLayout.value("mbal_request.kind"), (short) kind);
    }

    /** One of those that are a {@code struct mbal_request}: {@code "HELLO"}. */
    static Request of(String kind) {
        return new Request(PLAIN, AbiLayout.value("MBAL_REQUEST_" + kind));
    }

    static Request open(TargetSpec spec) {
        Request request = of("OPEN").with("tgid", spec.tgid()).with("cgroup_id", spec.cgroupId())
                .with("recent_slots", spec.recentSlots())
                .with("flags", spec.isUserOnly() ? AbiLayout.value("MBAL_GROUP_USER_ONLY") : 0);
        request.bytes.putShort(request.offset("target_kind"), (short) spec.kind().number());
        request.bytes.putShort(request.offset("range_count"), (short) spec.codeRanges().size());
        return request.withRanges(spec.codeRanges());
    }

    /** Copies accesses, each a {@code struct mbal_access}, from the source's position on. */
    static Request inject(long groupId, ByteBuffer accesses, int count) {
        Request request = new Request("mbal_inject_request", AbiLayout.value("MBAL_REQUEST_INJECT"))
                .with("group_id", groupId).with("count", count);
        int length = count * AbiLayout.value("sizeof(mbal_access)");
        request.bytes.put(request.offset("accesses"), accesses, accesses.position(), length);
        return request;
    }

    static Request move(int tgid, int nodeId, List<AddressSpan> spans) {
        return new Request("mbal_move_request", AbiLayout.value("MBAL_REQUEST_MOVE"))
                .with("tgid", tgid).with("node", nodeId).with("range_count", spans.size())
                .withRanges(spans);
    }

    Request with(String field, int value) {
        bytes.putInt(offset(field), value);
        return this;
    }

    Request with(String field, long value) {
        bytes.putLong(offset(field), value);
        return this;
    }

    /** The structure's memory; its address is what a native takes. */
    ByteBuffer bytes() {
        return bytes;
    }

    private Request withRanges(List<AddressSpan> spans) {
        int at = offset("ranges");
        for (AddressSpan span : spans) {
            bytes.putLong(at + AbiLayout.value("mbal_address_range.start"), span.start());
            bytes.putLong(at + AbiLayout.value("mbal_address_range.end"), span.end());
            at += AbiLayout.value("sizeof(mbal_address_range)");
        }
        return this;
    }

    private int offset(String field) {
        return AbiLayout.value(structure + "." + field);
    }
}

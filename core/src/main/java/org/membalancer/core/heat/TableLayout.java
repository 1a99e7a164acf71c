// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import java.util.function.ToIntFunction;

/**
 * Where the fields of a shared table lie, in bytes, as the C header {@code mbal_abi.h} has them.
 *
 * <p>The values come from C at load ({@code AbiLayout::value} of the jni room); none is typed twice.
 */
public record TableLayout(
        long magic, int abiVersion, int headerBytes, int heatKind, int threadsKind, int recentKind,
        int magicOffset, int abiVersionOffset, int kindOffset, int headerBytesOffset, int slotBytesOffset,
        int slotCountOffset, int nodeCountOffset, int countsOffsetOffset, int counts2OffsetOffset,
        int pageShiftOffset, int epochShiftOffset, int groupIdOffset, int tgidOffset, int sourceOffset,
        int pebsSource, int ibsSource, int stallCycles, int keyPageBits,
        int recordedOffset, int replacedOffset, int droppedOffset,
        int slotKeyOffset, int slotEpochOffset, int slotLatencyOffset, int slotStoresOffset, int slotCodesOffset) {

    /**
     * Collects the offsets.
     *
     * @param magic the table magic
     * @param abi answers {@code "mbal_slot.epoch"} with that field's offset and {@code "MBAL_ABI_VERSION"} with
     *     that constant; throws IllegalArgumentException for a name it does not know
     */
    public static TableLayout of(long magic, ToIntFunction<String> abi) {
        return new TableLayout(
                magic,
                abi.applyAsInt("MBAL_ABI_VERSION"),
                abi.applyAsInt("MBAL_HEADER_BYTES"),
                abi.applyAsInt("MBAL_TABLE_HEAT"),
                abi.applyAsInt("MBAL_TABLE_THREADS"),
                abi.applyAsInt("MBAL_TABLE_RECENT"),
                abi.applyAsInt("mbal_table_header.magic"),
                abi.applyAsInt("mbal_table_header.abi_version"),
                abi.applyAsInt("mbal_table_header.kind"),
                abi.applyAsInt("mbal_table_header.header_bytes"),
                abi.applyAsInt("mbal_table_header.slot_bytes"),
                abi.applyAsInt("mbal_table_header.slot_count"),
                abi.applyAsInt("mbal_table_header.node_count"),
                abi.applyAsInt("mbal_table_header.counts_offset"),
                abi.applyAsInt("mbal_table_header.counts2_offset"),
                abi.applyAsInt("mbal_table_header.page_shift"),
                abi.applyAsInt("mbal_table_header.epoch_shift"),
                abi.applyAsInt("mbal_table_header.group_id"),
                abi.applyAsInt("mbal_table_header.tgid"),
                abi.applyAsInt("mbal_table_header.source"),
                abi.applyAsInt("MBAL_SOURCE_PEBS"),
                abi.applyAsInt("MBAL_SOURCE_IBS"),
                abi.applyAsInt("MBAL_STALL_CYCLES"),
                abi.applyAsInt("MBAL_KEY_PAGE_BITS"),
                abi.applyAsInt("mbal_table_header.recorded"),
                abi.applyAsInt("mbal_table_header.replaced"),
                abi.applyAsInt("mbal_table_header.dropped"),
                abi.applyAsInt("mbal_slot.key"),
                abi.applyAsInt("mbal_slot.epoch"),
                abi.applyAsInt("mbal_slot.latency"),
                abi.applyAsInt("mbal_slot.stores"),
                abi.applyAsInt("mbal_slot.codes"));
    }

    /** What the stalls of a table that this source fills mean. */
    HeatWeight weightOf(int source) {
        return source == pebsSource || source == ibsSource ? HeatWeight.MISS_LATENCY : HeatWeight.COUNTS;
    }
}

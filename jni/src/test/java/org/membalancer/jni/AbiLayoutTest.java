// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AbiLayoutTest {
    /** What core's TableLayout asks for, in the order of the C structures. */
    private static final List<String> HEADER_FIELDS = List.of(
            "magic", "abi_version", "kind", "header_bytes", "slot_bytes", "slot_count",
                    "node_count",
            "counts_offset", "counts2_offset", "page_shift", "epoch_shift", "group_id", "tgid",
            "source", "recorded", "replaced", "dropped");
    private static final List<String> SLOT_FIELDS =
            List.of("key", "epoch", "latency", "stores", "codes");
    private static final List<String> ACCESS_FIELDS = List.of(
            "time_ns", "vaddr", "paddr", "ip", "tgid", "tid", "latency", "cpu_node", "memory_node",
            "flags", "data_source", "open_misses", "width", "source");

    @BeforeAll
    static void load() {
        Native.load();
    }

    @Test
    void shouldAnswerEveryFieldInTheOrderOfTheStructure() {
        assertAscending("mbal_table_header", HEADER_FIELDS);
        assertAscending("mbal_slot", SLOT_FIELDS);
        assertAscending("mbal_access", ACCESS_FIELDS);
        assertEquals(AbiLayout.value("MBAL_HEADER_BYTES"),
                AbiLayout.value("sizeof(mbal_table_header)"));
    }

    private static void assertAscending(String structure, List<String> fields) {
        int previous = -1;
        for (String field : fields) {
            int offset = AbiLayout.value(structure + "." + field);
            assertTrue(offset > previous, structure + "." + field + "=" + offset + " after "
                    + previous);
            previous = offset;
        }
        int bytes = AbiLayout.value("sizeof(" + structure + ")");
        assertTrue(previous < bytes, structure + " ends at " + bytes + ", last field at "
                + previous);
    }

    @Test
    void shouldAnswerTheConstants() {
        assertTrue(AbiLayout.value("MBAL_ABI_VERSION") > 0);
        List<Integer> kinds = List.of(
                AbiLayout.value("MBAL_TABLE_HEAT"), AbiLayout.value("MBAL_TABLE_THREADS"),
                AbiLayout.value("MBAL_TABLE_RECENT"));
        assertEquals(3, new HashSet<>(kinds).size(), "kinds " + kinds);
        ByteBuffer magic = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        magic.putLong(AbiLayout.tableMagic());
        assertEquals("MLTABLE1", new String(magic.array(), StandardCharsets.US_ASCII));
    }

    @Test
    void shouldNameValueAndLimitWhenAskedForNonsense() {
        IllegalArgumentException unknown =
                assertThrows(IllegalArgumentException.class,
                        () -> AbiLayout.value("mbal_slot.nothing"));
        assertTrue(unknown.getMessage().contains("mbal_slot.nothing"), unknown.getMessage());
        long key = AbiLayout.longValue("MBAL_KEY_THREAD");
        IllegalArgumentException tooLong =
                assertThrows(IllegalArgumentException.class,
                        () -> AbiLayout.value("MBAL_KEY_THREAD"));
        assertTrue(tooLong.getMessage().endsWith("MBAL_KEY_THREAD=" + key), tooLong.getMessage());
    }

    @Test
    void shouldListCountersAndSourcesAtTheirNumbers() {
        List<String> names = AbiLayout.counterNames();
        assertEquals("seen", names.get(AbiLayout.value("MBAL_COUNTER_SEEN")));
        assertEquals("not_target", names.get(AbiLayout.value("MBAL_COUNTER_FIRST_DROP")));
        assertEquals("table_race", names.get(AbiLayout.value("MBAL_COUNTER_LAST_DROP")));
        assertEquals(names.size(), AbiLayout.counterTexts().size());
        assertEquals(names.size(), new HashSet<>(names).size(), "all different: " + names);
        assertEquals("soft", AbiLayout.sourceNames().get(AbiLayout.value("MBAL_SOURCE_SOFT")));
        assertEquals("none", AbiLayout.sourceNames().get(0));
    }
}

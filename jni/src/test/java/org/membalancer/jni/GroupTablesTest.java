// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of a fake helper, whose C code fills every field with a number of its own. */
class GroupTablesTest {
    private static final String FAKE_TABLES = "mbal-fake";
    private static final long GROUP_ID = 0x123456789abcL;
    private static final int TGID = 4099;

    @TempDir
    private Path folder;
    private FakeHelper helper;
    private HelperConnection connection;

    @BeforeAll
    static void load() {
        Native.load();
    }

    @BeforeEach
    void connect() throws Exception {
        connect("close=good");
    }

    private void connect(String script) throws Exception {
        helper = FakeHelper.start(folder, script);
        connection = HelperConnection.connect(helper.socket());
        assertEquals("hello tgid=0 group_id=0", helper.nextRequest());
    }

    @AfterEach
    void disconnect() throws Exception {
        connection.close();
        helper.close();
    }

    @Test
    void shouldMapReadOnlyAndKeepNoDescriptor() throws Exception {
        try (GroupTables tables = connection.open(0)) {
            assertEquals("open tgid=0 group_id=0", helper.nextRequest());
            assertEquals(GROUP_ID, tables.groupId());
            assertEquals(TGID, tables.tgid());
            assertEquals(0, ProcSelf.openFiles(FAKE_TABLES), "open descriptors of tables");
            List<String> mappings = ProcSelf.mappings(FAKE_TABLES);
            assertEquals(3, mappings.size(), mappings::toString);
            for (String mapping : mappings) {
                assertTrue(mapping.contains(" r--s "), mapping);
            }
        }
        assertEquals(List.of(), ProcSelf.mappings(FAKE_TABLES));
    }

    @Test
    void shouldAskForAnotherProcess() throws Exception {
        try (GroupTables tables = connection.open(4243)) {
            assertEquals("open tgid=4243 group_id=0", helper.nextRequest());
            assertEquals(4243, tables.tgid());
        }
    }

    @Test
    void shouldReadInJavaWhatCWrote() throws Exception {
        try (GroupTables tables = connection.open(0)) {
            assertHeader(tables.heat(), AbiLayout.value("MBAL_TABLE_HEAT"));
            assertHeader(tables.threads(), AbiLayout.value("MBAL_TABLE_THREADS"));
            assertHeader(tables.recent(), AbiLayout.value("MBAL_TABLE_RECENT"));
            assertFirstSlot(tables.heat());
        }
    }

    private static void assertHeader(ByteBuffer table, int kind) {
        assertEquals(AbiLayout.tableMagic(), table.getLong(header("magic")));
        assertEquals(AbiLayout.value("MBAL_ABI_VERSION"), table.getInt(header("abi_version")));
        assertEquals(kind, table.getInt(header("kind")));
        int headerBytes = table.getInt(header("header_bytes"));
        assertEquals(AbiLayout.value("MBAL_HEADER_BYTES"), headerBytes);
        boolean isRing = kind == AbiLayout.value("MBAL_TABLE_RECENT");
        int slotBytes = isRing ? AbiLayout.value("sizeof(mbal_access)") : 32;
        assertEquals(slotBytes, table.getInt(header("slot_bytes")));
        assertEquals(1031 * 32 / slotBytes, table.getInt(header("slot_count")));
        assertEquals(headerBytes + 32 * 1031, table.capacity());
        assertEquals(3, table.getInt(header("node_count")));
        assertEquals(16, table.getInt(header("counts_offset")));
        assertEquals(22, table.getInt(header("counts2_offset")));
        assertEquals(AbiLayout.value("MBAL_PAGE_SHIFT"), table.getInt(header("page_shift")));
        assertEquals(AbiLayout.value("MBAL_EPOCH_SHIFT"), table.getInt(header("epoch_shift")));
        assertEquals(GROUP_ID, table.getLong(header("group_id")));
        assertEquals(TGID, table.getInt(header("tgid")));
        assertEquals(1000003, table.getLong(header("recorded")));
        assertEquals(10007, table.getLong(header("replaced")));
        assertEquals(101, table.getLong(header("dropped")));
    }

    private static void assertFirstSlot(ByteBuffer table) {
        int slot = table.getInt(header("header_bytes"));
        assertEquals(0x7f1234567L, table.getLong(slot + AbiLayout.value("mbal_slot.key")));
        assertEquals(5003, table.getInt(slot + AbiLayout.value("mbal_slot.epoch")));
        assertEquals(211, table.getShort(slot + AbiLayout.value("mbal_slot.latency")));
        assertEquals(13, table.get(slot + AbiLayout.value("mbal_slot.stores")));
        assertEquals(7, table.get(slot + AbiLayout.value("mbal_slot.codes")));
    }

    private static int header(String field) {
        return AbiLayout.value("mbal_table_header." + field);
    }

    @Test
    void shouldHandOutReadOnlyBuffersOfTheirOwn() throws Exception {
        try (GroupTables tables = connection.open(0)) {
            for (ByteBuffer table : List.of(tables.heat(), tables.threads(), tables.recent())) {
                assertTrue(table.isDirect());
                assertEquals(ByteOrder.nativeOrder(), table.order());
                assertThrows(ReadOnlyBufferException.class, () -> table.putLong(0, 1));
                assertThrows(ReadOnlyBufferException.class,
                        () -> table.duplicate().put(0, (byte) 1));
            }
            tables.heat().position(17);
            assertEquals(0, tables.heat().position(), "a reader's position is its own");
        }
    }

    @Test
    void shouldGiveTheGroupUpWhenClosed() throws Exception {
        GroupTables tables = connection.open(0);
        assertEquals("open tgid=0 group_id=0", helper.nextRequest());
        tables.close();
        tables.close(); // idempotent: no second request
        assertEquals(997, connection.status().rateAskedHz());
        assertEquals("close tgid=0 group_id=123456789abc", helper.nextRequest());
        assertEquals("status tgid=0 group_id=0", helper.nextRequest());
        assertThrows(IllegalStateException.class, tables::heat);
        assertThrows(IllegalStateException.class, tables::threads);
        assertThrows(IllegalStateException.class, tables::recent);
    }

    @Test
    void shouldStayReadableWithoutTheHelper() throws Exception {
        try (GroupTables tables = connection.open(0)) {
            helper.kill();
            assertFalse(connection.isAlive());
            connection.close();
            assertHeader(tables.heat(), AbiLayout.value("MBAL_TABLE_HEAT"));
        }
        assertEquals(List.of(), ProcSelf.mappings(FAKE_TABLES));
    }

    @Test
    void shouldUnmapAlsoWhenTheHelperDoesNotTakeTheGroupBack() throws Exception {
        disconnect();
        connect("close=garbage");
        GroupTables tables = connection.open(0);
        tables.close();
        assertEquals(List.of(), ProcSelf.mappings(FAKE_TABLES));
        assertFalse(connection.isAlive(), "a connection with a bad answer is broken");
    }

    @Test
    void shouldNotCareThatTheGroupIsGoneAlready() throws Exception {
        disconnect();
        connect("close=no-process");
        connection.open(0).close();
        assertTrue(connection.isAlive());
        assertEquals(List.of(), ProcSelf.mappings(FAKE_TABLES));
    }
}

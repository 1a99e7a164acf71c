// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The helper as it is built, on this kernel. */
class RealHelperTest {
    private static final int SLOTS = 4096;
    private static final long GIVE_UP_NS = TimeUnit.MINUTES.toNanos(2);

    @TempDir
    private Path folder;
    private Path socket;
    private Process helper;

    @BeforeAll
    static void load() {
        Native.load();
    }

    @BeforeEach
    void startHelper() throws Exception {
        Path binary = Native.folder().resolve("helper/membalancer-helper");
        SkipUnless.holds(Files.isExecutable(binary), "the helper is not built: " + binary);
        SkipUnless.root("loading BPF programs");
        socket = folder.resolve("helper.sock");
        helper = new ProcessBuilder(binary.toString(), "--foreground", "--socket",
                socket.toString(),
                "--source", "soft", "--rate", "997", "--table-slots", Integer.toString(SLOTS))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader output = helper.inputReader();
        String line = output.readLine();
        assertTrue(line != null && line.startsWith("membalancer-helper: ready on " + socket),
                "the helper printed " + line);
    }

    @AfterEach
    void stopHelper() throws Exception {
        if (helper != null) {
            helper.destroy();
            assertEquals(0, helper.waitFor(), "exit status after SIGTERM");
            assertFalse(Files.exists(socket), "left behind: " + socket);
        }
    }

    @Test
    void shouldSeeItsOwnAccessesInTheHeatTable() throws Exception {
        try (HelperConnection connection = HelperConnection.connect(socket);
                GroupTables tables = connection.open(0)) {
            assertEquals(ProcessHandle.current().pid(), tables.tgid());
            assertEquals(tables.groupId(), tables.heat().getLong(header("group_id")));
            assertEquals(SLOTS, tables.heat().getInt(header("slot_count")));
            assertEquals(AbiLayout.value("MBAL_TABLE_THREADS"),
                    tables.threads().getInt(header("kind")));
            assertEquals(AbiLayout.value("sizeof(mbal_access)"),
                    tables.recent().getInt(header("slot_bytes")));
            workUntilRecorded(connection, tables.heat());
            assertEquals(0, ProcSelf.openFiles("bpf-map"), "open descriptors of tables");
        }
    }

    private static void workUntilRecorded(HelperConnection connection, ByteBuffer heat) {
        ByteBuffer memory = Native.direct(1 << 20);
        long startNs = System.nanoTime();
        while (heat.getLong(header("recorded")) == 0) {
            assertTrue(connection.isAlive());
            assertTrue(System.nanoTime() - startNs < GIVE_UP_NS, "no sample was recorded");
            for (int i = 0; i < memory.capacity(); i += Long.BYTES) {
                memory.putLong(i, memory.getLong(i) + i);
            }
        }
    }

    @Test
    void shouldAnswerItsStatus() throws Exception {
        try (HelperConnection connection = HelperConnection.connect(socket)) {
            HelperStatus before = connection.status();
            assertEquals(helper.pid(), before.helperPid());
            assertEquals("soft", before.source());
            assertEquals(997, before.rateAskedHz());
            assertEquals(1, before.peerCount());
            assertEquals(0, before.groupCount());
            assertEquals(AbiLayout.counterNames().size(), before.counters().size());
            try (GroupTables tables = connection.open(0)) {
                HelperStatus open = connection.status();
                assertEquals(1, open.groupCount());
                assertTrue(open.tableMemoryBytes() >= tables.heat().capacity(), open::toString);
                assertTrue(open.requests() > before.requests(), open::toString);
            }
            assertEquals(0, connection.status().groupCount());
            assertConsistent(connection.status().counters());
        }
    }

    /** One outcome at most for every sample that was seen; counters are read one after another. */
    private static void assertConsistent(Map<String, Long> counters) {
        assertTrue(counters.values().stream().allMatch(count -> count >= 0), counters::toString);
        assertTrue(counters.get("seen") >= counters.get("recorded"), counters::toString);
    }

    @Test
    void shouldBeToldWhichProcessesItMayNotHave() throws Exception {
        try (HelperConnection connection = HelperConnection.connect(socket)) {
            try (GroupTables tables = connection.open(Integer.MAX_VALUE - 1)) {
                throw new AssertionError("tables of no process: " + tables.tgid());
            } catch (HelperException e) {
                assertEquals("ESRCH", Errno.name(e.errno()), e.getMessage());
            }
            assertTrue(connection.isAlive());
        }
    }

    @Test
    void shouldKeepSeveralProcesses() throws Exception {
        int own = (int) ProcessHandle.current().pid();
        Process child = new ProcessBuilder("cat").start();
        try (HelperConnection connection = HelperConnection.connect(socket);
                GroupTables tree = connection.open(TargetSpec.descendants(own).withRecentSlots(1031));
                GroupTables set = connection.open(TargetSpec.set((int) child.pid()).withUserOnly(true))) {
            connection.add(set.groupId(), own);
            assertEquals(1031, tree.recent().getInt(header("slot_count")));
            assertEquals(AbiLayout.value("MBAL_TABLE_PROCESSES"),
                    tree.processes().orElseThrow().getInt(header("kind")));
            List<GroupStatus> groups = connection.groups();
            assertEquals(List.of("descendants", "set"), groups.stream().map(GroupStatus::kind).toList());
            assertEquals(List.of(false, true), groups.stream().map(GroupStatus::isUserOnly).toList());
            assertTrue(groups.stream().allMatch(group -> group.processes() == 2 && group.peers() == 1),
                    groups::toString);
            assertEquals(2, connection.status().targets());
            connection.claim(set.groupId(), 12_288, 97);
            assertEquals(12_288, connection.groups().get(1).claimBytes());
            HelperException twice = assertThrows(HelperException.class,
                    () -> connection.add(set.groupId(), own));
            assertEquals("EEXIST", Errno.name(twice.errno()));
            workUntilRecorded(connection, tree.heat());
            workUntilRecorded(connection, set.heat());
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldMovePagesOfItsOwn() throws Exception {
        int pages = 17;
        int pageBytes = 1 << AbiLayout.value("MBAL_PAGE_SHIFT");
        ByteBuffer memory = Native.direct((pages + 1) * pageBytes);
        long start = (BufferAddress.of(memory) + pageBytes - 1) & -pageBytes;
        for (int i = 0; i < memory.capacity(); i += Long.BYTES) {
            memory.putLong(i, i);
        }
        try (HelperConnection connection = HelperConnection.connect(socket)) {
            MoveResult result = connection.move(0, 0,
                    List.of(new AddressSpan(start, start + (long) pages * pageBytes)));
            assertEquals(pages, result.asked());
            long failed = result.pagesByErrno().values().stream().mapToInt(Integer::intValue).sum();
            assertEquals(result.asked(), result.moved() + failed, result::toString);
            HelperException refused = assertThrows(HelperException.class, () -> connection.move(0, 0,
                    List.of(new AddressSpan(start + 1, start + pageBytes))));
            assertEquals("EINVAL", Errno.name(refused.errno()));
        }
    }

    @Test
    void shouldNoticeItsEnd() throws Exception {
        try (HelperConnection connection = HelperConnection.connect(socket);
                GroupTables tables = connection.open(0)) {
            helper.destroy();
            helper.waitFor();
            assertFalse(connection.isAlive());
            assertEquals(SLOTS, tables.heat().getInt(header("slot_count")), "still mapped");
        }
    }

    private static int header(String field) {
        return AbiLayout.value("mbal_table_header." + field);
    }
}

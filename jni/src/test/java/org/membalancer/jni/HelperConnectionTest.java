// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against helpers that answer well, badly, late or not at all; the tables are in GroupTablesTest.
 */
class HelperConnectionTest {
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration LATE = Duration.ofMinutes(5);
    private static final String FAKE_TABLES = "mbal-fake";

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() {
        Native.load();
    }

    @AfterEach
    void shouldHaveLeftNoTableBehind() throws IOException {
        assertEquals(0, ProcSelf.openFiles(FAKE_TABLES), "open descriptors of tables");
        assertEquals(List.of(), ProcSelf.mappings(FAKE_TABLES));
    }

    @Test
    void shouldShakeHands() throws Exception {
        try (FakeHelper helper = FakeHelper.start(folder);
                HelperConnection connection = HelperConnection.connect(helper.socket())) {
            assertEquals("hello tgid=0 group_id=0", helper.nextRequest());
            assertTrue(connection.isAlive());
            connection.close();
            assertFalse(connection.isAlive());
            connection.close(); // idempotent
            assertThrows(IllegalStateException.class, connection::status);
            assertEquals("end", helper.nextRequest(), "what the helper sees");
        }
    }

    @Test
    void shouldTellThatNoHelperIsThere() throws Exception {
        Path socket = folder.resolve("none.sock");
        HelperException missing =
                assertThrows(HelperException.class, () -> HelperConnection.connect(socket));
        assertEquals("no helper at " + socket + " (start membalancer-helper)",
                missing.getMessage());
        assertEquals(AbiLayout.value("ENOENT"), missing.errno());

        Files.createFile(socket);
        HelperException stale =
                assertThrows(HelperException.class, () -> HelperConnection.connect(socket));
        assertEquals(missing.getMessage(), stale.getMessage());
        assertEquals(AbiLayout.value("ECONNREFUSED"), stale.errno());
    }

    @Test
    void shouldRejectPathsAndTimeoutsBeyondTheLimits() {
        HelperException tooLong = assertThrows(HelperException.class,
                () -> HelperConnection.connect(Path.of("/" + "x".repeat(5000))));
        assertEquals(AbiLayout.value("ENAMETOOLONG"), tooLong.errno());
        for (Duration timeout : List.of(Duration.ZERO, Duration.ofSeconds(-1),
                Duration.ofDays(1))) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                    () -> HelperConnection.connect(folder, timeout));
            assertTrue(e.getMessage().endsWith("requestTimeout=" + timeout), e.getMessage());
        }
    }

    @Test
    void shouldTellAHelperOfAnotherAbiVersion() throws Exception {
        try (FakeHelper helper = FakeHelper.start(folder, "hello=other-abi")) {
            HelperException e = assertThrows(HelperException.class,
                    () -> HelperConnection.connect(helper.socket()));
            assertEquals("helper speaks ABI 99, this library "
                    + AbiLayout.value("MBAL_ABI_VERSION"), e.getMessage());
            assertEquals(AbiLayout.value("EPROTO"), e.errno());
            assertEquals("hello tgid=0 group_id=0", helper.nextRequest());
            assertEquals("end", helper.nextRequest(), "what the helper sees");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "short, EMSGSIZE", "long, EMSGSIZE", "garbage, EBADMSG", "wrong-kind, EBADMSG",
        "bad-error, EBADMSG", "extra-files, EBADMSG", "eof, ECONNRESET", "silent, ETIMEDOUT",
    })
    void shouldRefuseABadAnswerToAnyRequest(String behaviour, String errno) throws Exception {
        assertBroken("hello=" + behaviour, errno, connection -> { });
        assertBroken("status=" + behaviour, errno, HelperConnection::status);
        assertBroken("open=" + behaviour, errno, connection -> connection.open(0));
    }

    @ParameterizedTest
    @CsvSource({"no-files, EBADMSG", "small-files, EBADMSG", "huge-tables, EOVERFLOW"})
    void shouldRefuseTablesThatCannotBeMapped(String behaviour, String errno) throws Exception {
        assertBroken("open=" + behaviour, errno, connection -> connection.open(0));
    }

    /**
     * A connection that got a bad answer never recovers: the next answer may be to the old request.
     */
    private void assertBroken(String script, String errno, Request request) throws Exception {
        Duration timeout = errno.equals("ETIMEDOUT") ? SOON : LATE;
        try (FakeHelper helper = FakeHelper.start(folder, script)) {
            HelperException e = assertThrows(HelperException.class, () -> {
                try (HelperConnection connection = HelperConnection.connect(helper.socket(),
                        timeout)) {
                    HelperException first =
                            assertThrows(HelperException.class, () -> request.send(connection));
                    assertFalse(connection.isAlive(), script);
                    HelperException second =
                            assertThrows(HelperException.class, connection::status);
                    assertEquals(first.errno(), second.errno(), script);
                    throw first;
                }
            });
            assertEquals(errno, Errno.name(e.errno()), () -> script + ": " + e.getMessage());
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            assertTrue(e.getMessage().contains(helper.socket().toString()), e.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({"not-permitted, EPERM, not permitted by the helper at",
            "no-process, ESRCH, refused by"})
    void shouldStayAliveAfterARefusal(String behaviour, String errno,
            String message) throws Exception {
        try (FakeHelper helper = FakeHelper.start(folder, "open=" + behaviour);
                HelperConnection connection = HelperConnection.connect(helper.socket())) {
            HelperException e = assertThrows(HelperException.class, () -> connection.open(31));
            assertEquals(errno, Errno.name(e.errno()));
            assertTrue(e.getMessage().startsWith(message), e.getMessage());
            assertTrue(e.getMessage().contains("process 31"), e.getMessage());
            assertTrue(connection.isAlive());
            assertEquals(997, connection.status().rateAskedHz());
        }
    }

    @Test
    void shouldReadTheStatus() throws Exception {
        try (FakeHelper helper = FakeHelper.start(folder);
                HelperConnection connection = HelperConnection.connect(helper.socket())) {
            HelperStatus status = connection.status();
            Map<String, Long> counters = status.counters();
            assertEquals(new HelperStatus(
                    (int) helper.pid(), "soft", 997, 499, 2, 3, 5, 10, 7, 10000000019L, 1000003,
                    10007, 2097169, 23, 11, 487, 4, 19, 29, 31, counters, "0.1.0-fake",
                    "soft: ibs is not on this CPU\nsoft: pebs is not on this CPU\n"), status);
            assertEquals(AbiLayout.counterNames(), List.copyOf(counters.keySet()));
            for (int i = 0; i < counters.size(); i++) {
                assertEquals(1000 + i, counters.get(AbiLayout.counterNames().get(i)));
            }
            assertThrows(UnsupportedOperationException.class, counters::clear);
        }
    }

    @Test
    void shouldReadTheStatusOfOtherHelpersOfTheSameAbi() throws Exception {
        try (FakeHelper helper = FakeHelper.start(folder, "status=later-counters");
                HelperConnection connection = HelperConnection.connect(helper.socket())) {
            HelperStatus status = connection.status();
            assertEquals(AbiLayout.counterNames().size(), status.counters().size());
            assertEquals("source 4294967280", status.source());
            assertEquals("v".repeat(32), status.version());
            assertEquals("w".repeat(AbiLayout.value("sizeof(mbal_status.why)")), status.why());
        }
        try (FakeHelper helper = FakeHelper.start(folder, "status=fewer-counters");
                HelperConnection connection = HelperConnection.connect(helper.socket())) {
            assertEquals(List.of("seen", "recorded"),
                    List.copyOf(connection.status().counters().keySet()));
        }
    }

    @Test
    void shouldAskForEveryKindOfGroup() throws Exception {
        try (FakeHelper helper = FakeHelper.start(folder);
                HelperConnection connection = HelperConnection.connect(helper.socket())) {
            helper.nextRequest();
            for (TargetKind kind : TargetKind.values()) {
                TargetSpec spec = new TargetSpec(kind, kind == TargetKind.CGROUP ? 0 : 31,
                        kind == TargetKind.CGROUP ? 1L << 40 : 0, List.of(), 0, false);
                try (GroupTables tables = connection.open(spec)) {
                    assertEquals(kind != TargetKind.PROCESS, tables.processes().isPresent());
                }
                assertEquals(kind == TargetKind.PROCESS ? "open tgid=31 group_id=0"
                        : "open tgid=" + spec.tgid() + " group_id=0 kind=" + kind.ordinal() + " cgroup="
                                + spec.cgroupId() + " recent=0 ranges=0 first=0-0", helper.nextRequest());
                helper.nextRequest(); // close
            }
            connection.open(TargetSpec.all().withRecentSlots(4099)
                    .withCodeRanges(List.of(new AddressSpan(0x1000, 0x2003), new AddressSpan(0x2003, 0x3000))))
                    .close();
            assertEquals("open tgid=0 group_id=0 kind=5 cgroup=0 recent=4099 ranges=2 first=1000-2003",
                    helper.nextRequest());
            helper.nextRequest(); // close
            connection.open(TargetSpec.process(31).withUserOnly(true)).close();
            assertEquals("open tgid=31 group_id=0 flags=1", helper.nextRequest());
            helper.nextRequest(); // close
            connection.open(TargetSpec.set(31).withUserOnly(true).withRecentSlots(4099)
                    .withCodeRanges(List.of(new AddressSpan(0x1000, 0x2003)))).close();
            assertEquals("open tgid=31 group_id=0 kind=1 cgroup=0 recent=4099 ranges=1 first=1000-2003"
                    + " flags=1", helper.nextRequest());
        }
    }

    @Test
    void shouldNotSpecifyWhatNoHelperTakes() {
        AddressSpan low = new AddressSpan(0x1000, 0x2000);
        AddressSpan high = new AddressSpan(0x1fff, 0x3000);
        TargetSpec all = TargetSpec.all();
        for (Executable bad :
                List.<Executable>of(
                        () -> new AddressSpan(5, 5), () -> new AddressSpan(-1, 1),
                        () -> all.withCodeRanges(List.of(low, high)),
                        () -> all.withCodeRanges(Collections.nCopies(9, low)),
                        () -> all.withRecentSlots(-1),
                        () -> all.withRecentSlots(TargetSpec.MAX_RECENT_SLOTS + 1),
                        () -> TargetSpec.set(-1),
                        () -> TargetSpec.process(0).withRecentSlots(1))) {
            assertThrows(IllegalArgumentException.class, bad);
        }
        assertEquals(AbiLayout.value("MBAL_MAX_RANGES"), TargetSpec.MAX_CODE_RANGES);
        assertEquals(AbiLayout.value("MBAL_MAX_RECENT_SLOTS"), TargetSpec.MAX_RECENT_SLOTS);
    }

    @Test
    void shouldSendWhatIsAskedOfGroups() throws Exception {
        try (FakeHelper helper = FakeHelper.start(folder);
                HelperConnection connection = HelperConnection.connect(helper.socket())) {
            helper.nextRequest();
            connection.add(0xabc, 4243);
            assertEquals("add tgid=4243 group_id=abc", helper.nextRequest());
            connection.claim(0xabc, 1L << 33, 997);
            assertEquals("claim tgid=0 group_id=abc bytes=8589934592 rate=997", helper.nextRequest());
            MoveResult moved = connection.move(4243, 2,
                    List.of(new AddressSpan(0x1000, 0x2000), new AddressSpan(0x5000, 0x9000)));
            assertEquals("move tgid=4243 node=2 ranges=2 last=5000-9000", helper.nextRequest());
            assertEquals(new MoveResult(41, 11, Map.of(AbiLayout.value("ENOENT"), 13,
                    AbiLayout.value("EBUSY"), 17)), moved);
            assertThrows(IllegalArgumentException.class, () -> connection.move(0, 0, List.of()));
            assertThrows(IllegalArgumentException.class, () -> connection.move(0, 0,
                    Collections.nCopies(257, new AddressSpan(0x1000, 0x2000))));
        }
    }

    @Test
    void shouldListGroupsInParts() throws Exception {
        try (FakeHelper helper = FakeHelper.start(folder);
                HelperConnection connection = HelperConnection.connect(helper.socket())) {
            List<GroupStatus> groups = connection.groups();
            helper.nextRequest();
            assertEquals("groups tgid=0 group_id=0 start=0", helper.nextRequest());
            assertEquals("groups tgid=0 group_id=0 start=64", helper.nextRequest());
            assertEquals(67, groups.size());
            TargetKind[] kinds = TargetKind.values();
            for (int i = 0; i < groups.size(); i++) {
                assertEquals(new GroupStatus(1000 + i, kinds[i % kinds.length].label(), 2000 + i, 3, 5,
                        1048583, 10007, 101, 65537, 997, 7001, i % 2 == 1), groups.get(i));
            }
            List<List<Long>> claims = new ArrayList<>();
            connection.eachClaim((id, bytes, rate, ageMs) -> claims.add(List.of(id, bytes, rate, ageMs)));
            assertEquals(67, claims.size());
            assertEquals(List.of(1066L, 65537L, 997L, 7001L), claims.get(66));
        }
    }

    @Test
    void shouldReadAnswersOfOtherHelpersOfTheSameAbi() throws Exception {
        try (FakeHelper helper = FakeHelper.start(folder, "groups=later-groups", "move=many-errors");
                HelperConnection connection = HelperConnection.connect(helper.socket())) {
            List<GroupStatus> groups = connection.groups();
            assertEquals(AbiLayout.value("MBAL_WIRE_GROUPS"), groups.size());
            assertEquals("kind 255", groups.get(0).kind());
            assertEquals(13, connection.move(0, 0, List.of(new AddressSpan(0x1000, 0x2000)))
                    .pagesByErrno().get(AbiLayout.value("ENOENT")));
        }
    }

    @Test
    void shouldInjectInBatches() throws Exception {
        int accessBytes = AbiLayout.value("sizeof(mbal_access)");
        ByteBuffer accesses = ByteBuffer.allocate(300 * accessBytes).order(ByteOrder.nativeOrder());
        for (int i = 0; i < 300; i++) {
            accesses.putLong(i * accessBytes + AbiLayout.value("mbal_access.time_ns"), 1000 + i);
        }
        try (FakeHelper helper = FakeHelper.start(folder);
                HelperConnection connection = HelperConnection.connect(helper.socket())) {
            helper.nextRequest();
            connection.inject(0xabc, accesses);
            assertEquals("inject group_id=abc count=256 last_time=1255", helper.nextRequest());
            assertEquals("inject group_id=abc count=44 last_time=1299", helper.nextRequest());
            assertEquals(0, accesses.remaining());
            accesses.position(1);
            assertThrows(IllegalArgumentException.class, () -> connection.inject(0xabc, accesses));
        }
    }

    @Test
    void shouldNotTakeASecondAnswerForTheNextOne() throws Exception {
        try (FakeHelper helper = FakeHelper.start(folder, "status=twice");
                HelperConnection connection = HelperConnection.connect(helper.socket())) {
            assertEquals(997, connection.status().rateAskedHz());
            assertEquals("hello tgid=0 group_id=0", helper.nextRequest());
            assertEquals("status tgid=0 group_id=0", helper.nextRequest());
            while (connection.isAlive()) {
                Thread.onSpinWait(); // until the second one is here
            }
            HelperException e = assertThrows(HelperException.class, () -> connection.open(0));
            assertEquals("EBADMSG", Errno.name(e.errno()));
        }
    }

    @Test
    void shouldNoticeThatTheHelperWasKilled() throws Exception {
        try (FakeHelper helper = FakeHelper.start(folder);
                HelperConnection connection = HelperConnection.connect(helper.socket())) {
            assertTrue(connection.isAlive());
            helper.kill();
            assertFalse(connection.isAlive());
            HelperException e = assertThrows(HelperException.class, connection::status);
            assertEquals("the helper at " + helper.socket() + " closed the connection: status"
                    + " (ECONNRESET: Connection reset by peer)", e.getMessage());
        }
    }

    @Test
    void shouldTakeTheLastWordsOfAHelper() throws Exception {
        try (FakeHelper helper = FakeHelper.start(folder, "status=last-words");
                HelperConnection connection = HelperConnection.connect(helper.socket())) {
            assertEquals("soft", connection.status().source());
            while (connection.isAlive()) {
                Thread.onSpinWait(); // until the end is seen
            }
            assertThrows(HelperException.class, connection::status);
        }
    }

    /** What a test asks for. */
    private interface Request {
        void send(HelperConnection connection) throws HelperException;
    }
}

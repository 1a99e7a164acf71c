// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.membalancer.core.balance.ClaimDoor;
import org.membalancer.core.balance.HelperClaims;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.heat.TableLayout;
import org.membalancer.core.migrate.HelperMoves;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.core.sample.AccessLayout;
import org.membalancer.core.sample.RecentRing;
import org.membalancer.jni.AbiLayout;
import org.membalancer.jni.AddressSpan;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperException;
import org.membalancer.jni.HelperStatus;
import org.membalancer.jni.TargetSpec;

/** The real helper, at the other end of its socket. */
final class JniHelper implements HelperDoor {
    /** Short, because the JVM's exit may have to wait for a request. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(3);

    private static final int OWN_PROCESS = 0;

    private final Path socket;
    private final TargetSpec target;
    private final TableLayout layout = TableLayout.of(AbiLayout.tableMagic(), AbiLayout::value);
    private final List<String> dropNames = AbiLayout.counterNames().subList(
            AbiLayout.value("MBAL_COUNTER_FIRST_DROP"), AbiLayout.value("MBAL_COUNTER_LAST_DROP") + 1);

    /** Looks for a helper at that socket; the native library must be loaded. */
    JniHelper(Path socket, boolean isUserOnly) {
        this.socket = socket;
        this.target = TargetSpec.process(OWN_PROCESS).withUserOnly(isUserOnly);
    }

    @Override
    public HelperSession open() throws HelperUnreachable {
        try {
            return open(HelperConnection.connect(socket, REQUEST_TIMEOUT));
        } catch (HelperException e) {
            throw new HelperUnreachable(e.getMessage(), isAbsence(e), e);
        }
    }

    private HelperSession open(HelperConnection connection) throws HelperException, HelperUnreachable {
        try {
            GroupTables tables = connection.open(target);
            try {
                return new Session(connection, tables, HeatTable.over(tables.heat(), layout), threads(tables),
                        connection.status());
            } catch (HelperException | RuntimeException e) {
                tables.close();
                throw e;
            }
        } catch (IllegalArgumentException e) {
            connection.close();
            throw new HelperUnreachable("the helper's heat table is not one that this agent can read: "
                    + e.getMessage(), false, e);
        } catch (HelperException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private ThreadTables threads(GroupTables tables) {
        return new ThreadTables(HeatTable.overThreads(tables.threads(), layout),
                RecentRing.over(tables.recent(), layout, AccessLayout.of(AbiLayout::value)));
    }

    private static boolean isAbsence(HelperException e) {
        return e.errno() == AbiLayout.value("ENOENT") || e.errno() == AbiLayout.value("ECONNREFUSED");
    }

    private SamplingStatus status(HelperStatus s) {
        return new SamplingStatus(s.helperPid(), s.source(), s.rateAskedHz(), s.rateHz(), s.cpuCount(),
                s.groupCount(), s.peerCount(), s.maxCpuPermille(), s.costPermille(), s.uptimeNs(), s.runTimeNs(),
                s.runCount(), s.tableMemoryBytes(), s.requests(), s.requestsRefused(), s.counters(), dropNames,
                s.version(), s.why());
    }

    private final class Session implements HelperSession {
        private final HelperConnection connection;
        private final GroupTables tables;
        private final HeatTable heat;
        private final ThreadTables threads;
        private final String description;

        Session(HelperConnection connection, GroupTables tables, HeatTable heat, ThreadTables threads,
                HelperStatus atStart) {
            this.connection = connection;
            this.tables = tables;
            this.heat = heat;
            this.threads = threads;
            this.description = "source " + atStart.source() + ", " + rate(atStart) + " on "
                    + atStart.cpuCount() + " CPUs, " + heat.slotCount() + " slots (helper " + atStart.version()
                    + ", pid " + atStart.helperPid() + ")";
        }

        @Override
        public boolean isAlive() {
            return connection.isAlive();
        }

        @Override
        public HeatTable heat() {
            return heat;
        }

        @Override
        public ThreadTables threads() {
            return threads;
        }

        @Override
        public int processId() {
            return tables.tgid();
        }

        @Override
        public SamplingStatus status() throws IOException {
            return JniHelper.this.status(connection.status());
        }

        @Override
        public ClaimDoor claims() {
            return new HelperClaims(List.of(tables.groupId()), (groupId, bytes, rate) -> {
                connection.claim(groupId, bytes, rate);
                return true; // its only process is this one
            }, visitor -> connection.eachClaim(visitor::claim));
        }

        @Override
        public HelperMoves moves() {
            return this::move;
        }

        private HelperMoves.Answer move(int pid, int nodeId, List<AddressRange> ranges) {
            try {
                return HelperMoves.Answer.tried(connection.move(pid, nodeId, ranges.stream()
                        .map(range -> new AddressSpan(range.startAddress(), range.endAddress())).toList())
                        .pagesByErrno());
            } catch (HelperException e) { // what breaks the connection is found and said by the link's next poll
                return HelperMoves.Answer.failed(e.errno(), e.getMessage());
            }
        }

        @Override
        public String describe() {
            return description;
        }

        @Override
        public void close() {
            tables.close();
            connection.close();
        }

        private static String rate(HelperStatus status) {
            return status.rateAskedHz() == 0 ? "every event" : status.rateHz() + " Hz";
        }
    }
}

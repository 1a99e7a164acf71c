// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.membalancer.core.balance.ClaimDoor;
import org.membalancer.core.balance.HelperClaims;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.heat.TableLayout;
import org.membalancer.core.migrate.HelperMoves;
import org.membalancer.core.report.SamplingStatus;
import org.membalancer.core.sample.AccessLayout;
import org.membalancer.core.sample.RecentRing;
import org.membalancer.jni.AbiLayout;
import org.membalancer.jni.AddressSpan;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperException;
import org.membalancer.jni.HelperStatus;
import org.membalancer.jni.NativeLibrary;
import org.membalancer.jni.NativeLibraryException;

/** Makes core's values of what the jni room hands out. */
final class Doors {
    private Doors() {
    }

    /** Loads the native library, which everything else here needs. */
    static void load() throws FailureException {
        try {
            NativeLibrary.load();
        } catch (NativeLibraryException e) {
            throw new FailureException(e.getMessage(), e);
        }
    }

    /** Whether nobody listens there, so that a helper may be started. */
    static boolean isAbsence(HelperException e) {
        return e.errno() == AbiLayout.value("ENOENT") || e.errno() == AbiLayout.value("ECONNREFUSED");
    }

    /** Asks the helper how it is doing. */
    static SamplingStatus status(HelperConnection connection) throws HelperException {
        return status(connection.status());
    }

    /** What reports have of a helper's state. */
    static SamplingStatus status(HelperStatus s) {
        List<String> dropNames = AbiLayout.counterNames().subList(
                AbiLayout.value("MBAL_COUNTER_FIRST_DROP"), AbiLayout.value("MBAL_COUNTER_LAST_DROP") + 1);
        return new SamplingStatus(s.helperPid(), s.source(), s.rateAskedHz(), s.rateHz(), s.cpuCount(),
                s.groupCount(), s.peerCount(), s.maxCpuPermille(), s.costPermille(), s.uptimeNs(), s.runTimeNs(),
                s.runCount(), s.tableMemoryBytes(), s.requests(), s.requestsRefused(), s.counters(), dropNames,
                s.version(), s.why());
    }

    /** Opens the talk with other balancers for groups of ours. */
    static ClaimDoor claims(HelperConnection connection, List<Long> groupIds) {
        return new HelperClaims(groupIds, (groupId, bytes, rate) -> hasClaimed(connection, groupId, bytes, rate),
                visitor -> connection.eachClaim(visitor::claim));
    }

    /**
     * Opens the door to moves that the helper makes.
     *
     * @param said told why it made none; the same is said once in a row
     */
    static HelperMoves moves(HelperConnection connection, Consumer<String> said) {
        LastSaid trouble = new LastSaid(said);
        return (pid, nodeId, ranges) -> {
            try {
                return HelperMoves.Answer.tried(connection.move(pid, nodeId, ranges.stream()
                        .map(range -> new AddressSpan(range.startAddress(), range.endAddress())).toList())
                        .pagesByErrno());
            } catch (HelperException e) {
                trouble.say(e.getMessage());
                return HelperMoves.Answer.failed(e.errno(), e.getMessage());
            }
        };
    }

    private static boolean hasClaimed(HelperConnection connection, long groupId, long bytes, long rate)
            throws HelperException {
        try {
            connection.claim(groupId, bytes, rate);
            return true;
        } catch (HelperException e) {
            if (e.errno() == AbiLayout.value("ENOENT")) {
                return false;
            }
            throw e;
        }
    }

    /** What each counter counts, by its name. */
    static Map<String, String> counterTexts() {
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = 0; i < AbiLayout.counterNames().size(); i++) {
            texts.put(AbiLayout.counterNames().get(i), AbiLayout.counterTexts().get(i));
        }
        return texts;
    }

    /** Opens the thread table of a group. */
    static HeatTable threadTable(GroupTables tables) throws FailureException {
        try {
            return HeatTable.overThreads(
                    tables.threads(), TableLayout.of(AbiLayout.tableMagic(), AbiLayout::value));
        } catch (IllegalArgumentException e) {
            throw new FailureException("the helper's thread table cannot be read: " + e.getMessage(), e);
        }
    }

    /** Opens the heat table of a group. */
    static HeatTable heatTable(GroupTables tables) throws FailureException {
        try {
            return HeatTable.over(tables.heat(), TableLayout.of(AbiLayout.tableMagic(), AbiLayout::value));
        } catch (IllegalArgumentException e) {
            throw new FailureException("the helper's heat table cannot be read: " + e.getMessage(), e);
        }
    }

    /** Opens the ring of recent accesses of a group. */
    static RecentRing recentRing(GroupTables tables) throws FailureException {
        try {
            return RecentRing.over(tables.recent(), TableLayout.of(AbiLayout.tableMagic(), AbiLayout::value),
                    AccessLayout.of(AbiLayout::value));
        } catch (IllegalArgumentException e) {
            throw new FailureException("the helper's recent accesses cannot be read: " + e.getMessage(), e);
        }
    }
}

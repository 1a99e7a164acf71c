// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.membalancer.core.report.ReportFixture.TOTALS;
import static org.membalancer.core.report.ReportFixture.block;

import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.membalancer.core.migrate.DryRun;
import org.membalancer.core.migrate.MigrationTotals;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.policy.BlockMove;
import org.membalancer.core.policy.MigrationPlan;
import org.membalancer.core.policy.MoveNumbers;
import org.membalancer.core.policy.MoveReason;
import org.membalancer.core.policy.StayReason;
import org.membalancer.core.topology.Topologies;
import org.membalancer.core.topology.Topology;

class RenderingTest {

    @Test
    void shouldPrintNodesSourceAndSamplesBeforeTheRegions() throws IOException {
        String expected = """
                process    4711
                node 0     CPUs 0-3, 4 GiB of memory, 4 GiB free, distances 0:10 1:21
                node 1     CPUs 4-7, 4 GiB of memory, 4 GiB free, distances 0:21 1:10
                source     soft, 997 Hz on each of 2 CPUs, helper 0.1.0, its cost 0.6% of a CPU
                           soft: chosen
                           ibs: no such device
                samples    of all processes: 1000 seen = 900 recorded + 90 not_target + 10 no_access
                           of this one: 1000 recorded, 2 refused by a table full of hotter pages
                table      7 pages in 1024 slots, 3 slots replaced
                heat       192.0 decayed samples of the last 8.6 s at most
                moves      16 pages asked = 16 dry run; 0 B moved in 1 rounds
                jvm        collector: G1
                note       nothing is moved in report mode
                   share   accesses     stalls  from CPUs of node        memory on node           \
                addresses                           what
                   75.0%      144.0        0.0  0:100.0%                 1:100.0%                 \
                00007f0000000000-00007f0000010000   64 KiB, heap, "old"
                   25.0%       48.0        0.0  0:100.0%                 0:100.0%                 \
                00007f0000900000-00007f0000930000   192 KiB, unknown
                """;
        StringWriter out = new StringWriter();
        TextReport.print(report(1000), out);
        assertEquals(expected, out.toString());
    }

    @Test
    void shouldSayThatSamplesAreUnderWay() throws IOException {
        StringWriter out = new StringWriter();
        TextReport.print(report(1003), out);
        assertTrue(out.toString().contains("1003 seen = 900 recorded + 90 not_target + 10 no_access + 3 under way\n"),
                out.toString());
    }

    @Test
    void shouldSayHowMuchIsInRegionsThatWereCutOff() throws IOException {
        Report whole = report(1000);
        Report cut = new Report(whole.pid(), whole.topology(), whole.sampling(), whole.table(),
                whole.regions().subList(0, 1), whole.blocks(), whole.jvm(), whole.migration(), whole.notes());
        StringWriter out = new StringWriter();
        TextReport.print(cut, out);
        assertTrue(out.toString().endsWith("\n   25.0%       48.0             elsewhere\n"), out.toString());
    }

    @Test
    void shouldSayThatOneNodeLeavesNothingToBalance() throws IOException {
        Topology one = Topologies.of(new int[][] {{10}}, 0, 0);
        ReportFixture fixture = new ReportFixture().sort();
        StringWriter out = new StringWriter();
        TextReport.print(new ReportBuilder(1, one).heat(TOTALS, fixture.heat, fixture.residency, List.of()).build(),
                out);
        assertTrue(out.toString().contains("one node has memory: there is nothing to balance\n"), out.toString());
        assertTrue(out.toString().endsWith("regions    none: no samples yet\n"), out.toString());
    }

    @Test
    void shouldWriteEverythingAsJson() throws IOException {
        StringWriter out = new StringWriter();
        JsonReport.write(report(1003), out);
        String expected = """
                {"formatVersion":1,"pid":4711,\
                "nodes":[{"id":0,"cpus":"0-3","totalBytes":4294967296,"freeBytes":4294967296,\
                "distances":{"0":10,"1":21}},\
                {"id":1,"cpus":"4-7","totalBytes":4294967296,"freeBytes":4294967296,"distances":{"0":21,"1":10}}],\
                "sampling":{"source":"soft","why":"soft: chosen\\nibs: no such device","version":"0.1.0",\
                "helperPid":4712,"rateAskedHz":997,"rateHz":997,"cpuCount":2,"groupCount":1,"peerCount":2,\
                "maxCpuPermille":10,"costPermille":6,"uptimeNs":60000000000,"runTimeNs":0,"runCount":0,\
                "tableMemoryBytes":2097152,"requests":5,"requestsRefused":1,"seen":1003,"recorded":900,\
                "dropped":{"not_target":90,"no_access":10},"underWay":3,\
                "counters":{"seen":1003,"recorded":900,"not_target":90,"kernel":0,"no_access":10,"stalls":77}},\
                "table":{"slots":1024,"pages":7,"skippedSlots":1,"recorded":1000,"replaced":3,"dropped":2,\
                "accesses":192.0,"windowNs":8600000000},\
                "regions":[\
                {"address":"0x7f0000000000","bytes":65536,"label":"heap, \\"old\\"","share":0.75,"accesses":144.0,\
                "stalls":0.0,"accessesByNode":[144.0,0.0],"bytesByNode":{"1":65536},"pages":16,"storeShare":0.0,\
                "codeShare":0.0},\
                {"address":"0x7f0000900000","bytes":196608,"label":"unknown","share":0.25,"accesses":48.0,\
                "stalls":0.0,"accessesByNode":[48.0,0.0],"bytesByNode":{"0":196608},"pages":48,"storeShare":0.0,\
                "codeShare":0.0}],\
                "blocks":[\
                {"address":"0x7f0000000000","bytes":65536,"accesses":144.0,"stalls":0.0,\
                "accessesByNode":[144.0,0.0],"pagesByNode":{"1":16},"absentPages":0},\
                {"address":"0x7f0000900000","bytes":65536,"accesses":16.0,"stalls":0.0,\
                "accessesByNode":[16.0,0.0],"pagesByNode":{"0":16},"absentPages":0},\
                {"address":"0x7f0000910000","bytes":65536,"accesses":16.0,"stalls":0.0,\
                "accessesByNode":[16.0,0.0],"pagesByNode":{"0":16},"absentPages":0},\
                {"address":"0x7f0000920000","bytes":65536,"accesses":16.0,"stalls":0.0,\
                "accessesByNode":[16.0,0.0],"pagesByNode":{"0":16},"absentPages":0}],\
                "jvm":{"collector":"G1"},\
                "migration":{"rounds":1,"asked":16,"movedBytes":0,"elapsedNs":0,"calls":0,"lastErrno":0,\
                "outcomes":{"moved":0,"already_there":0,"not_present":0,"zero_or_unmapped":0,"busy":0,\
                "shared_or_denied":0,"no_memory":0,"no_such_node":0,"not_permitted":0,"no_such_process":0,\
                "not_attempted":0,"under_pressure":0,"dry_run":16,"other":0}},\
                "notes":["nothing is moved in report mode"]}
                """;
        assertEquals(expected, out.toString());
    }

    @Test
    void shouldWriteBytesAsPeopleDo() {
        assertEquals("0 B", Amounts.bytes(0));
        assertEquals("1023 B", Amounts.bytes(1023));
        assertEquals("64 KiB", Amounts.bytes(64 << 10));
        assertEquals("1.5 GiB", Amounts.bytes(3L << 29));
        assertEquals("2048 TiB", Amounts.bytes(1L << 51));
    }

    private static Report report(long seen) {
        ReportFixture fixture = new ReportFixture().blocks(0, 1, 9, 1).blocks(144, 3, 1, 0).sort();
        Long[] left = new Long[StayReason.values().length];
        Arrays.fill(left, 0L);
        MigrationPlan plan = new MigrationPlan(
                List.of(new BlockMove(block(0), 1 << 16, 1, 0, MoveReason.NEARER, MoveNumbers.NONE)), 1, Arrays.asList(left));
        return new ReportBuilder(4711, Topologies.two())
                .sampling(ReportFixture.status(seen))
                .heat(TOTALS, fixture.heat, fixture.residency,
                        List.of(new AddressRange(block(0), block(100), "heap, \"old\"")))
                .jvm(Map.of("collector", "G1"))
                .migration(MigrationTotals.none().plus(new DryRun(4096).execute(plan)))
                .note("nothing is moved in report mode")
                .build();
    }
}

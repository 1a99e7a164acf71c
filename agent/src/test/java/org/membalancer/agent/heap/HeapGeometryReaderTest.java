// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.core.policy.AddressRange;

final class HeapGeometryReaderTest {
    private static final String SERIAL_HEAP_INFO = " def new generation [0xa0000000, 0xa1000000, 0xa8000000)\n"
            + " tenured generation [0xa8000000, 0xaa000000, 0xc0000000)\n";

    /** Answers as a JVM with these beans would. */
    private record FakeManagement(List<String> collectorNames, String heapInfo) implements Management {
    }

    private final Management none = new Management.Absent();

    @Test
    void shouldReadReservedHeapFromTheJvmsOwnDescription() {
        FakeVm vm = new FakeHotSpot().collectorFlag("UseParallelGC").build();
        HeapGeometry geometry = new HeapGeometryReader(vm, vm, none).read();
        assertEquals(Collector.PARALLEL, geometry.collector());
        assertEquals(new AddressRange(FakeHotSpot.HEAP_START, FakeHotSpot.HEAP_START + FakeHotSpot.HEAP_BYTES,
                "Parallel heap"), geometry.reserved().orElseThrow());
        assertEquals("", geometry.note());
    }

    @ParameterizedTest
    @CsvSource({"UseSerialGC,SERIAL", "UseParallelGC,PARALLEL", "UseG1GC,G1", "UseZGC,Z",
        "UseShenandoahGC,SHENANDOAH", "Verbose,UNKNOWN"})
    void shouldTellTheCollectorByItsFlagWithoutManagement(String flag, Collector collector) {
        FakeVm vm = new FakeHotSpot().collectorFlag(flag).build();
        HeapGeometry geometry = new HeapGeometryReader(vm, vm, none).read();
        assertEquals(collector, geometry.collector());
        assertEquals(collector.isMovable(), geometry.isMovable(), geometry.toString());
    }

    @Test
    void shouldFindTheOneViewOfZgcsHeap() {
        FakeVm vm = new FakeHotSpot().collectorFlag("UseZGC").build();
        assertEquals(new AddressRange(FakeHotSpot.ZGC_START, 2 * FakeHotSpot.ZGC_START, "ZGC heap"),
                new HeapGeometryReader(vm, vm, none).read().reserved().orElseThrow());
    }

    private static void assertHasThreeViews(FakeVm vm) {
        HeapGeometry geometry = new HeapGeometryReader(vm, vm, new Management.Absent()).read();
        long bytes = FakeHotSpot.ZGC_START;
        assertEquals(new AddressRange(4 * bytes, 5 * bytes, "ZGC heap"), geometry.reserved().orElseThrow());
        assertEquals(3, geometry.views().count());
        for (long start : new long[] {bytes, 2 * bytes, 4 * bytes}) {
            assertEquals(4 * bytes + 17, geometry.views().folded(start + 17));
        }
    }

    @Test
    void shouldFindTheThreeViewsOfZgcsHeapWithoutGenerations() {
        assertHasThreeViews(new FakeHotSpot().collectorFlag("UseZGC").colouredAddresses().build());
    }

    @ParameterizedTest
    @EnumSource(value = FakeHotSpot.Zgc21.class, names = "WITHOUT_.*", mode = EnumSource.Mode.MATCH_ANY)
    void shouldFindTheThreeViewsOfLaterJdksToo(FakeHotSpot.Zgc21 running) {
        assertHasThreeViews(new FakeHotSpot().collectorFlag("UseZGC").zgc21(running).build());
    }

    @Test
    void shouldMoveTheHeapOfTheGenerationalZgcBesideAnotherOne() {
        FakeVm vm = new FakeHotSpot().collectorFlag("UseZGC").zgc21(FakeHotSpot.Zgc21.GENERATIONAL).build();
        HeapGeometry geometry = new HeapGeometryReader(vm, vm, none).read();
        assertTrue(geometry.isMovable());
        assertEquals(0, geometry.views().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ZGlobalsForVMStructs::_instance_p", "ZGlobalsForVMStructs::_ZAddressOffsetMask"})
    void shouldMoveNothingWhenZgcsGlobalsAreNotDescribed(String field) {
        FakeVm vm = new FakeHotSpot().collectorFlag("UseZGC").build(field);
        HeapGeometry geometry = new HeapGeometryReader(vm, vm,
                new FakeManagement(List.of("ZGC Major Cycles"), " ZHeap used 16M, capacity 200M")).read();
        assertFalse(geometry.isMovable());
        assertEquals("all anonymous memory is reported, nothing is moved: this JVM does not describe " + field
                + " and GC.heap_info names no addresses", geometry.note());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Universe::_collectedHeap", "CollectedHeap::_reserved", "MemRegion::_start",
        "MemRegion::_word_size"})
    void shouldFallBackToHeapInfoWhenAFieldIsMissing(String field) {
        FakeVm vm = new FakeHotSpot().build(field);
        HeapGeometry geometry = new HeapGeometryReader(vm, vm,
                new FakeManagement(List.of("Copy", "MarkSweepCompact"), SERIAL_HEAP_INFO)).read();
        assertEquals(new AddressRange(0xa0000000L, 0xc0000000L, "Serial heap"), geometry.reserved().orElseThrow());
        assertEquals("heap range from GC.heap_info, because this JVM does not describe " + field, geometry.note());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gHotSpotVMStructs", "gHotSpotVMStructEntryArrayStride",
        "gHotSpotVMStructEntryFieldNameOffset", "gHotSpotVMTypes", "gHotSpotVMTypeEntrySizeOffset"})
    void shouldFallBackToHeapInfoWhenASymbolIsMissing(String symbol) {
        FakeVm vm = new FakeHotSpot().build();
        vm.withdraw(symbol);
        HeapGeometry geometry = new HeapGeometryReader(vm, vm,
                new FakeManagement(List.of("Copy"), SERIAL_HEAP_INFO)).read();
        assertTrue(geometry.isMovable(), geometry.toString());
        assertTrue(geometry.note().endsWith("this JVM does not export " + symbol), geometry.note());
    }

    @ParameterizedTest
    @ValueSource(strings = {"JVMFlag::flags", "JVMFlag::numFlags", "JVMFlag::_name", "JVMFlag::_addr"})
    void shouldTellTheCollectorByItsBeansWhenFlagsAreNotDescribed(String field) {
        FakeVm vm = new FakeHotSpot().build(field);
        HeapGeometry geometry = new HeapGeometryReader(vm, vm,
                new FakeManagement(List.of("G1 Young Generation", "G1 Old Generation"), "")).read();
        assertEquals(Collector.G1, geometry.collector());
        assertTrue(geometry.isMovable(), geometry.toString());
    }

    @Test
    void shouldMoveNothingAndSayWhyWhenNeitherIsThere() {
        FakeVm vm = new FakeHotSpot().build("JVMFlag::flags");
        HeapGeometry geometry = new HeapGeometryReader(vm, vm, none).read();
        assertEquals(Collector.UNKNOWN, geometry.collector());
        assertFalse(geometry.isMovable());
        assertEquals("all anonymous memory is reported, nothing is moved: the garbage collector is none that "
                + "membalancer knows", geometry.note());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x10, 0x7fff_ffff_f000L, -1})
    void shouldSurviveAHeapPointerThatLeadsNowhere(long pointer) {
        FakeVm vm = new FakeHotSpot().heapPointer(pointer).build();
        HeapGeometry geometry = new HeapGeometryReader(vm, vm, none).read();
        assertEquals(Collector.SERIAL, geometry.collector());
        assertFalse(geometry.isMovable(), geometry.toString());
    }

    @ParameterizedTest
    @CsvSource({"Epsilon Heap,Epsilon"})
    void shouldReportButNotMoveOtherCollectors(String bean, String title) {
        FakeVm vm = new FakeHotSpot().build("JVMFlag::flags");
        HeapGeometry geometry = new HeapGeometryReader(vm, vm, new FakeManagement(List.of(bean), "")).read();
        assertFalse(geometry.isMovable());
        assertEquals("all anonymous memory is reported, nothing is moved: moving a heap of " + title
                + " is not supported", geometry.note());
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A {@link FakeVm} with a heap and a flag table; parts can be left out before {@link #build}. */
final class FakeHotSpot {
    static final long HEAP_START = 0xfc000000L;
    static final long HEAP_BYTES = 64L << 20;
    static final long ZGC_START = 1L << 42;
    private static final int RESERVED_OFFSET = 24;
    private static final int FLAG_BYTES = 40;

    private final FakeVm vm = new FakeVm();
    private final List<FakeVm.Row> rows = new ArrayList<>();
    private String collectorFlag = "UseSerialGC";
    private long heapPointer;
    private boolean hasColouredAddresses;
    private Zgc21 zgc21 = Zgc21.NONE;

    /** Which of the two ZGCs of JDK 21 to 23 runs. */
    enum Zgc21 { NONE, GENERATIONAL, WITHOUT_GENERATIONS, WITHOUT_GENERATIONS_AND_INSTANCE }

    FakeHotSpot() {
        heapPointer = vm.allocate(64);
        vm.putLong(heapPointer + RESERVED_OFFSET, HEAP_START);
        vm.putLong(heapPointer + RESERVED_OFFSET + 8, HEAP_BYTES / 8);
    }

    FakeHotSpot collectorFlag(String flag) {
        collectorFlag = flag;
        return this;
    }

    /** Has ZGC map its heap three times, as JDKs before 21 do. */
    FakeHotSpot colouredAddresses() {
        hasColouredAddresses = true;
        return this;
    }

    /** Has both ZGCs, as JDKs 21 to 23 do. */
    FakeHotSpot zgc21(Zgc21 running) {
        zgc21 = running;
        return this;
    }

    FakeHotSpot heapPointer(long pointer) {
        heapPointer = pointer;
        return this;
    }

    /** The finished JVM, without the fields named {@code Type::field}. */
    FakeVm build(String... missingFields) {
        long heap = vm.allocate(8);
        vm.putLong(heap, heapPointer);
        rows.add(new FakeVm.Row("Klass", "_name", false, 8));
        rows.add(new FakeVm.Row("Universe", "_collectedHeap", true, heap));
        rows.add(new FakeVm.Row("CollectedHeap", "_reserved", false, RESERVED_OFFSET));
        rows.add(new FakeVm.Row("MemRegion", "_start", false, 0));
        rows.add(new FakeVm.Row("MemRegion", "_word_size", false, 8));
        addFlags();
        addZgc();
        List<String> missing = List.of(missingFields);
        vm.exportStructs(rows.stream().filter(r -> !missing.contains(r.type() + "::" + r.field())).toList());
        vm.exportTypes(Map.of("JVMFlag", (long) FLAG_BYTES, "Klass", 208L));
        return vm;
    }

    private void addZgc() {
        long mask = vm.allocate(8);
        long globals = vm.allocate(16);
        long globalsPointer = vm.allocate(8);
        vm.putLong(mask, zgc21.ordinal() > Zgc21.GENERATIONAL.ordinal() ? 0 : ZGC_START - 1);
        vm.putLong(globals + 8, mask);
        vm.putLong(globalsPointer, zgc21 == Zgc21.WITHOUT_GENERATIONS_AND_INSTANCE ? 0 : globals);
        rows.add(new FakeVm.Row("ZGlobalsForVMStructs", "_instance_p", true, globalsPointer));
        rows.add(new FakeVm.Row("ZGlobalsForVMStructs", "_ZAddressOffsetMask", false, 8));
        if (zgc21 != Zgc21.NONE) {
            long xMask = vm.allocate(8);
            long xGlobals = vm.allocate(16);
            long xGlobalsPointer = vm.allocate(8);
            vm.putLong(xMask, ZGC_START - 1);
            vm.putLong(xGlobals + 8, xMask);
            vm.putLong(xGlobalsPointer, xGlobals);
            rows.add(new FakeVm.Row("XGlobalsForVMStructs", "_instance_p", true, xGlobalsPointer));
            rows.add(new FakeVm.Row("XGlobalsForVMStructs", "_XAddressOffsetMask", false, 8));
        }
        if (hasColouredAddresses) {
            rows.add(new FakeVm.Row("ZGlobalsForVMStructs", "_ZAddressMetadataMask", false, 0));
        }
    }

    private void addFlags() {
        List<String> names = List.of("UseG1GC", "UseSerialGC", "UseParallelGC", "UseZGC",
                "UseShenandoahGC", "Verbose");
        long flags = vm.allocate(names.size() * FLAG_BYTES);
        for (int i = 0; i < names.size(); i++) {
            long value = vm.allocate(1);
            vm.putInt(value, names.get(i).equals(collectorFlag) ? 1 : 0);
            vm.putLong(flags + (long) i * FLAG_BYTES, value);
            vm.putLong(flags + (long) i * FLAG_BYTES + 8, vm.text(names.get(i)));
        }
        long flagsPointer = vm.allocate(8);
        long countPointer = vm.allocate(8);
        vm.putLong(flagsPointer, flags);
        vm.putLong(countPointer, names.size());
        rows.add(new FakeVm.Row("JVMFlag", "_addr", false, 0));
        rows.add(new FakeVm.Row("JVMFlag", "_name", false, 8));
        rows.add(new FakeVm.Row("JVMFlag", "flags", true, flagsPointer));
        rows.add(new FakeVm.Row("JVMFlag", "numFlags", true, countPointer));
    }
}

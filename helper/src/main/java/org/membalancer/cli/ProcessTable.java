// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.membalancer.jni.AbiLayout;

/** Reads a group's table of processes, which BPF programs keep writing. Owned by one thread. */
final class ProcessTable implements ProcessPlaces {
    private static final VarHandle INTS =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final ByteBuffer table;
    private final Layout layout;

    /** Where the fields of a place lie, and what its states are called: asked once, since places are looked at often. */
    private record Layout(int first, int bytes, int places, int tag, int tgid, int parent, int state, int started,
            int recorded, int command, int commandBytes, int alive, int ended, int placeMask) {

        static Layout of(ByteBuffer table) {
            return new Layout(table.getInt(AbiLayout.value("mbal_table_header.header_bytes")),
                    AbiLayout.value("sizeof(mbal_process)"),
                    table.getInt(AbiLayout.value("mbal_table_header.slot_count")), field("tag"), field("tgid"),
                    field("parent_tgid"), field("state"), field("started_ns"), field("recorded"), field("command"),
                    AbiLayout.value("sizeof(mbal_process.command)"), AbiLayout.value("MBAL_PROCESS_ALIVE"),
                    AbiLayout.value("MBAL_PROCESS_ENDED"), (1 << AbiLayout.value("MBAL_TAG_PLACE_BITS")) - 1);
        }

        private static int field(String name) {
            return AbiLayout.value("mbal_process." + name);
        }
    }

    private ProcessTable(ByteBuffer table) {
        this.table = table;
        this.layout = Layout.of(table);
    }

    /**
     * Opens a mapped table.
     *
     * @throws FailureException when it is another one, or of another version
     */
    static ProcessTable over(ByteBuffer table) throws FailureException {
        if (table.getLong(AbiLayout.value("mbal_table_header.magic")) != AbiLayout.tableMagic()
                || table.getInt(AbiLayout.value("mbal_table_header.kind")) != AbiLayout.value("MBAL_TABLE_PROCESSES")
                || table.getInt(AbiLayout.value("mbal_table_header.slot_bytes"))
                        != AbiLayout.value("sizeof(mbal_process)")) {
            throw new FailureException("the helper's table of processes cannot be read: it is none of this version");
        }
        return new ProcessTable(table);
    }

    @Override
    public List<MemberProcess> read() {
        List<MemberProcess> processes = new ArrayList<>();
        for (int place = 0; place < layout.places; place++) {
            readPlace(at(place)).ifPresent(processes::add);
        }
        return processes;
    }

    @Override
    public Optional<MemberProcess> find(int tag) {
        return hasPlace(tag) ? readPlace(at(placeOf(tag))).filter(process -> process.tag() == tag) : Optional.empty();
    }

    /** Allocates nothing. */
    @Override
    public boolean isAlive(int tag) {
        if (!hasPlace(tag)) {
            return false;
        }
        int at = at(placeOf(tag));
        int state = (int) INTS.getAcquire(table, at + layout.state);
        return state == layout.alive && table.getInt(at + layout.tag) == tag;
    }

    /** Samples of a process that were counted; 0 when it is not there any more. */
    long recordedOf(int tag) {
        return isAlive(tag) ? table.getLong(at(placeOf(tag)) + layout.recorded) : 0;
    }

    @Override
    public int placeOf(int tag) {
        return tag & layout.placeMask;
    }

    @Override
    public int placeCount() {
        return layout.places;
    }

    /** Processes that came in so far, under each of their programs. */
    long entered() {
        return table.getLong(AbiLayout.value("mbal_table_header.recorded"));
    }

    /** Of these, those that ended, left or run another program. */
    long left() {
        return table.getLong(AbiLayout.value("mbal_table_header.replaced"));
    }

    /** Processes that are alive in it. */
    long aliveCount() {
        return entered() - left();
    }

    /** Processes for which there was no place. */
    long refused() {
        return table.getLong(AbiLayout.value("mbal_table_header.dropped"));
    }

    private boolean hasPlace(int tag) {
        return tag >= 0 && placeOf(tag) < layout.places;
    }

    private int at(int place) {
        return layout.first + place * layout.bytes;
    }

    /**
     * The partner in BPF makes the state CHANGING, writes the fields, and stores the new state with a full barrier: the
     * acquire pairs with that, and the fence keeps the fields' reads before the second read of the state. A place that
     * changed meanwhile is passed over, and read the next time.
     */
    private Optional<MemberProcess> readPlace(int at) {
        int state = (int) INTS.getAcquire(table, at + layout.state);
        boolean isAlive = state == layout.alive;
        if (!isAlive && state != layout.ended) {
            return Optional.empty();
        }
        int tag = table.getInt(at + layout.tag);
        MemberProcess process = new MemberProcess(tag, table.getInt(at + layout.tgid),
                table.getInt(at + layout.parent), isAlive, table.getLong(at + layout.started),
                table.getLong(at + layout.recorded), command(at));
        VarHandle.loadLoadFence();
        boolean isSteady = (int) INTS.getOpaque(table, at + layout.state) == state
                && table.getInt(at + layout.tag) == tag;
        return isSteady ? Optional.of(process) : Optional.empty();
    }

    private String command(int at) {
        byte[] bytes = new byte[layout.commandBytes];
        table.get(at + layout.command, bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        /* A process names itself: nothing of it may steer the terminal. */
        return new String(bytes, 0, length, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
    }
}

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
final class ProcessTable {
    private static final VarHandle INTS =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final ByteBuffer table;

    private ProcessTable(ByteBuffer table) {
        this.table = table;
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

    /** Processes that are or were in the group, as far as their places were not given to others. */
    List<MemberProcess> read() {
        List<MemberProcess> processes = new ArrayList<>();
        int first = table.getInt(AbiLayout.value("mbal_table_header.header_bytes"));
        int bytes = AbiLayout.value("sizeof(mbal_process)");
        int end = first + bytes * table.getInt(AbiLayout.value("mbal_table_header.slot_count"));
        for (int at = first; at < end; at += bytes) {
            readPlace(at).ifPresent(processes::add);
        }
        return processes;
    }

    /**
     * The partner in BPF makes the state CHANGING, writes the fields, and stores the new state with a full barrier: the
     * acquire pairs with that, and the fence keeps the fields' reads before the second read of the state. A place that
     * changed meanwhile is passed over, and read the next time.
     */
    private Optional<MemberProcess> readPlace(int at) {
        int stateOffset = at + AbiLayout.value("mbal_process.state");
        int state = (int) INTS.getAcquire(table, stateOffset);
        boolean isAlive = state == AbiLayout.value("MBAL_PROCESS_ALIVE");
        if (!isAlive && state != AbiLayout.value("MBAL_PROCESS_ENDED")) {
            return Optional.empty();
        }
        int tag = intAt(at, "tag");
        MemberProcess process = new MemberProcess(tag, intAt(at, "tgid"), intAt(at, "parent_tgid"), isAlive,
                longAt(at, "started_ns"), longAt(at, "recorded"), command(at));
        VarHandle.loadLoadFence();
        boolean isSteady = (int) INTS.getOpaque(table, stateOffset) == state && intAt(at, "tag") == tag;
        return isSteady ? Optional.of(process) : Optional.empty();
    }

    private String command(int at) {
        byte[] bytes = new byte[AbiLayout.value("sizeof(mbal_process.command)")];
        table.get(at + AbiLayout.value("mbal_process.command"), bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        /* A process names itself: nothing of it may steer the terminal. */
        return new String(bytes, 0, length, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
    }

    private int intAt(int at, String field) {
        return table.getInt(at + AbiLayout.value("mbal_process." + field));
    }

    private long longAt(int at, String field) {
        return table.getLong(at + AbiLayout.value("mbal_process." + field));
    }
}

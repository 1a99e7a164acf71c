// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The shared tables of one group, mapped read-only. BPF keeps writing to them; their layout is
 * {@code mbal_abi.h}.
 *
 * <p>{@link #close} ends the mappings: reading any buffer, slice or view that came from here after
 * that crashes the JVM. So the thread that owns this object must have every reader stopped before
 * it closes, and nothing else ever ends the mappings, neither the helper's death nor the garbage
 * collector. A child process does not inherit them.
 */
public final class GroupTables implements AutoCloseable {
    private static final int HEAT = 0;
    private static final int THREADS = 1;
    private static final int RECENT = 2;
    private static final int PROCESSES = 3;

    private final HelperConnection connection;
    private final long groupId;
    private final int tgid;
    private final ByteBuffer[] tables;
    private final long[] addresses;
    private boolean closed;

    private GroupTables(
            HelperConnection connection, long groupId, int tgid, ByteBuffer[] tables,
            long[] addresses) {
        this.connection = connection;
        this.groupId = groupId;
        this.tgid = tgid;
        this.tables = tables;
        this.addresses = addresses;
    }

    /** Takes over the mappings of a {@code struct mbal_opened}. */
    static GroupTables of(HelperConnection connection, ByteBuffer opened) {
        int bytesOffset = AbiLayout.value("mbal_opened.answer.reply.table_bytes");
        int addressesOffset = AbiLayout.value("mbal_opened.table_addresses");
        int count = opened.getInt(AbiLayout.value("mbal_opened.answer.reply.table_count"));
        long[] addresses = new long[count];
        ByteBuffer[] tables = new ByteBuffer[count];
        for (int i = 0; i < tables.length; i++) {
            addresses[i] = opened.getLong(addressesOffset + i * Long.BYTES);
            tables[i] = readOnlyBuffer(addresses[i], opened.getLong(bytesOffset + i * Long.BYTES));
        }
        return new GroupTables(connection,
                opened.getLong(AbiLayout.value("mbal_opened.answer.reply.group_id")),
                opened.getInt(AbiLayout.value("mbal_opened.answer.reply.tgid")), tables, addresses);
    }

    /** Answers the helper's number for the group. */
    public long groupId() {
        return groupId;
    }

    /** Answers the group's first process (0: it has none), as the initial pid namespace counts. */
    public int tgid() {
        return tgid;
    }

    /**
     * Answers the heat table: read-only, in native order. Must not be touched after {@link #close}.
     */
    public ByteBuffer heat() {
        return table(HEAT);
    }

    /**
     * Answers the thread table: read-only, in native order. Must not be touched after {@link
     * #close}.
     */
    public ByteBuffer threads() {
        return table(THREADS);
    }

    /**
     * Answers the ring of recent samples: read-only, in native order. Must not be touched after
     * {@link #close}.
     */
    public ByteBuffer recent() {
        return table(RECENT);
    }

    /**
     * Answers the table of processes, in groups that may have several: read-only, in native order.
     * Must not be touched after {@link #close}.
     */
    public Optional<ByteBuffer> processes() {
        return tables.length > PROCESSES ? Optional.of(table(PROCESSES)) : Optional.empty();
    }

    /**
     * Ends the mappings and, while the connection lives, has the helper give the group up.
     * Idempotent. No reader may be at work, see above.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (int i = 0; i < tables.length; i++) {
            unmap(addresses[i], tables[i].capacity());
        }
        connection.giveUp(groupId);
    }

    private ByteBuffer table(int kind) {
        if (closed) {
            throw new IllegalStateException("the tables of group " + groupId + " are closed");
        }
        return tables[kind].duplicate().order(ByteOrder.nativeOrder());
    }

    /** Writing through the raw buffer would abort the JVM, so nobody ever sees that one. */
    private static ByteBuffer readOnlyBuffer(long address, long bytes) {
        return buffer0(address, bytes).asReadOnlyBuffer().order(ByteOrder.nativeOrder());
    }

    private static void unmap(long address, long bytes) {
        int result = unmap0(address, bytes);
        if (result < 0) {
            throw new IllegalStateException("munmap: " + Errno.name(result));
        }
    }

    private static native ByteBuffer buffer0(long address, long bytes);

    private static native int unmap0(long address, long bytes);
}

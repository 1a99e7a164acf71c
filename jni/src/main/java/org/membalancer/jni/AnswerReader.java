// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a {@code struct mbal_groups} or {@code struct mbal_move_reply}. Every value a helper may
 * have put there is one that this can read.
 */
final class AnswerReader {
    private final ByteBuffer answer;

    /** Reads from index 0 of a buffer in native order. */
    AnswerReader(ByteBuffer answer) {
        this.answer = answer;
    }

    /** All groups of the helper, of which this answer may have a part only. */
    int totalGroups() {
        return answer.getInt(AbiLayout.value("mbal_groups.total"));
    }

    List<GroupStatus> groups() {
        int count = bounded(answer.getInt(AbiLayout.value("mbal_groups.count")),
                AbiLayout.value("MBAL_WIRE_GROUPS"));
        List<GroupStatus> groups = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            groups.add(group(AbiLayout.value("mbal_groups.groups")
                    + i * AbiLayout.value("sizeof(mbal_group_info)")));
        }
        return groups;
    }

    MoveResult moved() {
        int count = bounded(answer.getInt(AbiLayout.value("mbal_move_reply.error_count")),
                AbiLayout.value("MBAL_WIRE_ERRNOS"));
        int first = AbiLayout.value("mbal_move_reply.errors");
        int errorBytes = AbiLayout.value("sizeof(mbal_move_reply.errors[0])");
        int pagesOffset = AbiLayout.value("mbal_move_reply.errors[0].pages")
                - AbiLayout.value("mbal_move_reply.errors[0].value");
        Map<Integer, Integer> pagesByErrno = new TreeMap<>();
        for (int at = first; at < first + count * errorBytes; at += errorBytes) {
            pagesByErrno.merge(answer.getInt(at), answer.getInt(at + pagesOffset), Integer::sum);
        }
        return new MoveResult(answer.getLong(AbiLayout.value("mbal_move_reply.asked")),
                answer.getLong(AbiLayout.value("mbal_move_reply.moved")), pagesByErrno);
    }

    private GroupStatus group(int at) {
        return new GroupStatus(
                longAt(at, "group_id"), kind(byteAt(at, "target_kind")), intAt(at, "tgid"),
                shortAt(at, "peers"), intAt(at, "processes"), longAt(at, "memory_bytes"),
                longAt(at, "recorded"), longAt(at, "dropped"), longAt(at, "claim_bytes"),
                longAt(at, "claim_rate"), Integer.toUnsignedLong(intAt(at, "claim_age_ms")),
                (byteAt(at, "flags") & AbiLayout.value("MBAL_GROUP_USER_ONLY")) != 0);
    }

    private static String kind(int number) {
        return number < TargetKind.values().length
                ? TargetKind.of(number).label()
                : "kind " + number; // a later helper may have more
    }

    private static int bounded(int count, int most) {
        return count < 0 ? most : Math.min(count, most);
    }

    private int byteAt(int at, String field) {
        return Byte.toUnsignedInt(answer.get(at + offset(field)));
    }

    private int shortAt(int at, String field) {
        return Short.toUnsignedInt(answer.getShort(at + offset(field)));
    }

    private int intAt(int at, String field) {
        return answer.getInt(at + offset(field));
    }

    private long longAt(int at, String field) {
        return answer.getLong(at + offset(field));
    }

    private static int offset(String field) {
        return AbiLayout.value("mbal_group_info." + field);
    }
}

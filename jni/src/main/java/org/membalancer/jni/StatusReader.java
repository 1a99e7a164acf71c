// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a {@code struct mbal_status}. Every value a helper may have put there is one that this can
 * read.
 */
final class StatusReader {
    private final ByteBuffer status;

    /** Reads from index 0 of a buffer in native order. */
    StatusReader(ByteBuffer status) {
        this.status = status;
    }

    HelperStatus read() {
        return new HelperStatus(
                intOf("helper_pid"), source(), intOf("rate_asked_hz"), intOf("rate_hz"),
                intOf("cpu_count"), intOf("group_count"), intOf("peer_count"),
                intOf("max_cpu_permille"), intOf("cost_permille"), longOf("uptime_ns"),
                longOf("run_time_ns"), longOf("run_count"), longOf("table_memory_bytes"),
                longOf("requests"), longOf("requests_refused"), intOf("rate_real_hz"),
                intOf("bpf_cost_permille"), intOf("event_count"), longOf("events_throttled"),
                longOf("targets"), counters(),
                text("version"), text("why"));
    }

    private String source() {
        List<String> names = AbiLayout.sourceNames();
        int source = intOf("source");
        if (source >= 0 && source < names.size()) {
            return names.get(source);
        }
        return "source " + Integer.toUnsignedString(source); // a later helper may have more
    }

    private Map<String, Long> counters() {
        List<String> names = AbiLayout.counterNames();
        int ofHelper = intOf("counter_count");
        int count = ofHelper < 0 ? names.size() : Math.min(ofHelper, names.size());
        Map<String, Long> counters = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            counters.put(names.get(i), status.getLong(offset("counters") + i * Long.BYTES));
        }
        return counters;
    }

    private String text(String field) {
        int start = offset(field);
        byte[] bytes = new byte[AbiLayout.value("sizeof(mbal_status." + field + ")")];
        status.get(start, bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private int intOf(String field) {
        return status.getInt(offset(field));
    }

    private long longOf(String field) {
        return status.getLong(offset(field));
    }

    private static int offset(String field) {
        return AbiLayout.value("mbal_status." + field);
    }
}

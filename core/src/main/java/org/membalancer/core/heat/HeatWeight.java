// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

/** What a decision weighs accesses by. */
public enum HeatWeight {
    /** How many samples there are. */
    COUNTS("sample counts"),
    /** How long they waited: miss latency divided by the misses outstanding with it. */
    MISS_LATENCY("miss latency / outstanding misses");

    private final String text;

    HeatWeight(String text) {
        this.text = text;
    }

    /** In words, for reports. */
    public String text() {
        return text;
    }
}

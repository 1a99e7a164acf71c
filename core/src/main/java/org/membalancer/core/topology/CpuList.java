// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.topology;

import java.util.BitSet;

/** Lists of CPUs or nodes as the kernel writes them: {@code 0-3,7,8-15}. */
public final class CpuList {
    /** The highest number accepted: no kernel is built for more CPUs. */
    public static final int MAX_NUMBER = 8191;

    private CpuList() {
    }

    /**
     * Reads a list. Blanks around it are ignored and an empty list is an empty set.
     *
     * @throws IllegalArgumentException naming the list and the part that is not a number or an ascending range
     */
    public static BitSet parse(String list) {
        BitSet numbers = new BitSet();
        if (list.isBlank()) {
            return numbers;
        }
        for (String part : list.strip().split(",", -1)) {
            addPart(numbers, part, list);
        }
        return numbers;
    }

    /** Writes a list, the shortest way: {@code 0-3,7}. */
    public static String format(BitSet numbers) {
        StringBuilder list = new StringBuilder();
        for (int first = numbers.nextSetBit(0); first >= 0;) {
            int last = numbers.nextClearBit(first) - 1;
            list.append(list.length() == 0 ? "" : ",").append(first);
            if (last > first) {
                list.append('-').append(last);
            }
            first = numbers.nextSetBit(last + 1);
        }
        return list.toString();
    }

    private static void addPart(BitSet numbers, String part, String list) {
        int dash = part.indexOf('-');
        int first = number(dash < 0 ? part : part.substring(0, dash), list);
        int last = dash < 0 ? first : number(part.substring(dash + 1), list);
        if (last < first) {
            throw new IllegalArgumentException("a range must ascend: '" + part + "' in '" + list + "'");
        }
        numbers.set(first, last + 1);
    }

    private static int number(String digits, String list) {
        boolean allDigits = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!allDigits || digits.length() > 5 || Integer.parseInt(digits) > MAX_NUMBER) {
            throw new IllegalArgumentException(
                    "not a number from 0 to " + MAX_NUMBER + ": '" + digits + "' in '" + list + "'");
        }
        return Integer.parseInt(digits);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** Process ids as a user lists them: {@code 17,20-25}. Immutable. */
record PidList(String option, List<Range> ranges) {
    private static final int MAX_PID = 1 << 22;

    /** From the first to the last; one process when they are the same. */
    record Range(int first, int last) {
    }

    PidList {
        ranges = List.copyOf(ranges);
    }

    /**
     * Reads a list.
     *
     * @param option as the user wrote it, for messages
     * @throws UsageException naming what is wrong
     */
    static PidList parse(String option, String text) throws UsageException {
        List<Range> ranges = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-', 1);
            int first = pid(option, text, dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : pid(option, text, part.substring(dash + 1));
            if (last < first) {
                throw bad(option, text);
            }
            ranges.add(new Range(first, last));
        }
        return new PidList(option, ranges);
    }

    /**
     * The processes of the list, each once. One that is named must be there; of a range those count that are.
     *
     * @param exists whether there is such a process
     * @param most so many at most
     * @throws FailureException naming the process that is not there
     * @throws UsageException when there are more
     */
    List<Integer> resolve(IntPredicate exists, int most) throws FailureException, UsageException {
        Set<Integer> pids = new LinkedHashSet<>();
        for (Range range : ranges) {
            for (int pid = range.first; pid <= range.last; pid++) {
                if (exists.test(pid)) {
                    pids.add(pid);
                }
            }
            if (range.first == range.last && !exists.test(range.first)) {
                throw new FailureException("no such process: " + range.first);
            }
            if (pids.size() > most) {
                throw new UsageException("option " + option + " must name at most " + most + " processes");
            }
        }
        if (pids.isEmpty()) {
            throw new FailureException("no such process: none in what " + option + " names");
        }
        return List.copyOf(pids);
    }

    private static int pid(String option, String text, String number) throws UsageException {
        if (!number.matches("[0-9]{1,9}")) {
            throw bad(option, text);
        }
        int pid = Integer.parseInt(number);
        if (pid < 1 || pid > MAX_PID) {
            throw bad(option, text);
        }
        return pid;
    }

    private static UsageException bad(String option, String text) {
        return new UsageException("option " + option + " must be process ids 1.." + MAX_PID
                + " and ranges such as 17,20-25: " + text);
    }
}

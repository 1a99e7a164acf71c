// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * What the program bpf-cost prints: a line of names, one line a round with a cost for each name, then
 * {@code recorded} and the share of its samples that each recorded. Immutable.
 */
final class CostTable {
    private static final String RECORDED = "recorded";

    private final List<String> names;
    private final double[][] rounds;
    private final double[] recordedShares;

    private CostTable(List<String> names, double[][] rounds, double[] recordedShares) {
        this.names = names;
        this.rounds = rounds;
        this.recordedShares = recordedShares;
    }

    /** Reads the lines; an IOException says which one is not as it should be. */
    static CostTable parse(List<String> lines) throws IOException {
        int end = lines.indexOf(RECORDED);
        if (end < 1 || lines.size() != end + 2) {
            throw new IOException("bpf-cost ended early, after " + lines.size() + " lines");
        }
        List<String> names = List.of(lines.get(0).split(" "));
        double[][] rounds = new double[end - 1][];
        for (int i = 1; i < end; i++) {
            rounds[i - 1] = numbers(lines.get(i), names.size());
        }
        return new CostTable(names, rounds, numbers(lines.get(end + 1), names.size()));
    }

    /** Cost of one against the other, round by round. */
    PairedRatio ratio(String numerator, String denominator) {
        return PairedRatio.of(column(numerator), column(denominator));
    }

    /** The same without what both have in common, as another line says. */
    PairedRatio ratioWithout(String common, String numerator, String denominator) {
        return PairedRatio.of(difference(numerator, common), difference(denominator, common));
    }

    private double[] difference(String name, String common) {
        double[] costs = column(name);
        double[] less = column(common);
        Arrays.setAll(costs, round -> costs[round] - less[round]);
        return costs;
    }

    /** Share of the samples that were recorded, the rest being dropped and counted. */
    double recordedShare(String name) {
        return recordedShares[index(name)];
    }

    private double[] column(String name) {
        int index = index(name);
        return Arrays.stream(rounds).mapToDouble(round -> round[index]).toArray();
    }

    private int index(String name) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("bpf-cost has no " + name + ", only " + names);
        }
        return index;
    }

    private static double[] numbers(String line, int count) throws IOException {
        String[] words = line.split(" ");
        if (words.length != count) {
            throw new IOException("bpf-cost must print " + count + " numbers a line: " + line);
        }
        try {
            return Arrays.stream(words).mapToDouble(Double::parseDouble).toArray();
        } catch (NumberFormatException e) {
            throw new IOException("bpf-cost must print numbers: " + line, e);
        }
    }
}

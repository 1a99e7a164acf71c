// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table at the end of a run. One thread owns it. */
final class Summary {
    private static final Figure HEADING = new Figure("figure", "ratio", "95 % interval", "bound", "verdict");

    private final List<Figure> figures = new ArrayList<>();

    void add(Figure figure) {
        figures.add(figure);
    }

    boolean isAnyMissed() {
        return figures.stream().anyMatch(Figure::isMissed);
    }

    /** Lines of a Markdown table, aligned so that a terminal shows it as well. */
    List<String> lines() {
        List<Figure> rows = new ArrayList<>(figures);
        rows.add(0, HEADING);
        int[] widths = new int[5];
        for (Figure row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], cells(row)[i].length());
            }
        }
        List<String> lines = new ArrayList<>();
        rows.forEach(row -> lines.add(line(cells(row), widths)));
        String[] rule = new String[widths.length];
        for (int i = 0; i < rule.length; i++) {
            rule[i] = "-".repeat(widths[i]);
        }
        lines.add(1, line(rule, widths));
        return lines;
    }

    private static String[] cells(Figure row) {
        return new String[] {row.name(), row.value(), row.interval(), row.bound(), row.verdict()};
    }

    private static String line(String[] cells, int[] widths) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < cells.length; i++) {
            line.append(String.format(Locale.ROOT, " %-" + widths[i] + "s |", cells[i]));
        }
        return line.toString();
    }
}

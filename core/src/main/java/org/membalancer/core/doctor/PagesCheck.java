// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Transparent huge pages. */
final class PagesCheck {
    private static final String THP = "sys/kernel/mm/transparent_hugepage/";
    private static final Pattern CHOSEN = Pattern.compile("\\[(\\S+)]");

    private PagesCheck() {
    }

    static List<Finding> look(MachineFiles files) {
        FileText enabled = files.read(THP + "enabled");
        if (!enabled.isRead()) {
            return List.of(Finding.ok("transparent huge pages", "not in this kernel"));
        }
        String found = chosen(enabled) + ", defrag " + chosen(files.read(THP + "defrag"));
        return List.of(Finding.ok("transparent huge pages", found));
    }

    private static String chosen(FileText choices) {
        Matcher chosen = CHOSEN.matcher(choices.or(""));
        return chosen.find() ? chosen.group(1) : choices.found();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.membalancer.jni.AddressSpan;
import org.membalancer.jni.TargetSpec;

/** Reads code addresses as a user lists them: {@code 0x401000-0x402000,0x7f0000000000-0x7f0000001000}. */
final class CodeRanges {
    private static final Pattern RANGE = Pattern.compile("0x([0-9a-fA-F]{1,16})-0x([0-9a-fA-F]{1,16})");

    private CodeRanges() {
    }

    /**
     * The ranges, ascending.
     *
     * @throws UsageException naming what is wrong
     */
    static List<AddressSpan> parse(String option, String text) throws UsageException {
        List<AddressSpan> spans = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Matcher range = RANGE.matcher(part);
            if (!range.matches()) {
                throw new UsageException("option " + option + " must be ranges such as 0x401000-0x402000,...: " + text);
            }
            spans.add(span(option, part, range));
        }
        if (spans.size() > TargetSpec.MAX_CODE_RANGES) {
            throw new UsageException("option " + option + " must be at most " + TargetSpec.MAX_CODE_RANGES
                    + " ranges: " + spans.size());
        }
        spans.sort(Comparator.comparing(AddressSpan::start, Long::compareUnsigned));
        for (int i = 1; i < spans.size(); i++) {
            if (Long.compareUnsigned(spans.get(i - 1).end(), spans.get(i).start()) > 0) {
                throw new UsageException("option " + option + " must be ranges that do not overlap: " + text);
            }
        }
        return List.copyOf(spans);
    }

    private static AddressSpan span(String option, String part, Matcher range) throws UsageException {
        long start = Long.parseUnsignedLong(range.group(1), 16);
        long end = Long.parseUnsignedLong(range.group(2), 16);
        if (Long.compareUnsigned(start, end) >= 0) {
            throw new UsageException("option " + option + " must be ranges whose start is below their end: " + part);
        }
        return new AddressSpan(start, end);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.jni.AddressSpan;
import org.membalancer.jni.TargetSpec;

class ReportTargetTest {
    private static final int OWN = (int) ProcessHandle.current().pid();

    @Test
    void shouldAskForWhatTheHelperSamples() throws Exception {
        assertEquals(List.of(TargetSpec.process(OWN)), specs("-p", OWN));
        assertEquals(List.of(TargetSpec.set(OWN)), specs("-p", OWN, "--code-ranges", "0x1000-0x2000").stream()
                .map(spec -> spec.withCodeRanges(List.of())).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-u", "--user"})
    void shouldAskForUserModeOnly(String option) throws Exception {
        assertEquals(List.of(TargetSpec.process(OWN).withUserOnly(true)), specs("-p", OWN, option));
        assertEquals(List.of(TargetSpec.descendants(OWN).withUserOnly(true)), specs("-P", OWN, option));
        assertEquals(List.of(TargetSpec.children(OWN).withUserOnly(true)), specs("-P", OWN, "--children-only", option));
        assertEquals(List.of(TargetSpec.all().withUserOnly(true)), specs("--all", option));
        assertEquals(List.of(TargetSpec.set(OWN).withUserOnly(true)
                        .withCodeRanges(List.of(new AddressSpan(0x1000, 0x2000)))),
                specs("-p", OWN, "--code-ranges", "0x1000-0x2000", option));
    }

    @Test
    void shouldAskTheSameOfGroupsOfItsOwn() throws Exception {
        ReportTarget target = ReportTarget.of(line(true, "-p", OWN, "-u"));
        assertEquals(List.of(TargetSpec.set(OWN).withUserOnly(true)), target.inOwnGroup().specs(), "as record does");
        assertEquals(TargetSpec.set(3).withUserOnly(true), target.filtered(TargetSpec.set(3)), "as balance does of a list");
    }

    @Test
    void shouldTakeItForProcessesToActOn() throws Exception {
        assertEquals(List.of(TargetSpec.process(OWN).withUserOnly(true)),
                ReportTarget.ofProcesses(line(false, "-p", OWN, "-u")).specs());
    }

    private static List<TargetSpec> specs(Object... words) throws Exception {
        return ReportTarget.of(line(true, words)).specs();
    }

    private static CommandLine line(boolean isForReports, Object... words) throws Exception {
        Options options = new Options();
        if (isForReports) {
            ReportTarget.addTo(options);
        } else {
            ReportTarget.addProcessesTo(options);
        }
        return new DefaultParser().parse(options, List.of(words).stream().map(Object::toString).toArray(String[]::new));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "reprot | unknown command reprot (see membalancer --help)",
        "--json | unknown option --json (see membalancer --help)",
        "topology --jsn | topology: unknown option --jsn (see membalancer topology --help)",
        "topology --js | topology: unknown option --js (see membalancer topology --help)",
        "topology node0 | topology: unexpected argument node0 (see membalancer topology --help)",
        "topology --sysfs | topology: option --sysfs needs a value (see membalancer topology --help)",
        "status --socket | status: option --socket needs a value (see membalancer status --help)",
        "report | report: one of -p, -P, --cgroup and --all is missing (see membalancer report --help)",
        "report -p | report: option -p needs a value (see membalancer report --help)",
        "report -p all | report: option -p must be process ids 1..4194304 and ranges such as 17,20-25: all"
            + " (see membalancer report --help)",
        "report -p 0 | report: option -p must be process ids 1..4194304 and ranges such as 17,20-25: 0"
            + " (see membalancer report --help)",
        "report -p 1,, | report: option -p must be process ids 1..4194304 and ranges such as 17,20-25: 1,,"
            + " (see membalancer report --help)",
        "report -P 9-8 | report: option -P must be process ids 1..4194304 and ranges such as 17,20-25: 9-8"
            + " (see membalancer report --help)",
        "report -p 1 -P 1 | report: option -P contradicts another (see membalancer report --help)",
        "report --cgroup / --all | report: option --all contradicts another (see membalancer report --help)",
        "report -p 1 --children-only | report: option --children-only needs -P (see membalancer report --help)",
        "report --all --code-ranges 1-2 | report: option --code-ranges must be ranges such as"
            + " 0x401000-0x402000,...: 1-2 (see membalancer report --help)",
        "report --all --code-ranges 0x2-0x2 | report: option --code-ranges must be ranges whose start is below"
            + " their end: 0x2-0x2 (see membalancer report --help)",
        "report --all --code-ranges 0x1-0x5,0x4-0x9 | report: option --code-ranges must be ranges that do not overlap:"
            + " 0x1-0x5,0x4-0x9 (see membalancer report --help)",
        "report --all --processes 0 | report: option 'processes': '0' is out of range: 1 to 16384"
            + " (see membalancer report --help)",
        "report -p 1 --interval 5 | report: option 'interval': '5' is not a duration such as 500ms, 1s or 2m"
                + " (see membalancer report --help)",
        "report -p 1 --interval 1ms | report: option 'interval': '1ms' is out of range: 100ms to 24h"
                + " (see membalancer report --help)",
        "report -p 1 --count -1 | report: option 'count': '-1' is out of range: 0 to 2147483647"
                + " (see membalancer report --help)",
        "report -p 1 --top some | report: option 'top': 'some' is not a whole number (see membalancer report --help)",
        "report -p 1 --source replay | report: --source must be auto, ibs, pebs, soft or faults: --source=replay samples no"
                + " process (membalancer replay FILE does that) (see membalancer report --help)",
        "status --watch 1 | status: option 'watch': '1' is not a duration such as 500ms, 1s or 2m"
                + " (see membalancer status --help)",
        "record -p 1 | record: option -o is missing (see membalancer record --help)",
        "record -o /nowhere/x | record: one of -p, -P, --cgroup and --all is missing (see membalancer record --help)",
        "record -o /nowhere/x -p 1 --duration 1ms | record: option 'duration': '1ms' is out of range: 100ms to 24h"
                + " (see membalancer record --help)",
    })
    void shouldExitWithTwoAndOneLine(String line, String message) {
        assertEquals(new Captured(2, "", "membalancer: " + message + "\n"), Captured.runLine(line));
    }

    @Test
    void shouldExitWithOneAndOneLineWhenThereIsNoSuchProcess() {
        // above the highest pid_max of any Linux, 4194304, there is none; that one is never given either
        assertEquals(new Captured(1, "", "membalancer: no such process: 4194304\n"),
                Captured.run("report", "-p", "4194304"));
    }

    @Test
    void shouldExitWithOneAndOneLineWhenTheTraceIsAFolder() {
        assertEquals(new Captured(1, "", "membalancer: /proc: a folder, not a trace: name the file that membalancer record -o"
                + " wrote\n"), Captured.run("replay", "/proc"));
    }

    @Test
    void shouldExitWithOneAndOneLineWhenTheDoctorsRootIsNoFolder() {
        assertEquals(new Captured(1, "", "membalancer: option 'root': no such folder: /nowhere\n"),
                Captured.run("doctor", "--root", "/nowhere"));
    }

    @Test
    void shouldPrintItsUsageAsAnErrorWithoutACommand() {
        Captured captured = Captured.run();
        assertEquals(2, captured.exitCode());
        assertEquals("", captured.out());
        assertTrue(captured.err().startsWith("usage: membalancer COMMAND [options]\n"), captured.err());
        assertEquals(new Captured(0, captured.err(), ""), Captured.run("--help"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"topology", "status", "doctor", "report"})
    void shouldPrintTheHelpOfACommand(String command) {
        Captured captured = Captured.run(command, "--help");
        assertEquals(0, captured.exitCode(), captured.err());
        assertEquals("", captured.err());
        assertTrue(captured.out().startsWith("usage: membalancer " + command + " [options]\n"), captured.out());
        assertTrue(captured.out().contains("--json"), captured.out());
        assertTrue(Captured.run("--help").out().contains("\n  " + command + " "), "the general help names it");
    }

    @Test
    void shouldPrintItsVersion() {
        Captured captured = Captured.run("--version");
        assertEquals(0, captured.exitCode());
        assertTrue(captured.out().matches("membalancer [0-9]+\\.[0-9]+\\.[0-9]+\n"), captured.out());
    }
}

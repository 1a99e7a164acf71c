// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BalanceCommandTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "balance | one of -p, -P and --cgroup is missing",
        "balance -p 0 | option -p must be process ids 1..4194304 and ranges such as 17,20-25: 0",
        "balance -p 1 --policy numa --tiers hops | --tiers goes with --policy tier or auto, not numa",
        "balance -p 1 --tiers fast:0 | --tiers: at least two tiers are needed: there are 1",
        "balance -p 1 --tiers @/none/such | --tiers: '/none/such' cannot be read: no such file",
        "balance -p 1 --policy best | option 'policy': 'best' is not one of auto, numa, tier, threads, autotune",
        "balance -p 1 --rate-limit 0 | option 'rate-limit': '0' is out of range: 1MiB to 1TiB",
        "balance -p 1 --min-free-percent 91 | option 'min-free-percent': '91' is out of range: 0% to 90%",
        "balance -p 1 --interval 1ms | option 'interval': '1ms' is out of range: 100ms to 1m",
        "balance -p 1 --numa-balancing on | option 'numa-balancing': 'on' is not one of keep, off",
        "balance -p 1 --all | unknown option --all",
        "balance -p 1 -P 1 | option -P contradicts another",
        "balance -p 9-8 | option -p must be process ids 1..4194304 and ranges such as 17,20-25: 9-8",
        "balance -p 1 --children-only | option --children-only needs -P",
        "balance -p 1 soon | option 'duration': 'soon' is not a duration such as 500ms, 1s or 2m",
        "balance -p 1 1ms | option 'duration': '1ms' is out of range: 100ms to 87600h",
        "balance -p 1 1s 2s | unexpected argument 2s",
    })
    void shouldExitWithTwoAndOneLine(String line, String message) {
        assertEquals(new Captured(2, "", "membalancer: balance: " + message + " (see membalancer balance --help)\n"),
                Captured.runLine(line));
    }

    @Test
    void shouldExitWithOneWhenThereIsNoSuchProcess() {
        assertEquals(new Captured(1, "", "membalancer: no such process: 4194304\n"),
                Captured.run("balance", "-p", "4194304"));
    }

    @Test
    void shouldPrintItsHelp() {
        Captured captured = Captured.run("balance", "--help");
        assertEquals(0, captured.exitCode(), captured.err());
        assertTrue(captured.out().startsWith("usage: membalancer balance [DURATION] [options]\n"), captured.out());
        assertTrue(captured.out().contains("--dry-run"), captured.out());
    }
}

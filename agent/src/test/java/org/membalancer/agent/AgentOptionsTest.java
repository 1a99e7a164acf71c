// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.membalancer.core.balance.PolicyName;
import org.membalancer.core.config.ConfigException;
import org.membalancer.core.policy.TierSpec;

final class AgentOptionsTest {

    @Test
    void shouldOnlyReportUnlessToldOtherwise() throws ConfigException {
        assertEquals(new AgentOptions(Mode.REPORT, false, PolicyName.AUTO, Optional.empty(), Optional.empty(),
                Duration.ofSeconds(1), Optional.empty(), false, Optional.empty(), Duration.ofSeconds(10), 5, 256L << 20, 10,
                Optional.empty(), false, false, false),
                AgentOptions.parse("", ""));
    }

    @Test
    void shouldReadEveryOption() throws ConfigException {
        assertEquals(new AgentOptions(Mode.BALANCE, true, PolicyName.TIER,
                Optional.of(TierSpec.parse("fast:0; slow:2 promote=fast:50%")),
                Optional.of(Path.of("x.json")), Duration.ofMillis(250), Optional.of(Path.of("/tmp/h.sock")), true,
                Optional.of(Path.of("r.json")), Duration.ofSeconds(90), 17, 3L << 20, 2.5,
                Optional.of(Path.of("a.log")), true, true, true),
                AgentOptions.parse("", "mode=balance,policy=tier,tiers=fast:0; slow:2 promote=fast:50%,explain=x.json,"
                        + "interval=250ms,socket=/tmp/h.sock,user-only,report=r.json,exit-wait=90s,top=17,rate-limit=3MiB,min-free-percent=2.5,log=a.log,quiet,jmx,jfr"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "tiers=fast:0 | option 'tiers': at least two tiers are needed: there are 1",
        "tiers=@/none/such | option 'tiers': '/none/such' cannot be read: no such file",
        "policy=numa,tiers=hops | option 'tiers' goes with policy=tier or auto, not numa",
    })
    void shouldSayWhatIsWrongWithTiers(String options, String message) {
        ConfigException e = assertThrows(ConfigException.class, () -> AgentOptions.parse("", options));
        assertEquals(message, e.getMessage());
    }

    @Test
    void shouldLetTheAgentsStringWinOverTheEnvironmentAndBothOverFiles(@TempDir Path directory)
            throws ConfigException, IOException {
        Path file = Files.writeString(directory.resolve("agent.conf"), "# ours\nmode=balance\ntop=7\ninterval=2s\n");
        AgentOptions options = AgentOptions.parse("config=" + file + ",top=11,interval=3s", "interval=5s");
        assertEquals(Mode.BALANCE, options.mode());
        assertEquals(11, options.top());
        assertEquals(Duration.ofSeconds(5), options.interval());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "mod=report | mode", "mode=fast | balance", "interval=50ms | 100ms", "interval=1 | interval",
        "rate-limit=1KiB | 1MiB", "min-free-percent=91 | 90%", "top=-1 | 1000", "config=/none/such | /none/such",
    })
    void shouldNameWhatIsWrongInOneLine(String options, String mentioned) {
        ConfigException e = assertThrows(ConfigException.class, () -> AgentOptions.parse("", options));
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        assertEquals(true, e.getMessage().contains(mentioned), e.getMessage());
    }
}

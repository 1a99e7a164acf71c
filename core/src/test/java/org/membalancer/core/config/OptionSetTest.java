// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionSetTest {
    private enum Mode { REPORT, DRY_RUN }

    private static final Option<Mode> MODE = Option.choice("mode", Mode.REPORT, "what to do | not to do");
    private static final Option<Duration> INTERVAL = Option.duration("interval", Duration.ofSeconds(1),
            Duration.ofMillis(100), Duration.ofHours(1), "between rounds");
    private static final Option<Long> BUDGET =
            Option.bytes("budget", 64L << 20, 2L << 20, 1L << 40, "moved per second");
    private static final Option<Double> FREE = Option.percent("min-free-percent", 10, 0, 100, "left free");
    private static final Option<Integer> SLOTS = Option.integer("slots", 65_536, 1024, 1 << 24, "of the table");
    private static final Option<Boolean> QUIET = Option.bool("quiet", false, "says less");
    private static final Option<Path> REPORT = Option.path("report", Path.of(""), "where to write");
    private static final Option<String> NAME = Option.string("name", "x", "what to call it");
    private static final OptionSet OPTIONS =
            OptionSet.of(MODE, INTERVAL, BUDGET, FREE, SLOTS, QUIET, REPORT, NAME);

    @Test
    void shouldReadEveryType() throws ConfigException {
        OptionValues values = OPTIONS.parse("mode=dry-run, interval=500ms,budget=1.5GiB,min-free-percent=0.5%,"
                + "slots=2048,quiet,report=/tmp/a b.json,name=a=b");
        assertEquals(Mode.DRY_RUN, values.value(MODE));
        assertEquals(Duration.ofMillis(500), values.value(INTERVAL));
        assertEquals(3L << 29, values.value(BUDGET));
        assertEquals(0.5, values.value(FREE));
        assertEquals(2048, values.value(SLOTS));
        assertTrue(values.value(QUIET));
        assertEquals(Path.of("/tmp/a b.json"), values.value(REPORT));
        assertEquals("a=b", values.value(NAME));
        assertTrue(values.isSet(NAME));
    }

    @Test
    void shouldUseDefaultsForTheRest() throws ConfigException {
        OptionValues values = OPTIONS.parse("  ");
        assertEquals(Mode.REPORT, values.value(MODE));
        assertEquals(Duration.ofSeconds(1), values.value(INTERVAL));
        assertFalse(values.isSet(MODE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "intervall=1s; unknown option 'intervall': did you mean 'interval'?",
        "zzz=1; unknown option 'zzz': known are mode, interval, budget, min-free-percent, slots, quiet, report, "
                + "name, config",
        "interval=1; option 'interval': '1' is not a duration such as 500ms, 1s or 2m",
        "interval=-1s; option 'interval': '-1s' is not a duration such as 500ms, 1s or 2m",
        "interval=50ms; option 'interval': '50ms' is out of range: 100ms to 1h",
        "interval=2h; option 'interval': '2h' is out of range: 100ms to 1h",
        "interval; option 'interval' needs a value: interval=100ms to 1h",
        "interval=99999999999999h; option 'interval': '99999999999999h' is not a whole number that fits 64 bits",
        "interval=1s,interval=2s; option 'interval' is given twice",
        "budget=1MiB; option 'budget': '1MiB' is out of range: 2MiB to 1TiB",
        "budget=7MB; option 'budget': '7MB' is not a number of bytes such as 4096, 64KiB or 1GiB",
        "budget=; option 'budget': '' is not a number of bytes such as 4096, 64KiB or 1GiB",
        "mode=fly; option 'mode': 'fly' is not one of report, dry-run",
        "mode=REPORT; option 'mode': 'REPORT' is not one of report, dry-run",
        "min-free-percent=101; option 'min-free-percent': '101' is out of range: 0% to 100%",
        "min-free-percent=NaN; option 'min-free-percent': 'NaN' is not a percentage such as 10% or 0.5%",
        "slots=1000; option 'slots': '1000' is out of range: 1024 to 16777216",
        "slots=99999999999; option 'slots': '99999999999' is not a whole number",
        "quiet=yes; option 'quiet': 'yes' is neither true nor false",
        "=5; unknown option '': known are mode, interval, budget, min-free-percent, slots, quiet, report, name, config",
        "config=a.properties; option 'config': cannot read 'a.properties': no configuration file can be read here",
    })
    void shouldSayInOneLineWhatIsWrong(String text, String message) {
        ConfigException e = assertThrows(ConfigException.class, () -> OPTIONS.parse(text));
        assertEquals(message, e.getMessage());
    }

    @Test
    void shouldLetTheStringWinOverItsFileAndLaterTextsOverEarlier() throws ConfigException {
        String file = "# comment\ninterval = 2s\nslots=4096\nname=a,b\n";
        OptionValues values = OPTIONS.parse(List.of("slots=8192,quiet=true,budget=4MiB", "config=f,interval=3s"),
                name -> new StringReader(name.equals("f") ? file : ""));
        assertEquals(Duration.ofSeconds(3), values.value(INTERVAL));
        assertEquals(4096, values.value(SLOTS), "the file of a later text wins over an earlier text");
        assertEquals("a,b", values.value(NAME));
        assertTrue(values.value(QUIET));
        assertEquals(4L << 20, values.value(BUDGET));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "intervall=1s; f: unknown option 'intervall': did you mean 'interval'?",
        "interval=; f: option 'interval': '' is not a duration such as 500ms, 1s or 2m",
        "config=g; f: option 'config' cannot be set in a configuration file",
    })
    void shouldNameTheFileThatIsWrong(String file, String message) {
        ConfigException e = assertThrows(ConfigException.class,
                () -> OPTIONS.parse("config=f", name -> new StringReader(file)));
        assertEquals(message, e.getMessage());
    }

    @Test
    void shouldSayThatAFileCannotBeRead() {
        ConfigException e = assertThrows(ConfigException.class, () -> OPTIONS.parse("config=f", name -> {
            throw new IOException("no such file");
        }));
        assertEquals("option 'config': cannot read 'f': no such file", e.getMessage());
    }

    @Test
    void shouldDescribeItself() {
        assertEquals("""
                | Option | Type | Default | Values | Meaning |
                |---|---|---|---|---|
                | `mode` | choice | `report` | report, dry-run | what to do \\| not to do |
                | `interval` | duration | `1s` | 100ms to 1h | between rounds |
                | `budget` | bytes | `64MiB` | 2MiB to 1TiB | moved per second |
                | `min-free-percent` | percent | `10%` | 0% to 100% | left free |
                | `slots` | integer | `65536` | 1024 to 16777216 | of the table |
                | `quiet` | boolean | `false` | true or false | says less |
                | `report` | path | none | a path | where to write |
                | `name` | text | `x` | any text | what to call it |
                | `config` | text | none | any text | a properties file with the same keys; what is set beside it wins |
                """, OPTIONS.markdown());
    }

    @Test
    void shouldRefuseAKeyDeclaredTwice() {
        assertThrows(IllegalArgumentException.class, () -> OptionSet.of(NAME, NAME));
    }

    @Test
    void shouldReadBackEveryDefaultThatItWrites() throws ConfigException {
        for (Option<?> option : List.of(MODE, INTERVAL, BUDGET, FREE, SLOTS, QUIET, NAME)) {
            assertEquals(option.standard(), option.parse(option.standardText()), "option " + option.key());
        }
    }

    @ParameterizedTest
    @CsvSource({"interval, interval, 0", "intervall, interval, 1", "abc, '', 3", "kitten, sitting, 3"})
    void shouldCountEdits(String from, String to, int edits) {
        assertEquals(edits, NearKeys.edits(from, to));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HotSetOptionsTest {

    @Test
    void shouldHaveDefaults() throws UsageException {
        assertEquals(new HotSetOptions(256L << 20, 16L << 20, 0.9, 2, -1, 10, "", false, false, false),
                HotSetOptions.parse(new String[0]));
    }

    @Test
    void shouldReadEveryOption() throws UsageException {
        assertEquals(new HotSetOptions(1L << 30, 1L << 20, 0.25, 3, 5, 0.5, "p", true, true, true),
                HotSetOptions.parse(("--size 1GiB --hot-size=1024KiB --share 0.25 --threads=3 --seconds 0.5"
                        + " --node 5 --progress=p --hold --check --help").split(" ")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--sise 1GiB          | unknown option --sise",
        "--node -1            | --node must be a whole number, 0 to 1023: --node=-1",
        "--node 0,1           | --node must be a whole number, 0 to 1023: --node=0,1",
        "--size               | option --size needs a value",
        "--check=yes          | option --check takes no value",
        "more                 | unexpected argument more",
        "--size 12Q           | --size must be bytes, as in 256MiB: --size=12Q",
        "--size -1            | --size must be bytes, as in 256MiB: --size=-1",
        "--size 99999999999GiB | --size must be at most 65536GiB: --size=99999999999GiB",
        "--size 100KiB        | --size must be a multiple of 64KiB, 64KiB to 17179738112: --size=102400",
        "--size 16GiB         | --size must be a multiple of 64KiB, 64KiB to 17179738112: --size=17179869184",
        "--hot-size 0         | --hot-size must be a multiple of 64KiB, 64KiB to 17179738112: --hot-size=0",
        "--hot-size 256MiB    | --hot-size must be less than --size: --hot-size=268435456 --size=268435456",
        "--share 1.1          | --share must be 0.0 to 1.0: --share=1.1",
        "--share NaN          | --share must be 0.0 to 1.0: --share=NaN",
        "--threads 0          | --threads must be a whole number, 1 to 1024: --threads=0",
        "--threads 1.5        | --threads must be a whole number, 1 to 1024: --threads=1.5",
        "--seconds soon       | --seconds must be 0.001 to 1.0E9: --seconds=soon",
    })
    void shouldNameOptionValueAndLimit(String line, String message) {
        assertEquals(message,
                assertThrows(UsageException.class, () -> HotSetOptions.parse(line.split(" "))).getMessage());
    }
}

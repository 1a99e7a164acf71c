// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.membalancer.jni.AddressSpan;

class CodeRangesTest {

    @Test
    void shouldReadRangesAndPutThemInOrder() throws Exception {
        assertEquals(List.of(new AddressSpan(0x1000, 0x2000), new AddressSpan(0x2000, 0x2001),
                        new AddressSpan(0x7f0000000000L, -1L)),
                CodeRanges.parse("--code-ranges", "0x2000-0x2001,0x7f0000000000-0xffffffffffffffff,0x1000-0x2000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x1", "1-2", "0x1-0x2,", "0x2-0x1", "0x1-0x1", "0x1-0x3,0x2-0x4", "0x1-0x10000000000000000",
        "0x1-0x2,0x2-0x3,0x3-0x4,0x4-0x5,0x5-0x6,0x6-0x7,0x7-0x8,0x8-0x9,0x9-0xa"})
    void shouldRefuse(String text) {
        UsageException e = assertThrows(UsageException.class, () -> CodeRanges.parse("--code-ranges", text));
        assertTrue(e.getMessage().startsWith("option --code-ranges must be "), e.getMessage());
    }
}

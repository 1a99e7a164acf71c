// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PidListTest {

    @Test
    void shouldReadNumbersAndRanges() throws Exception {
        assertEquals(List.of(17, 20, 21, 22), PidList.parse("-p", "17,20-22").resolve(pid -> true, 10));
        assertEquals(List.of(3, 1, 2), PidList.parse("-p", "3,1-3").resolve(pid -> true, 10), "each once");
        assertEquals(List.of(4194304), PidList.parse("-p", "4194304").resolve(pid -> true, 1));
    }

    @Test
    void shouldTakeOfARangeThoseThatAreThere() throws Exception {
        assertEquals(List.of(20, 24), PidList.parse("-p", "20-25").resolve(pid -> pid % 4 == 0, 10));
        FailureException none = assertThrows(FailureException.class,
                () -> PidList.parse("-p", "21-23").resolve(pid -> pid % 4 == 0, 10));
        assertEquals("no such process: none in what -p names", none.getMessage());
    }

    @Test
    void shouldNameTheProcessThatIsNotThere() {
        FailureException e = assertThrows(FailureException.class,
                () -> PidList.parse("-P", "20,21").resolve(pid -> pid == 20, 10));
        assertEquals("no such process: 21", e.getMessage());
    }

    @Test
    void shouldRefuseMoreThanThereIsRoomFor() {
        UsageException e = assertThrows(UsageException.class,
                () -> PidList.parse("-p", "1-1025").resolve(pid -> true, 1024));
        assertEquals("option -p must name at most 1024 processes", e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "1,", "-1", "1-", "2-1", "0", "4194305", "1 2", "0x1", "99999999999999999999", "1--2"})
    void shouldRefuse(String text) {
        UsageException e = assertThrows(UsageException.class, () -> PidList.parse("-p", text));
        assertEquals("option -p must be process ids 1..4194304 and ranges such as 17,20-25: " + text, e.getMessage());
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ErrnoTest {
    @BeforeAll
    static void load() {
        Native.load();
    }

    @Test
    void shouldNameErrorsOfEitherSign() {
        assertEquals("EPERM", Errno.name(AbiLayout.value("EPERM")));
        assertEquals("ENODEV", Errno.name(-AbiLayout.value("ENODEV")));
        assertEquals("No such process", Errno.text(-AbiLayout.value("ESRCH")));
    }

    @Test
    void shouldSurviveNumbersThatNobodyKnows() {
        assertEquals("errno 4000", Errno.name(-4000));
        assertEquals("errno 4000", Errno.text(4000));
        assertEquals("errno " + Integer.MIN_VALUE, Errno.name(Integer.MIN_VALUE));
    }
}

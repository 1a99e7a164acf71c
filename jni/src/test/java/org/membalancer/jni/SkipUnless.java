// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.nio.file.Files;
import java.nio.file.Path;
import java.io.IOException;
import org.junit.jupiter.api.Assumptions;

/** Skips a test, and says why where people see it. */
final class SkipUnless {
    private SkipUnless() {
    }

    static void holds(boolean condition, String reason) {
        if (!condition) {
            System.out.println("skipped: " + reason);
        }
        Assumptions.assumeTrue(condition, reason);
    }

    static void root(String why) throws IOException {
        int uid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        holds(uid == 0, why + " needs root: uid=" + uid);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.nio.file.Path;
import org.membalancer.core.doctor.Finding;
import org.membalancer.jni.Errno;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperException;
import org.membalancer.jni.HelperStatus;
import org.membalancer.jni.PageMoves;

/** What a diagnosis needs and no file tells. */
final class Probes {
    private static final String HELPER = "helper";
    private static final String MOVE_PAGES = "move_pages";

    private Probes() {
    }

    /** Whether this process may use move_pages at all. Moves nothing. */
    static Finding movePages() {
        int result = PageMoves.probe();
        if (result == 0) {
            return Finding.ok(MOVE_PAGES, "allowed");
        }
        String found = Errno.name(result) + ": " + Errno.text(result);
        return Errno.name(result).equals("ENOSYS")
                ? Finding.notSupported(MOVE_PAGES, found, "boot a kernel with CONFIG_NUMA=y and CONFIG_MIGRATION=y").blocking()
                : Finding.notPermitted(MOVE_PAGES, found,
                        "allow it in the container's seccomp profile; processes started like this one cannot move pages");
    }

    /** Whether a helper answers, or could be started. */
    static Finding helper(Path socket, boolean mayStartOne) {
        try (HelperConnection connection = HelperConnection.connect(socket)) {
            HelperStatus status = connection.status();
            return Finding.ok(HELPER, "version " + status.version() + " at " + socket + ", source " + status.source());
        } catch (HelperException e) {
            return absent(e, mayStartOne);
        }
    }

    private static Finding absent(HelperException e, boolean mayStartOne) {
        if (!Doors.isAbsence(e)) {
            return Finding.notPermitted(HELPER, e.getMessage(),
                    "run this as a user who may connect, or restart a helper of this version").blocking();
        }
        return mayStartOne
                ? Finding.ok(HELPER, "none runs: commands start one of their own")
                : Finding.notPermitted(HELPER, e.getMessage(), "have root run membalancer-helper").blocking();
    }
}

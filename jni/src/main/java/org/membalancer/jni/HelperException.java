// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.io.IOException;
import java.nio.file.Path;

/** Says in one line what went wrong between this process and the helper. */
public final class HelperException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * Makes an exception.
     *
     * @param errno the error of Linux, above 0
     * @param message one line
     */
    public HelperException(int errno, String message) {
        super(message);
        this.errno = errno;
    }

    /** Answers the error of Linux, above 0. */
    public int errno() {
        return errno;
    }

    /** No connection. */
    static HelperException connecting(Path socket, int errno) {
        String message = switch (Errno.name(errno)) {
            case "ENOENT", "ENOTDIR", "ECONNREFUSED" ->
                "no helper at " + socket + " (start membalancer-helper)";
            case "EACCES", "EPERM" ->
                "not permitted to connect to the helper at " + socket
                        + " (" + describe(errno) + ")";
            case "EPROTOTYPE" -> socket + " is the socket of something other than a helper";
            default -> "cannot connect to the helper at " + socket + ": " + describe(errno);
        };
        return new HelperException(errno, message);
    }

    /** No answer, or one that makes no sense. */
    static HelperException asking(Path socket, String what, int errno) {
        String outcome = switch (Errno.name(errno)) {
            case "ECONNRESET", "EPIPE" -> "closed the connection";
            case "ETIMEDOUT" -> "did not answer in time";
            case "EBADMSG", "EMSGSIZE" -> "gave an answer that makes no sense";
            default -> "could not be asked";
        };
        return new HelperException(errno, "the helper at " + socket + " " + outcome + ": " + what
                + " (" + describe(errno) + ")");
    }

    /** A sensible answer that says no. */
    static HelperException refused(Path socket, String what, int errno) {
        String why = switch (Errno.name(errno)) {
            case "EPERM", "EACCES" -> "not permitted";
            default -> "refused";
        };
        return new HelperException(errno,
                why + " by the helper at " + socket + ": " + what + " (" + describe(errno) + ")");
    }

    static HelperException otherAbi(int errno, int helperAbiVersion, int ownAbiVersion) {
        return new HelperException(errno,
                "helper speaks ABI " + helperAbiVersion + ", this library " + ownAbiVersion);
    }

    private static String describe(int errno) {
        return Errno.name(errno) + ": " + Errno.text(errno);
    }
}

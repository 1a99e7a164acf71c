// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A connection to the privileged helper: one request, one answer, over its Unix socket.
 *
 * <p>Meant for one owning thread; calls from others wait for their turn, so that {@link #close}
 * never takes the socket away from a request. A request that is not answered properly and in time
 * breaks the connection for good: every later one fails and {@link #isAlive} is false. Tables that
 * were opened stay mapped until they are closed.
 */
public final class HelperConnection implements AutoCloseable {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MAX_REQUEST_TIMEOUT = Duration.ofHours(1);
    private static final int CLOSED = -1;

    private final Path socket;
    private final int requestTimeoutMs;
    private final ByteBuffer answer;
    private int socketFd;
    private int brokenErrno;

    private HelperConnection(Path socket, int requestTimeoutMs, int socketFd) {
        this.socket = socket;
        this.requestTimeoutMs = requestTimeoutMs;
        this.socketFd = socketFd;
        int answerBytes = Math.max(
                AbiLayout.value("sizeof(mbal_answer)"), AbiLayout.value("sizeof(mbal_opened)"));
        this.answer = ByteBuffer.allocateDirect(answerBytes).order(ByteOrder.nativeOrder());
    }

    /** Answers where a helper listens unless told otherwise. */
    public static Path defaultSocket() {
        return Path.of(AbiLayout.defaultSocket());
    }

    /**
     * Connects to a helper and checks that both speak the same ABI. Gives up after 10 s, as every
     * request does.
     *
     * @param socket the helper's socket
     * @throws HelperException when no helper is there, the caller may not connect, or the helper is
     *     of another version
     */
    public static HelperConnection connect(Path socket) throws HelperException {
        return connect(socket, REQUEST_TIMEOUT);
    }

    /**
     * Connects like {@link #connect(Path)}.
     *
     * @param socket the helper's socket
     * @param requestTimeout how long connecting, and each request, may take: 1 ms to 1 h
     * @throws HelperException as above
     */
    public static HelperConnection connect(Path socket, Duration requestTimeout)
            throws HelperException {
        NativeLibrary.requireLoaded();
        int timeoutMs = timeoutMs(requestTimeout);
        int socketFd = connect0(socket.toString().getBytes(StandardCharsets.UTF_8), timeoutMs);
        if (socketFd < 0) {
            throw HelperException.connecting(socket, -socketFd);
        }
        HelperConnection connection = new HelperConnection(socket, timeoutMs, socketFd);
        try {
            connection.ask("hello", AbiLayout.value("MBAL_REQUEST_HELLO"));
        } catch (HelperException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    /**
     * Has the helper make, or find, the group of a process, and maps its tables.
     *
     * @param tgid the process, as the caller's pid namespace counts; 0 for the caller's own
     * @throws HelperException when the helper refuses (-EPERM: not the caller's process, -ESRCH: no
     *     such process), or does not answer properly
     */
    public synchronized GroupTables open(int tgid) throws HelperException {
        String what = tgid == 0 ? "the tables of this process" : "the tables of process " + tgid;
        requireUsable(what);
        int result = open0(socketFd, tgid, requestTimeoutMs, BufferAddress.of(answer));
        Reference.reachabilityFence(answer);
        judge(what, result);
        return GroupTables.of(this, answer);
    }

    /**
     * Asks the helper how it is doing.
     *
     * @throws HelperException when it does not answer properly
     */
    public synchronized HelperStatus status() throws HelperException {
        ask("status", AbiLayout.value("MBAL_REQUEST_STATUS"));
        return new StatusReader(answer).read();
    }

    /** Asks whether the helper still holds its end. Does not wait, and sends nothing. */
    public synchronized boolean isAlive() {
        return socketFd != CLOSED && brokenErrno == 0 && state0(socketFd) == 0;
    }

    /** Closes the connection; the helper then gives up what was opened through it. Idempotent. */
    @Override
    public synchronized void close() {
        if (socketFd == CLOSED) {
            return;
        }
        int result = close0(socketFd);
        socketFd = CLOSED;
        if (result < 0) {
            throw new IllegalStateException("close: " + Errno.name(result));
        }
    }

    /** Has the helper give up a group, unless it did so already because the connection ended. */
    synchronized void giveUp(long groupId) {
        if (socketFd == CLOSED || brokenErrno != 0) {
            return;
        }
        // A refusal means that the group is gone, which is what was asked for.
        int result = askAnything(AbiLayout.value("MBAL_REQUEST_CLOSE"), groupId);
        brokenErrno = Math.max(0, -result);
    }

    private synchronized void ask(String what, int kind) throws HelperException {
        requireUsable(what);
        judge(what, askAnything(kind, 0));
    }

    private int askAnything(int kind, long groupId) {
        int result = ask0(socketFd, kind, groupId, requestTimeoutMs, BufferAddress.of(answer));
        Reference.reachabilityFence(answer);
        return result;
    }

    private void requireUsable(String what) throws HelperException {
        if (socketFd == CLOSED) {
            throw new IllegalStateException(
                    "the connection to the helper at " + socket + " is closed");
        }
        if (brokenErrno != 0) {
            throw HelperException.asking(socket, what, brokenErrno);
        }
    }

    /** Throws unless there is an answer, and it says yes. */
    private void judge(String what, int result) throws HelperException {
        if (result < 0) {
            brokenErrno = -result;
            throw result == -AbiLayout.value("EPROTO")
                    ? otherAbi()
                    : HelperException.asking(socket, what, brokenErrno);
        }
        int error = answer.getInt(AbiLayout.value("mbal_answer.head.error"));
        if (error < 0) {
            throw HelperException.refused(socket, what, -error);
        }
    }

    private HelperException otherAbi() {
        short helperAbiVersion = answer.getShort(AbiLayout.value("mbal_answer.head.abi_version"));
        return HelperException.otherAbi(
                brokenErrno, Short.toUnsignedInt(helperAbiVersion),
                AbiLayout.value("MBAL_ABI_VERSION"));
    }

    private static int timeoutMs(Duration requestTimeout) {
        if (requestTimeout.toMillis() < 1 || requestTimeout.compareTo(MAX_REQUEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException("requestTimeout must be 1 ms to "
                    + MAX_REQUEST_TIMEOUT + ": requestTimeout=" + requestTimeout);
        }
        return (int) requestTimeout.toMillis();
    }

    private static native int connect0(byte[] path, int timeoutMs);

    private static native int ask0(
            int socketFd, int kind, long groupId, int timeoutMs, long answerAddress);

    private static native int open0(int socketFd, int tgid, int timeoutMs, long openedAddress);

    private static native int state0(int socketFd);

    private static native int close0(int socketFd);
}

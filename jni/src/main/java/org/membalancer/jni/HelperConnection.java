// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
            connection.ask("hello", Request.of("HELLO"));
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
    public GroupTables open(int tgid) throws HelperException {
        return open(TargetSpec.process(tgid));
    }

    /**
     * Has the helper make a group and maps its tables. Only {@link TargetKind#PROCESS} groups are
     * shared; any other is made anew, and ends when it is closed.
     *
     * @param spec what the group shall keep
     * @throws HelperException when the helper refuses (-EPERM: not the caller's processes, or a
     *     kind for root only; -ESRCH: no such process; -ENOENT: no such cgroup; -EUSERS: too many
     *     groups; -EOPNOTSUPP: a kind that its source cannot have), or does not answer properly
     */
    public synchronized GroupTables open(TargetSpec spec) throws HelperException {
        String what = spec.text();
        requireUsable(what);
        Request request = Request.open(spec);
        int result = open0(socketFd, BufferAddress.of(request.bytes()), requestTimeoutMs,
                BufferAddress.of(answer));
        Reference.reachabilityFence(request);
        Reference.reachabilityFence(answer);
        judge(what, result);
        return GroupTables.of(this, answer);
    }

    /**
     * Puts another process into a group of kind {@link TargetKind#SET}.
     *
     * @param groupId {@link GroupTables#groupId()}, opened through this connection
     * @param tgid the process, as the caller's pid namespace counts
     * @throws HelperException when the helper refuses (as for {@link #open(TargetSpec)}; -EEXIST:
     *     it is in it, -ENOSPC: no place), or does not answer properly
     */
    public void add(long groupId, int tgid) throws HelperException {
        ask("adding process " + tgid + " to group " + groupId,
                Request.of("ADD").with("group_id", groupId).with("tgid", tgid));
    }

    /**
     * Lists all groups of the helper, by its numbers.
     *
     * @throws HelperException when it does not answer properly
     */
    public synchronized List<GroupStatus> groups() throws HelperException {
        List<GroupStatus> groups = new ArrayList<>();
        List<GroupStatus> part;
        do {
            ask("groups", Request.of("GROUPS").with("start", groups.size()));
            AnswerReader reader = new AnswerReader(answer);
            part = reader.groups();
            groups.addAll(part);
            if (groups.size() >= reader.totalGroups()) {
                break;
            }
        } while (!part.isEmpty());
        return List.copyOf(groups);
    }

    /** Hears what groups claim of the fast memory. */
    @FunctionalInterface
    public interface ClaimVisitor {

        /** Takes one group's claim, as {@link GroupStatus} has it. */
        void claim(long groupId, long claimBytes, long claimRate, long claimAgeMs);
    }

    /**
     * Tells what each group of the helper claims of the fast memory, those that claim nothing too.
     *
     * @throws HelperException when it does not answer properly
     */
    public void eachClaim(ClaimVisitor visitor) throws HelperException {
        groups().forEach(group -> visitor.claim(
                group.groupId(), group.claimBytes(), group.claimRate(), group.claimAgeMs()));
    }

    /**
     * Says what a group's processes would want of the fast memory, for others to see.
     *
     * @param groupId opened through this connection
     * @param claimBytes memory that is hot enough for it, 0 or more
     * @param claimRate accesses to that per second, as far as samples tell, 0 or more
     * @throws HelperException when the helper refuses (-ENOENT: no such group of this connection),
     *     or does not answer properly
     */
    public void claim(long groupId, long claimBytes, long claimRate) throws HelperException {
        ask("a claim of group " + groupId, Request.of("CLAIM").with("group_id", groupId)
                .with("claim_bytes", claimBytes).with("claim_rate", claimRate));
    }

    /**
     * Has a helper with the source "replay" count samples in a group, in batches, whosever they are.
     * Their times must not go back, also from one call to the next.
     *
     * @param groupId opened through this connection
     * @param accesses {@code struct mbal_access} after {@code struct mbal_access} from the position
     *     to the limit, in native order; its position moves behind what was counted
     * @throws IllegalArgumentException when there is a part of an access
     * @throws HelperException when the helper refuses (-ENOENT: no such group of this connection,
     *     -EOPNOTSUPP: its source samples by itself, -EINVAL: a field out of range), or does not
     *     answer properly; then nothing from the position on was counted
     */
    public synchronized void inject(long groupId, ByteBuffer accesses) throws HelperException {
        int accessBytes = AbiLayout.value("sizeof(mbal_access)");
        if (accesses.remaining() % accessBytes != 0) {
            throw new IllegalArgumentException("accesses must be a multiple of " + accessBytes
                    + " bytes: remaining=" + accesses.remaining());
        }
        while (accesses.hasRemaining()) {
            int count = Math.min(accesses.remaining() / accessBytes,
                    AbiLayout.value("MBAL_WIRE_ACCESSES"));
            ask("samples for group " + groupId, Request.inject(groupId, accesses, count));
            accesses.position(accesses.position() + count * accessBytes);
        }
    }

    /**
     * Has the helper move pages to a node: for a sandbox in which {@link PageMoves} is refused. It
     * also moves pages that are mapped more than once, which {@link PageMoves} leaves alone: for
     * root any, for others where all pages asked for are of a heap that ZGC mapped several times.
     *
     * @param tgid whose pages, as in {@link #open(int)}
     * @param nodeId where to
     * @param spans page-aligned, 1 to 256 of them, 65536 pages at most together
     * @throws HelperException when the helper refuses (as for {@link #open(int)}; -EINVAL: spans
     *     that are too many, too long or not aligned; -ENODEV: no such node), or does not answer
     *     properly
     */
    public synchronized MoveResult move(int tgid, int nodeId, List<AddressSpan> spans)
            throws HelperException {
        int most = AbiLayout.value("MBAL_WIRE_MOVE_RANGES");
        if (spans.isEmpty() || spans.size() > most) {
            throw new IllegalArgumentException(
                    "spans must be 1.." + most + ": spans=" + spans.size());
        }
        ask("moving pages of process " + tgid, Request.move(tgid, nodeId, spans));
        return new AnswerReader(answer).moved();
    }

    /**
     * Asks the helper how it is doing.
     *
     * @throws HelperException when it does not answer properly
     */
    public synchronized HelperStatus status() throws HelperException {
        ask("status", Request.of("STATUS"));
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
        int result = askAnything(Request.of("CLOSE").with("group_id", groupId));
        brokenErrno = Math.max(0, -result);
    }

    private synchronized void ask(String what, Request request) throws HelperException {
        requireUsable(what);
        judge(what, askAnything(request));
    }

    private int askAnything(Request request) {
        int result = ask0(socketFd, BufferAddress.of(request.bytes()), request.bytes().capacity(),
                requestTimeoutMs, BufferAddress.of(answer));
        Reference.reachabilityFence(request);
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
            int socketFd, long requestAddress, int requestBytes, int timeoutMs, long answerAddress);

    private static native int open0(
            int socketFd, long requestAddress, int timeoutMs, long openedAddress);

    private static native int state0(int socketFd);

    private static native int close0(int socketFd);
}

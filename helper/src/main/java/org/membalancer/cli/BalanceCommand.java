// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.membalancer.core.balance.RoundPace;
import org.membalancer.jni.MonotonicClock;

/** {@code membalancer balance}: moves the memory of processes, or their threads, to where they belong. */
final class BalanceCommand implements Command {

    @Override
    public String name() {
        return "balance";
    }

    @Override
    public String summary() {
        return "moves memory of processes to who uses it, or threads to their memory, until they end, DURATION passes, or ^C";
    }

    @Override
    public String operand() {
        return "[DURATION]";
    }

    @Override
    public Options options() {
        Options options = BalanceRequest.options().addOption(HelperAccess.socketOption());
        HelperAccess.ownHelperOptions().forEach(options::addOption);
        return options;
    }

    @Override
    public void run(CommandLine line, Console console)
            throws UsageException, FailureException, IOException, InterruptedException {
        BalanceRequest request = BalanceRequest.of(line);
        Doors.load();
        try (StopSignal.Armed stop = console.stop().arm(); NumaBalancing numaBalancing = numaBalancing(console)) {
            numaBalancing.restoreAfterKill();
            ThreadSession.restoreAfterKill(console);
            numaBalancing.apply(request.numaBalancing());
            try (HelperAccess helper = HelperAccess.open(line, console);
                    Explainer explainer = Explainer.open(request.explain(), console);
                    BalanceSession session = BalanceSession.open(helper.connection(), request, console)) {
                session.explain(request.explain().mostBlocks());
                balance(session, request, new End(session, stop), explainer);
                if (!session.hasProcesses()) {
                    console.say(request.target().isSingle() ? request.target().text() + " ended"
                            : "no process is left of " + request.target().text());
                }
                session.printSummary(console.out());
            }
        }
    }

    private static void balance(BalanceSession session, BalanceRequest request, End end, Explainer explainer)
            throws InterruptedException, IOException, FailureException {
        long intervalNs = request.pacing().interval().toNanos();
        Optional<Long> endNs = request.duration().map(Duration::toNanos).map(ns -> MonotonicClock.nowNs() + ns);
        boolean goesOn = !end.await(firstNs(intervalNs, endNs));
        while (goesOn) {
            long startNs = MonotonicClock.nowNs();
            session.round(explainer);
            long nowNs = MonotonicClock.nowNs();
            goesOn = (endNs.isEmpty() || nowNs < endNs.get())
                    && !end.await(firstNs(intervalNs - (nowNs - startNs), endNs));
        }
    }

    /** Until the next round or the end, whichever comes first. */
    private static long firstNs(long untilRoundNs, Optional<Long> endNs) {
        return endNs.isEmpty() ? untilRoundNs : Math.min(untilRoundNs, endNs.get() - MonotonicClock.nowNs());
    }

    private static NumaBalancing numaBalancing(Console console) throws IOException {
        return new NumaBalancing(Path.of("/proc"), RunState.ofThisProcess(), console);
    }

    /** What ends a run before its time: the processes do, or a signal comes. */
    private record End(BalanceSession session, StopSignal.Armed stop) {
        /**
         * Waits so long, or until a round is due before its time; returns whether to end. Processes of somebody else's
         * end without telling.
         */
        boolean await(long ns) throws InterruptedException {
            long left = ns;
            boolean isEnd;
            do {
                isEnd = stop.await(Duration.ofNanos(Math.max(0, Math.min(left, RoundPace.LOOK_NS))))
                        || !session.hasProcesses();
                left -= RoundPace.LOOK_NS;
            } while (left > 0 && !isEnd && !session.hasNews());
            return isEnd;
        }
    }
}

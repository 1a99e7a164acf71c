// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.migrate;

import java.util.List;

import org.membalancer.core.clock.Clock;
import org.membalancer.core.policy.MigrationPlan;

/**
 * Moves pages at a bounded pace and counts every page in one outcome.
 *
 * <p>Pages are asked for first, so that those already there cost no move; the others are moved in calls of
 * {@code batchPages} (the last one may be smaller) and asked for again, because only that tells what happened: a huge
 * page moves whole and its other pages answer -EBUSY, and a call that ends early leaves statuses unwritten.
 *
 * <p>What an errno means for the rest: -EPERM and -ESRCH of a whole call end the round, nothing further can succeed;
 * any other one is that call's alone. Pages that failed are planned again by the policy if they stay worth it. It never
 * sleeps: what time slice or tokens do not allow is {@link MoveOutcome#NOT_ATTEMPTED}.
 *
 * <p>Several processes may share one executor, and then they share its pace: tokens and the time slice of a round are
 * those of all of them together.
 *
 * <p>Owned by one thread.
 */
public final class Executor implements PlanExecutor {
    /** A call that ends early is repeated for the rest this often, before that is left for a later round. */
    private static final int MAX_PASSES = 16;

    private final PageMover mover;
    private final int ownPid;
    private final ExecutorSettings settings;
    private final Clock clock;
    private final TokenBucket tokens;
    private final PageBatch asked;
    private final PageBatch waiting;
    private final MoveSpeedMeter speeds;
    private int pid; // of the plan that is being carried out
    private long spentNs; // of the round's slice, by the plans before it

    /**
     * Prepares to move.
     *
     * @param mover the door to the kernel
     * @param pid the process; 0 for the caller's own
     * @param settings the pace
     * @param clock for time slice and tokens
     */
    public Executor(PageMover mover, int pid, ExecutorSettings settings, Clock clock) {
        this(mover, pid, settings, clock, (fromNodeId, toNodeId, pageBytes, movedBytes, elapsedNs) -> { });
    }

    /**
     * Prepares to move, and to tell what moves cost.
     *
     * @param mover the door to the kernel
     * @param pid the process; 0 for the caller's own
     * @param settings the pace
     * @param clock for time slice and tokens
     * @param times told after each call that moved something
     */
    public Executor(PageMover mover, int pid, ExecutorSettings settings, Clock clock, MoveTimes times) {
        this.speeds = new MoveSpeedMeter(times);
        this.mover = mover;
        this.ownPid = pid;
        this.settings = settings;
        this.clock = clock;
        this.tokens = new TokenBucket(settings.bytesPerSecond(), clock.nowNs());
        this.asked = new PageBatch(settings.batchPages());
        this.waiting = new PageBatch(settings.batchPages());
    }

    /** Carries out a plan that has a round to itself. */
    @Override
    public MigrationResult execute(MigrationPlan plan) {
        beginRound();
        return execute(ownPid, plan);
    }

    /** Begins a round in which plans of several processes are carried out, one after the other. */
    public void beginRound() {
        spentNs = 0;
    }

    /** Carries out plans for one of the processes that share this executor, in the round that was begun. */
    public PlanExecutor ofProcess(int processPid) {
        return plan -> execute(processPid, plan);
    }

    /** Whether this round has time and bytes left for a plan: a whole call, or half of what one second has. */
    public boolean hasLeft() {
        long wanted = Math.min(settings.batchPages() * settings.pageBytes(), settings.bytesPerSecond() / 2);
        return spentNs < settings.sliceNs() && tokens.available(clock.nowNs()) >= wanted;
    }

    private MigrationResult execute(int processPid, MigrationPlan plan) {
        pid = processPid;
        PageCursor pages = new PageCursor(plan.moves(), settings.pageBytes());
        ExecutionTally tally = new ExecutionTally(pages.remaining(), clock.nowNs());
        waiting.clear();
        while (pages.remaining() > 0 && mayGoOn(tally)) {
            askNext(pages, tally);
        }
        moveWaiting(tally);
        tally.count(MoveOutcome.NOT_ATTEMPTED, pages.remaining());
        MigrationResult result = tally.result(clock.nowNs(), settings.pageBytes());
        spentNs += result.elapsedNs();
        return result;
    }

    /** How fast pages moved so far, by pair of nodes and size of page. */
    public List<MoveSpeed> speeds() {
        return speeds.speeds();
    }

    /** Asks where the next pages lie and lets those wait that lie elsewhere than they should. */
    private void askNext(PageCursor pages, ExecutionTally tally) {
        asked.clear();
        pages.fill(asked);
        int result = asked.ask(mover, pid);
        if (!tally.called(result)) {
            tally.count(MoveOutcome.ofErrno(-result), asked.count());
            return;
        }
        for (int i = 0; i < asked.count(); i++) {
            if (asked.place(i) < 0) {
                tally.count(MoveOutcome.ofErrno(-asked.place(i)), 1);
            } else if (asked.isThere(i)) {
                tally.count(MoveOutcome.ALREADY_THERE, 1);
            } else {
                await(i, tally);
            }
        }
    }

    private void await(int i, ExecutionTally tally) {
        if (waiting.isFull()) {
            moveWaiting(tally);
        }
        waiting.add(asked.address(i), asked.place(i), asked.target(i));
    }

    /** Moves what waits, in as many passes as the kernel needs and the pace allows; nothing waits afterwards. */
    private void moveWaiting(ExecutionTally tally) {
        for (int pass = 0; pass < MAX_PASSES && waiting.count() > 0 && mayGoOn(tally); pass++) {
            dropUnaffordable(tally);
            long startNs = clock.nowNs();
            int result = waiting.move(mover, pid);
            long elapsedNs = clock.nowNs() - startNs;
            boolean wasTaken = tally.called(result);
            int answer = waiting.ask(mover, pid);
            boolean isKnown = tally.called(answer);
            if (wasTaken && isKnown) {
                settle(tally);
            } else {
                settleFailedCall(wasTaken ? answer : result, isKnown, tally);
            }
            speeds.called(elapsedNs, settings.pageBytes());
        }
        tally.count(MoveOutcome.NOT_ATTEMPTED, waiting.count());
        waiting.clear();
    }

    private void dropUnaffordable(ExecutionTally tally) {
        long affordable = tokens.available(clock.nowNs()) / settings.pageBytes();
        if (affordable < waiting.count()) {
            tally.count(MoveOutcome.NOT_ATTEMPTED, waiting.count() - affordable);
            waiting.truncate((int) affordable);
        }
    }

    /*
     * The kernel takes pages in order and gives up at the first group that it cannot move whole (since 4.17 it returns
     * how many it left); it writes no status for that group and those behind. Of the pages without a status, those up
     * to the last one that moved were tried and are busy, the others are tried again. When none moved, the first group,
     * which ends where the target changes, is the one that could not.
     */
    private void settle(ExecutionTally tally) {
        int count = waiting.count();
        int triedEnd = endOfTried(count);
        waiting.clear();
        for (int i = 0; i < count; i++) {
            if (waiting.isThere(i)) {
                moved(i, tally);
            } else if (waiting.status(i) == PageBatch.UNTOUCHED && i >= triedEnd) {
                waiting.keep(i);
            } else {
                tally.count(outcomeOfUnmoved(i), 1);
            }
        }
    }

    private int endOfTried(int count) {
        for (int i = count - 1; i >= 0; i--) {
            if (waiting.isThere(i)) {
                return i;
            }
        }
        int end = 0;
        while (end < count && waiting.status(end) != PageBatch.UNTOUCHED) {
            end++;
        }
        for (int first = end; end < count && waiting.target(end) == waiting.target(first);) {
            end++;
        }
        return end;
    }

    private MoveOutcome outcomeOfUnmoved(int i) {
        if (waiting.place(i) < 0) {
            return MoveOutcome.ofErrno(-waiting.place(i));
        }
        int status = waiting.status(i);
        boolean hasErrno = status < 0 && status != PageBatch.UNTOUCHED;
        return hasErrno ? MoveOutcome.ofErrno(-status) : MoveOutcome.BUSY;
    }

    /** The errno stands for all pages but those that the kernel had moved before it failed. */
    private void settleFailedCall(int negativeErrno, boolean isKnown, ExecutionTally tally) {
        for (int i = 0; i < waiting.count(); i++) {
            if (isKnown && waiting.isThere(i)) {
                moved(i, tally);
            } else {
                tally.count(MoveOutcome.ofErrno(-negativeErrno), 1);
            }
        }
        waiting.clear();
    }

    private void moved(int i, ExecutionTally tally) {
        tally.count(MoveOutcome.MOVED, 1);
        speeds.moved(waiting.source(i), waiting.target(i), waiting.status(i) == -Errno.EBUSY);
        tokens.take(settings.pageBytes());
    }

    private boolean mayGoOn(ExecutionTally tally) {
        long nowNs = clock.nowNs();
        return !tally.isStopped() && spentNs + nowNs - tally.startNs() < settings.sliceNs()
                && tokens.available(nowNs) >= settings.pageBytes();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.monitor;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Each round as an event of Java Flight Recorder, in whatever recording runs. */
final class JfrRounds implements RoundMonitor {
    private RoundEvent event = new RoundEvent();

    /** One round; its duration is that of looking, deciding and moving. */
    @Name("org.membalancer.Round")
    @Label("Round")
    @Category("membalancer")
    @Description("One round of looking at hot pages and moving them")
    @StackTrace(false)
    static final class RoundEvent extends Event {
        @Label("Pages with heat")
        private int pages;
        @Label("Blocks considered")
        private long blocksConsidered;
        @Label("Blocks to move")
        private int blocksToMove;
        @Label("Pages asked to move")
        private long pagesAsked;
        @Label("Pages moved")
        private long pagesMoved;
        @Label("Memory moved")
        @DataAmount
        private long movedBytes;
        @Label("Threads pinned")
        private int threadsPinned;

        void fill(RoundFigures figures) {
            pages = figures.round().pages();
            blocksConsidered = figures.round().plan().considered();
            blocksToMove = figures.round().plan().moves().size();
            pagesAsked = figures.round().result().asked();
            pagesMoved = figures.pagesMoved();
            movedBytes = figures.round().result().movedBytes();
            threadsPinned = figures.threadsPinned();
        }
    }

    @Override
    public void begin() {
        event = new RoundEvent();
        event.begin();
    }

    @Override
    public void end(RoundFigures figures) {
        event.end();
        if (event.shouldCommit()) {
            event.fill(figures);
            event.commit();
        }
    }

    @Override
    public void close() {
        // nothing is open between two rounds
    }
}

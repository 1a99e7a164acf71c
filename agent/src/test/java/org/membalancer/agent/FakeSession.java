// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.membalancer.core.balance.ClaimDoor;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.migrate.HelperMoves;
import org.membalancer.core.policy.TierClaim;
import org.membalancer.core.report.SamplingStatus;

/** A connection to a helper that a test can end. */
final class FakeSession implements HelperSession {
    static final SamplingStatus STATUS = new SamplingStatus(4711, "soft", 997, 997, 2, 1, 1, 10, 1, 1, 1, 1, 1, 1, 0,
            Map.of("seen", 1009L, "recorded", 887L, "kernel", 101L, "no_access", 21L), List.of("kernel", "no_access"),
            "0.1.0", "soft: the best there is");

    private final String description;
    private final HeatTable heat;
    private final HeatTable threads;
    private final List<TierClaim> claimed = new ArrayList<>();
    private List<ClaimDoor.Other> othersClaims = List.of();
    private HelperMoves moves = (pid, node, ranges) -> {
        throw new AssertionError("this heap needs no helper to move");
    };
    private boolean alive = true;
    private boolean closed;

    FakeSession(String description, HeatTable heat) {
        this(description, heat, new FakeTable().openThreads());
    }

    FakeSession(String description, HeatTable heat, HeatTable threads) {
        this.description = description;
        this.heat = heat;
        this.threads = threads;
    }

    void die() {
        alive = false;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isAlive() {
        return alive && !closed;
    }

    @Override
    public HeatTable heat() {
        if (closed) {
            throw new AssertionError("a JVM crashes that reads " + description + "'s table after it was unmapped");
        }
        return heat;
    }

    @Override
    public ThreadTables threads() {
        if (closed) {
            throw new AssertionError("a JVM crashes that reads " + description + "'s threads after they were unmapped");
        }
        return new ThreadTables(threads, null); // no test moves threads, so that nobody reads the ring
    }

    @Override
    public int processId() {
        return 4711;
    }

    @Override
    public SamplingStatus status() throws IOException {
        if (!isAlive()) {
            throw new IOException(description + " is gone");
        }
        return STATUS;
    }

    @Override
    public ClaimDoor claims() {
        return new ClaimDoor() {
            @Override
            public void claim(TierClaim ours) {
                claimed.add(ours);
            }

            @Override
            public List<Other> others() throws IOException {
                if (!isAlive()) {
                    throw new IOException(description + " is gone");
                }
                return othersClaims;
            }
        };
    }

    @Override
    public HelperMoves moves() {
        return isAlive() ? moves : (pid, node, ranges) -> HelperMoves.Answer.failed(104, description + " is gone");
    }

    /** Who moves pages for the agent; nobody, unless told. */
    void moves(HelperMoves newMoves) {
        moves = newMoves;
    }

    /** What the agent said that it would want. */
    List<TierClaim> claimed() {
        return claimed;
    }

    /** Another balancer says what it would want. */
    void otherClaims(TierClaim claim) {
        othersClaims = List.of(new ClaimDoor.Other(claim, 1));
    }

    @Override
    public String describe() {
        return description;
    }

    @Override
    public void close() {
        closed = true;
    }
}

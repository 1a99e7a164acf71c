// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The built-in workloads, all of the same size and length. Unless they say otherwise, everything lies on the first node
 * with CPUs ("home") at the start, where it was loaded, and the threads run on the second one ("away").
 */
public enum Scenario {
    /** All pages alike. */
    UNIFORM("threads away use all pages alike", Kind.STATIONARY, Steady::uniform),
    /** A few pages very hot, most cold, in no order. */
    ZIPF("threads away use pages by Zipf's law, shuffled", Kind.STATIONARY, Steady::zipf),
    /** A tenth of the pages. */
    HOT_SET("threads away use a tenth of the pages nine times in ten", Kind.STATIONARY, Steady::hotSet),
    /** Hot here, scanned from there. */
    SCAN_HOT("threads away use a hot tenth, one thread at home scans everything over and over", Kind.STATIONARY,
            Moving::scanHot),
    /** Everybody has a part. */
    PRIVATE("each thread, of both nodes, uses a part of its own", Kind.STATIONARY, Steady::privateParts),
    /** Everybody streams over the same pages. */
    SHARED("threads of both nodes stream over the same pages and load one controller", Kind.STATIONARY,
            Steady::shared),
    /** The same where even shares would be wrong. */
    SHARED_UNEVEN("the same, but the other controller has half the bandwidth", Kind.STATIONARY, Steady::sharedUneven),
    /** A ring that two nodes share. */
    PRODUCER_CONSUMER("home writes a ring that away reads; both have private parts too", Kind.STATIONARY,
            Steady::producerConsumer),
    /** The fast tier holds half of the hot set and is full of cold pages. */
    SMALL_FAST_TIER("the fast tier is full of cold pages and holds half of the hot set", Kind.STATIONARY,
            Steady::smallFastTier),
    /** The fast tier has room but no bandwidth. */
    SATURATED("threads stream from the fast tier at nine tenths of its bandwidth", Kind.STATIONARY,
            Steady::saturated),
    /** Another tenth every half minute. */
    HOT_SET_JUMPS("the hot tenth is another one every half minute", Kind.MOVING, Moving::hotSetJumps),
    /** The hot set moves on slowly. */
    DRIFTING("the hot tenth moves on by a hundredth of all pages each second", Kind.MOVING, Moving::drifting),
    /** Two nodes change places. */
    PHASES("each node uses one half, and they change places every 40 seconds", Kind.MOVING, Moving::phases),
    /** Threads are sent to the other node. */
    THREADS_MOVE("threads use a hot tenth nine times in ten, and are sent to the other node every 40 seconds", Kind.MOVING,
            Moving::threadsMove),
    /** A collector recycles eden. */
    GC("eden's pages change hands at random every 400 ms; old objects have owners", Kind.MOVING, Moving::gc),
    /** Nothing helps. */
    UNFIXABLE("threads of both nodes use all pages alike, which lie on both", Kind.UNFIXABLE, Steady::unfixable);

    /** What can be expected of a policy. */
    public enum Kind {
        /** The best placement does not change. */
        STATIONARY,
        /** It does. */
        MOVING,
        /** No placement is better than another. */
        UNFIXABLE
    }

    private final String text;
    private final Kind kind;
    private final Function<Ground, Setup> builder;

    Scenario(String text, Kind kind, Function<Ground, Setup> builder) {
        this.text = text;
        this.kind = kind;
        this.builder = builder;
    }

    /** The scenario of that name. */
    public static Optional<Scenario> named(String name) {
        return Arrays.stream(values()).filter(scenario -> scenario.title().equals(name)).findFirst();
    }

    /** All names. */
    public static List<String> titles() {
        return Arrays.stream(values()).map(Scenario::title).toList();
    }

    /** Its name, as users write it: {@code hot-set}. */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What happens, in half a line. */
    public String text() {
        return text;
    }

    /** What can be expected of a policy. */
    public Kind kind() {
        return kind;
    }

    /** The machine for it where nobody names one: two sockets, or one socket and slow memory. */
    public Machine standardMachine() {
        return this == SMALL_FAST_TIER || this == SATURATED ? Machines.tiered() : Machines.twoSockets();
    }

    /**
     * Sets it up on a machine, whose nodes and distances count; how much memory they have is up to the scenario.
     *
     * @throws IllegalArgumentException if it needs nodes that the machine does not have
     */
    Setup on(Machine machine) {
        return builder.apply(new Ground(machine));
    }
}

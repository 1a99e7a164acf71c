// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.ArrayList;
import java.util.List;

/** Several schedules, each with its share. */
final class Blend {
    /* Its multiples spread evenly over any run of pages, better than chance would. */
    private static final double GOLDEN_RATIO = 0.6180339887498949;

    private final List<Schedule> schedules = new ArrayList<>();
    private final List<Double> shares = new ArrayList<>();
    private double[][][] flows;
    private double moveNs;

    Blend(Schedule whole) {
        schedules.add(whole);
        shares.add(1.0);
        flows = whole.flows();
        moveNs = whole.moveNs();
    }

    double[][][] flows() {
        return flows;
    }

    double moveNs() {
        return moveNs;
    }

    /** The flows that there would be with another schedule blended in. */
    double[][][] flowsWith(Schedule other, double share) {
        double[][][] blended = new double[flows.length][][];
        for (int phase = 0; phase < flows.length; phase++) {
            blended[phase] = blended(flows[phase], other.flows()[phase], share);
        }
        return blended;
    }

    /** Blends another schedule in; the others keep the rest in proportion. */
    void add(Schedule other, double share) {
        flows = flowsWith(other, share);
        moveNs = moveNs * (1 - share) + other.moveNs() * share;
        shares.replaceAll(before -> before * (1 - share));
        schedules.add(other);
        shares.add(share);
    }

    /** Lets every page follow one of the schedules, in proportion to their shares, always the same one. */
    byte[][] drawPlaces() {
        byte[][] first = schedules.get(0).places();
        byte[][] places = new byte[first.length][first[0].length];
        for (int page = 0; page < first[0].length; page++) {
            Schedule drawn = draw(page * GOLDEN_RATIO % 1);
            for (int phase = 0; phase < places.length; phase++) {
                places[phase][page] = drawn.places()[phase][page];
            }
        }
        return places;
    }

    private Schedule draw(double at) {
        double left = at;
        for (int i = 0; i < schedules.size(); i++) {
            left -= shares.get(i);
            if (left < 0) {
                return schedules.get(i);
            }
        }
        return schedules.get(schedules.size() - 1);
    }

    private static double[][] blended(double[][] here, double[][] there, double share) {
        double[][] blended = new double[here.length][here.length];
        for (int from = 0; from < here.length; from++) {
            for (int to = 0; to < here.length; to++) {
                blended[from][to] = here[from][to] * (1 - share) + there[from][to] * share;
            }
        }
        return blended;
    }
}

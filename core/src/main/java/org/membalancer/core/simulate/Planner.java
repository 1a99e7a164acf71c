// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.List;
import org.membalancer.core.topology.Node;

/**
 * Finds the best schedule of a workload that is known in advance.
 *
 * <p>For given prices each page is independent of the others, and its cheapest path through the phases is exact (moves
 * cost, stays do not). A price per page and second keeps a node within its capacity; it differs by a hair from page to
 * page, so that of pages that are all alike a part can be elsewhere. A price per access spreads load over controllers
 * that would saturate. The result is the optimum but for rounding: what is lost by one price for all phases, and by
 * drawing pages for a blend.
 */
final class Planner {
    private static final double HAIR = 0.05;
    private static final double MIN_WAIT = 1.01;
    private static final double MAX_PAGE_PRICE = 1e12;
    private static final int BISECTIONS = 60;
    private static final int MAX_BLENDS = 24;
    private static final double NO_BLEND = 1e-4;

    private final Machine machine;
    private final Workload workload;
    private final List<Node> nodes;
    private final double[] pagePrices;
    private final double[][][] accessNs;
    private final double[][] rates;

    Planner(Machine machine, Workload workload) {
        this.machine = machine;
        this.workload = workload;
        this.nodes = machine.topology().nodes().stream().filter(Node::hasMemory).toList();
        this.pagePrices = new double[machine.nodeIdLimit()];
        this.accessNs = new double[workload.phases().size()][][];
        this.rates = new double[machine.nodeIdLimit()][workload.pages()];
    }

    /** The best schedule that was found. */
    Schedule best() {
        price(new double[workload.phases().size()][machine.nodeIdLimit()][machine.nodeIdLimit()]);
        Schedule plain = fitting();
        return isBusy(plain) ? spread(plain) : plain;
    }

    /** Whether waits matter, so that spreading load is worth a thought. */
    private boolean isBusy(Schedule schedule) {
        double idle = 0;
        for (int phase = 0; phase < schedule.flows().length; phase++) {
            for (int from = 0; from < machine.nodeIdLimit(); from++) {
                for (int to = 0; to < machine.nodeIdLimit(); to++) {
                    idle += schedule.flows()[phase][from][to] * machine.idleNs(from, to) * seconds(phase);
                }
            }
        }
        return accessNs(schedule.flows()) > MIN_WAIT * idle;
    }

    /**
     * Frank and Wolfe's method: prices an access at what it costs everybody under the present load, finds the best
     * schedule for that, and blends it in as far as the true cost falls. Each page then follows one of the schedules.
     */
    private Schedule spread(Schedule plain) {
        Blend blend = new Blend(plain);
        for (int i = 0; i < MAX_BLENDS; i++) {
            price(blend.flows());
            Schedule other = fitting();
            double share = bestShare(blend, other);
            if (share < NO_BLEND) {
                break;
            }
            blend.add(other, share);
        }
        Schedule drawn = evaluate(blend.drawPlaces());
        return drawn.costNs() < plain.costNs() && fits(drawn) ? drawn : plain;
    }

    /** The cost is convex in the share, so thirds lead to its minimum. */
    private double bestShare(Blend blend, Schedule other) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < BISECTIONS; i++) {
            double left = low + (high - low) / 3;
            double right = high - (high - low) / 3;
            if (blendedNs(blend, other, left) < blendedNs(blend, other, right)) {
                high = right;
            } else {
                low = left;
            }
        }
        return blendedNs(blend, other, low) < blendedNs(blend, other, 0) ? low : 0;
    }

    private double blendedNs(Blend blend, Schedule other, double share) {
        return accessNs(blend.flowsWith(other, share)) + blend.moveNs() * (1 - share) + other.moveNs() * share;
    }

    private void price(double[][][] flows) {
        for (int phase = 0; phase < flows.length; phase++) {
            accessNs[phase] = machine.marginalNs(flows[phase]);
        }
    }

    private double accessNs(double[][][] flows) {
        double sum = 0;
        for (int phase = 0; phase < flows.length; phase++) {
            sum += machine.accessNsPerSecond(flows[phase], new double[machine.nodeIdLimit()]) * seconds(phase);
        }
        return sum;
    }

    private double seconds(int phase) {
        return workload.phases().get(phase).steps() * World.STEP_SECONDS;
    }

    private boolean fits(Schedule schedule) {
        return nodes.stream().allMatch(node -> fits(schedule, node.nodeId()));
    }

    private boolean fits(Schedule schedule, int nodeId) {
        return schedule.mostPages(nodeId) <= machine.capacityPages(nodeId);
    }

    /** The best schedule for the present prices of accesses in which no node is over its capacity. */
    private Schedule fitting() {
        java.util.Arrays.fill(pagePrices, 0);
        Schedule schedule = schedule();
        for (Node node : nodes) {
            if (!fits(schedule, node.nodeId())) {
                schedule = bisectPagePrice(node.nodeId());
            }
        }
        return schedule;
    }

    private Schedule bisectPagePrice(int nodeId) {
        double low = 0;
        double high = MAX_PAGE_PRICE;
        Schedule fitting = null;
        for (int i = 0; i < BISECTIONS && (fitting == null || high - low > 1e-6 * high); i++) {
            pagePrices[nodeId] = low == 0 ? high / 4 : (low + high) / 2;
            Schedule schedule = schedule();
            if (fits(schedule, nodeId)) {
                high = pagePrices[nodeId];
                fitting = schedule;
            } else {
                low = pagePrices[nodeId];
            }
        }
        if (fitting == null) {
            throw new IllegalStateException("no price keeps node " + nodeId + " within its capacity");
        }
        pagePrices[nodeId] = high;
        return fitting;
    }

    /** The cheapest path of every page through all phases, at the present prices. */
    private Schedule schedule() {
        int phaseCount = workload.phases().size();
        int pages = workload.pages();
        byte[][][] cameFrom = new byte[phaseCount][machine.nodeIdLimit()][pages];
        double[][] costs = startCosts();
        for (int phase = 0; phase < phaseCount; phase++) {
            workload.phases().get(phase).ratesInto(rates);
            advance(phase, costs, cameFrom[phase]);
        }
        return evaluate(trace(costs, cameFrom));
    }

    private double[][] startCosts() {
        double[][] costs = new double[machine.nodeIdLimit()][workload.pages()];
        for (int nodeId = 0; nodeId < costs.length; nodeId++) {
            for (int page = 0; page < workload.pages(); page++) {
                costs[nodeId][page] = workload.places()[page] == nodeId ? 0 : Double.POSITIVE_INFINITY;
            }
        }
        return costs;
    }

    private void advance(int phase, double[][] costs, byte[][] cameFrom) {
        double[] before = new double[machine.nodeIdLimit()];
        for (int page = 0; page < workload.pages(); page++) {
            for (Node node : nodes) {
                before[node.nodeId()] = costs[node.nodeId()][page];
            }
            for (Node to : nodes) {
                double least = Double.POSITIVE_INFINITY;
                for (Node from : nodes) {
                    double moveNs = from == to ? 0 : machine.moveNs(from.nodeId(), to.nodeId());
                    if (before[from.nodeId()] + moveNs < least) {
                        least = before[from.nodeId()] + moveNs;
                        cameFrom[to.nodeId()][page] = (byte) from.nodeId();
                    }
                }
                costs[to.nodeId()][page] = least + stayNs(phase, page, to.nodeId()) * seconds(phase);
            }
        }
    }

    private double stayNs(int phase, int page, int nodeId) {
        double sum = pagePrices[nodeId] * (1 + HAIR * (SplitMix.unitOf(page) - 0.5));
        for (int from = 0; from < rates.length; from++) {
            sum += rates[from][page] * accessNs[phase][from][nodeId];
        }
        return sum;
    }

    private byte[][] trace(double[][] costs, byte[][][] cameFrom) {
        byte[][] places = new byte[cameFrom.length][workload.pages()];
        for (int page = 0; page < workload.pages(); page++) {
            int at = nodes.get(0).nodeId();
            for (Node node : nodes) {
                at = costs[node.nodeId()][page] < costs[at][page] ? node.nodeId() : at;
            }
            for (int phase = cameFrom.length - 1; phase >= 0; phase--) {
                places[phase][page] = (byte) at;
                at = cameFrom[phase][at][page];
            }
        }
        return places;
    }

    /** What a schedule really costs, waits included and prices not. */
    private Schedule evaluate(byte[][] places) {
        int limit = machine.nodeIdLimit();
        long[][] pages = new long[places.length][limit];
        double[][][] flows = new double[places.length][limit][limit];
        double moveNs = 0;
        for (int phase = 0; phase < places.length; phase++) {
            workload.phases().get(phase).ratesInto(rates);
            for (int page = 0; page < workload.pages(); page++) {
                int at = places[phase][page];
                int before = phase == 0 ? workload.places()[page] : places[phase - 1][page];
                moveNs += at == before ? 0 : machine.moveNs(before, at);
                pages[phase][at]++;
                for (int from = 0; from < limit; from++) {
                    flows[phase][from][at] += rates[from][page];
                }
            }
        }
        return new Schedule(places, pages, flows, moveNs, accessNs(flows) + moveNs);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.membalancer.core.simulate.Aim;
import org.membalancer.core.simulate.Comparison;
import org.membalancer.core.simulate.Contender;
import org.membalancer.core.simulate.Scenario;
import org.membalancer.core.simulate.SimulationSettings;

/**
 * How near the default policy comes to the best placement: every scenario with every policy, in virtual time. The numbers
 * are the same on every machine; each is the worst of some seeds.
 */
final class PlacementQuality implements Benchmark {
    private static final long SEEDS = 3;
    private static final List<Contender> OURS = List.of(Contender.AUTO, Contender.AUTO_IBS);

    @Override
    public String name() {
        return "placement";
    }

    @Override
    public List<Figure> run(Artifacts artifacts) {
        List<Figure> figures = new ArrayList<>();
        for (Scenario scenario : Scenario.values()) {
            List<Comparison> comparisons = LongStream.rangeClosed(1, SEEDS)
                    .mapToObj(seed -> compare(scenario, seed)).toList();
            for (Contender ours : OURS) {
                figures.addAll(worst(scenario, comparisons, ours));
            }
        }
        return figures;
    }

    private static Comparison compare(Scenario scenario, long seed) {
        return Comparison.of(scenario, scenario.standardMachine(), List.of(Contender.values()),
                SimulationSettings.defaults().withSeed(seed));
    }

    private static List<Figure> worst(Scenario scenario, List<Comparison> comparisons, Contender ours) {
        List<List<Aim>> bySeed = comparisons.stream().map(comparison -> Aim.of(scenario, comparison, ours)).toList();
        List<Figure> figures = new ArrayList<>();
        for (int i = 0; i < bySeed.get(0).size(); i++) {
            int aim = i;
            Aim first = bySeed.get(0).get(aim);
            double worst = bySeed.stream().mapToDouble(aims -> aims.get(aim).value()).max().orElseThrow();
            figures.add(Figure.exactAtMost(
                    scenario.title() + ", " + ours.title() + ": " + first.text(), worst, first.most()));
        }
        return figures;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.membalancer.core.policy.AutoPolicy;
import org.membalancer.core.policy.MoveCosts;
import org.membalancer.core.policy.NumaPolicy;
import org.membalancer.core.policy.NumaPolicySettings;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.topology.Tiers;

/** The policies that can be compared. */
public enum Contender {
    /** Leaves all pages where the scenario put them. */
    NONE(settings -> new Placer() { }),
    /** Pages lie where they are touched first. */
    FIRST_TOUCH(settings -> new FirstTouch(settings.seed())),
    /** Pages lie on all nodes in turn. */
    INTERLEAVE(settings -> new Interleave()),
    /** The C prototype's rule for memory, with its defects. */
    PROTOTYPE(settings -> new Prototype(settings.seed(), true)),
    /** The same rule without the defects. */
    PROTOTYPE_FIXED(settings -> new Prototype(settings.seed(), false)),
    /** The kernel's NUMA balancing. */
    AUTONUMA(settings -> new AutoNuma(settings.seed())),
    /** The kernel's promotion and demotion between tiers. */
    TPP(settings -> new Tpp(settings.seed())),
    /** A histogram of samples decides what the fast tier holds. */
    MEMTIS(Memtis::new),
    /** membalancer's policy for NUMA nodes with its defaults. */
    NUMA(settings -> new PolicyPlacer(
            (topology, movable) -> new NumaPolicy(NumaPolicySettings.defaults(), movable),
            Senses.COUNTS, settings)),
    /** membalancer's default policy: nodes, tiers and load, with counts of samples and a latency probe. */
    AUTO(settings -> auto(Senses.PROBE, settings)),
    /** The same with latencies of samples, as IBS tells them, and without a probe. */
    AUTO_IBS(settings -> auto(Senses.SAMPLED_LATENCY, settings)),
    /** The same with neither. */
    AUTO_COUNTS(settings -> auto(Senses.COUNTS, settings)),
    /** The best placement for each phase, by the true accesses. */
    ORACLE(settings -> new Oracle());

    private final Function<SimulationSettings, Placer> maker;

    Contender(Function<SimulationSettings, Placer> maker) {
        this.maker = maker;
    }

    /** The contender of that name. */
    public static Optional<Contender> named(String name) {
        return Arrays.stream(values()).filter(contender -> contender.title().equals(name)).findFirst();
    }

    /** All names. */
    public static List<String> titles() {
        return Arrays.stream(values()).map(Contender::title).toList();
    }

    /** Its name, as users write it: {@code first-touch}. */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Placer auto(Senses senses, SimulationSettings settings) {
        return new PolicyPlacer((topology, movable) -> new AutoPolicy(NumaPolicySettings.defaults(),
                TierRules.of(Tiers.byDistance(topology)), movable, MoveCosts.unknown()), senses, settings);
    }

    Placer placer(SimulationSettings settings) {
        return maker.apply(settings);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a sample costs in BPF: our heat table against an LRU_HASH and against the C prototype's hash, by source. */
final class BpfCost implements Benchmark {
    private static final double LRU_LIMIT = 0.70;
    private static final double PROTOTYPE_LIMIT = 1.0 / 3;
    private static final int ROUNDS = 400;
    private static final String ACCOUNT = "replay.table";
    private static final String HARNESS = "steady.harness";
    private static final List<String> SOURCES = List.of("replay", "faults", "ibs", "ibs_fetch", "pebs", "soft");

    @Override
    public String name() {
        return "bpf-cost";
    }

    @Override
    public List<Figure> run(Artifacts artifacts) throws IOException, InterruptedException {
        CostTable costs = CostTable.parse(Commands.linesOf(artifacts.bpfCost().toString(), String.valueOf(ROUNDS)));
        List<Figure> figures = new ArrayList<>();
        figures.add(Figure.atMost("BPF, heat alone: table / LRU_HASH", costs.ratio("heat.table", "heat.lru"), LRU_LIMIT));
        figures.add(Figure.atMost("BPF, account(): table / LRU_HASH", costs.ratio(ACCOUNT, "replay.lru"), LRU_LIMIT));
        for (String source : SOURCES.subList(1, SOURCES.size())) {
            figures.add(Figure.atMost("BPF, source " + source + ", all of it: table / LRU_HASH",
                    costs.ratio(source + ".table", source + ".lru"), LRU_LIMIT));
        }
        figures.add(Figure.of("BPF, heat alone / account()", costs.ratio("heat.table", ACCOUNT)));
        for (String source : SOURCES.subList(1, SOURCES.size())) {
            figures.add(Figure.of("BPF, source " + source + " / account()", costs.ratio(source + ".table", ACCOUNT)));
        }
        addPrototype(figures, costs);
        return figures;
    }

    private static void addPrototype(List<Figure> figures, CostTable costs) {
        String update = "prototype.update";
        String inPlace = "prototype.inplace";
        String whole = "prototype.whole";
        figures.add(Figure.of("BPF, prototype's scheme / account()", costs.ratio(update, ACCOUNT)));
        figures.add(Figure.of("BPF, prototype's scheme counting in place / account()", costs.ratio(inPlace, ACCOUNT)));
        figures.add(Figure.of("BPF, all that the prototype does / account()", costs.ratio(whole, ACCOUNT)));
        figures.add(Figure.of("BPF, target and counters alone / prototype's scheme", costs.ratio("target", update)));
        figures.add(Figure.atMost("BPF, account() / prototype's scheme, steady",
                costs.ratioWithout(HARNESS, "steady.replay", "steady.update"), PROTOTYPE_LIMIT));
        figures.add(Figure.atMost("BPF, heat alone / prototype's scheme, steady",
                costs.ratioWithout(HARNESS, "steady.heat", "steady.update"), PROTOTYPE_LIMIT));
        figures.add(Figure.of("BPF, reading the benchmark's input / prototype's scheme, steady",
                costs.ratio(HARNESS, "steady.update")));
        figures.add(Figure.of("BPF, account() / prototype's scheme, steady, with reading the input",
                costs.ratio("steady.replay", "steady.update")));
        figures.add(Figure.atMost("BPF, account() / prototype's scheme, in turns", costs.ratio(ACCOUNT, update),
                PROTOTYPE_LIMIT));
        figures.add(Figure.atMost("BPF, heat alone / prototype's scheme, in turns", costs.ratio("heat.table", update),
                PROTOTYPE_LIMIT));
        figures.add(Figure.of("BPF, account() over few pages / over all", costs.ratio("few.replay", ACCOUNT)));
        figures.add(Figure.of("BPF, heat alone over few pages / over all", costs.ratio("few.heat", "heat.table")));
        figures.add(Figure.of("BPF, prototype's scheme over few pages / over all", costs.ratio("few.update", update)));
        figures.add(Figure.of("BPF, account() / prototype's scheme, both over few pages", costs.ratio("few.replay", "few.update")));
        figures.add(Figure.of("BPF, account() / all that the prototype does", costs.ratio(ACCOUNT, whole)));
        figures.add(Figure.of("BPF, heat alone / all that the prototype does", costs.ratio("heat.table", whole)));
    }
}

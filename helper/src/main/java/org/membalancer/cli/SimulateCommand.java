// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.membalancer.core.config.Option;
import org.membalancer.core.simulate.Comparison;
import org.membalancer.core.simulate.Contender;
import org.membalancer.core.simulate.Machine;
import org.membalancer.core.simulate.Scenario;
import org.membalancer.core.simulate.SimulationSettings;
import org.membalancer.core.simulate.TraceSetup;

/** {@code membalancer simulate}: how near policies come to the best placement, in virtual time. */
final class SimulateCommand implements Command {
    private static final String ALL = "all";
    private static final String LIST = "list";
    private static final Option<Integer> SEED =
            Option.integer("seed", 1, 0, Integer.MAX_VALUE, "another seed draws other samples");
    private static final Option<Integer> RATE =
            Option.integer("rate", 997, 1, 100_000, "samples per second and thread of policies that sample");

    @Override
    public String name() {
        return "simulate";
    }

    @Override
    public String summary() {
        return "compares placement policies on made-up or recorded workloads";
    }

    @Override
    public String operand() {
        return "SCENARIO|TRACE|all|list";
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Arguments.valued("policy", "NAME,...", "which to compare (default all): "
                        + String.join(", ", Contender.titles())))
                .addOption(Arguments.valued("topology", "FILE",
                        "the nodes and distances of a machine, as written by membalancer topology --json"))
                .addOption(Arguments.typed(SEED, "N"))
                .addOption(Arguments.typed(RATE, "HZ"))
                .addOption(Arguments.flag("json", "prints JSON"));
    }

    @Override
    public void run(CommandLine line, Console console) throws UsageException, FailureException, IOException {
        String word = line.getArgList().isEmpty() ? "" : line.getArgList().get(0);
        if (word.equals(LIST)) {
            list(console.out());
            return;
        }
        List<Contender> contenders = contenders(line);
        SimulationSettings settings = SimulationSettings.defaults()
                .withSeed(Arguments.value(line, SEED)).withSampleRateHz(Arguments.value(line, RATE));
        Optional<Path> file = Arguments.path(line, "topology");
        Optional<Machine> machine = file.isEmpty() ? Optional.empty()
                : Optional.of(Machine.of(TopologyFile.read(file.get())));
        if (!word.isEmpty() && Files.isRegularFile(Path.of(word))) {
            playTrace(Path.of(word), machine, contenders, settings, line.hasOption("json"), console);
            return;
        }
        List<Comparison> comparisons = new ArrayList<>();
        for (Scenario scenario : scenarios(word)) {
            comparisons.add(compare(scenario, machine, contenders, settings));
        }
        ComparisonPrinter printer = new ComparisonPrinter(comparisons, contenders);
        if (line.hasOption("json")) {
            printer.writeJson(settings, console.out());
        } else {
            printer.print(console.out());
        }
    }

    private static void playTrace(Path file, Optional<Machine> machine, List<Contender> contenders,
            SimulationSettings settings, boolean isJson, Console console) throws FailureException, IOException {
        try {
            TraceSetup trace = TraceSetup.read(file, machine);
            Comparison comparison = Comparison.of(
                    file.getFileName().toString(), trace, contenders, settings, System::nanoTime);
            ComparisonPrinter printer = new ComparisonPrinter(List.of(comparison), contenders);
            if (isJson) {
                printer.writeJson(settings, console.out());
            } else {
                printer.printTimed(trace.seconds(), console.out());
            }
        } catch (IllegalArgumentException e) {
            throw new FailureException(file + ": " + e.getMessage(), e);
        }
    }

    private static Comparison compare(Scenario scenario, Optional<Machine> machine, List<Contender> contenders,
            SimulationSettings settings) throws FailureException {
        try {
            return Comparison.of(scenario, machine.orElseGet(scenario::standardMachine), contenders, settings);
        } catch (IllegalArgumentException e) {
            throw new FailureException("scenario " + scenario.title() + ": " + e.getMessage(), e);
        }
    }

    private static List<Scenario> scenarios(String word) throws UsageException {
        if (word.isEmpty()) {
            throw new UsageException("a scenario is missing");
        }
        if (word.equals(ALL)) {
            return List.of(Scenario.values());
        }
        return List.of(Scenario.named(word).orElseThrow(() -> new UsageException(
                "no file and no scenario: '" + word + "': not one of " + String.join(", ", Scenario.titles()))));
    }

    private static List<Contender> contenders(CommandLine line) throws UsageException {
        Optional<String> names = Arguments.text(line, "policy");
        if (names.isEmpty()) {
            return List.of(Contender.values());
        }
        List<Contender> contenders = new ArrayList<>();
        for (String name : names.get().split(",", -1)) {
            contenders.add(Contender.named(name).orElseThrow(() -> new UsageException(
                    "unknown policy '" + name + "': not one of " + String.join(", ", Contender.titles()))));
        }
        return contenders;
    }

    private static void list(PrintStream out) {
        for (Scenario scenario : Scenario.values()) {
            out.printf("%-18s %s%n", scenario.title(), scenario.text());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.membalancer.core.balance.Pacing;
import org.membalancer.core.balance.PolicyName;
import org.membalancer.core.config.Option;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.policy.TierSpec;

/**
 * What the user asked {@code membalancer balance} for.
 *
 * @param target the processes
 * @param policy what is balanced
 * @param tiers that the user named; empty: what the machine has
 * @param isDryRun whether nothing is moved
 * @param pacing how often, how much, how full
 * @param explain where each block's decision goes
 * @param numaBalancing what becomes of the kernel's own balancing
 * @param duration after which it ends; empty: when the processes do, or at a signal
 */
record BalanceRequest(
        ReportTarget target, PolicyName policy, Optional<TierRules> tiers, boolean isDryRun, Pacing pacing, Explain explain,
        NumaBalancing.Wish numaBalancing, Optional<Duration> duration) {
    /** Where explanations go. */
    enum ExplainTo { NOWHERE, OUTPUT, FILE }

    /** An explanation's place, and how many blocks it has each round at most. */
    record Explain(ExplainTo to, Path file, int mostBlocks) {
    }

    private static final String EXPLAIN = "explain";
    private static final String TIERS = "tiers";
    private static final String DRY_RUN = "dry-run";
    private static final long MIB = 1L << 20;
    private static final Path NO_FILE = Path.of("");
    private static final int MOST_BLOCKS_TO_READ = 50;
    private static final int MOST_BLOCKS = 65_536;

    private static final Option<PolicyName> POLICY = Option.choice("policy", PolicyName.AUTO,
            "numa: memory to the node that uses it; tier: hot memory to fast nodes; auto:"
                    + " both, where the machine has tiers; threads: threads to their memory; autotune: whichever is cheaper");
    private static final Option<Duration> INTERVAL = Option.duration("interval", Duration.ofSeconds(1),
            Duration.ofMillis(100), Duration.ofMinutes(1), "from one round of looking and moving to the next");
    private static final Option<Long> RATE_LIMIT = Option.bytes("rate-limit", 256 * MIB, MIB, MIB * MIB,
            "most bytes to move per second, on average");
    private static final Option<Double> MIN_FREE = Option.percent("min-free-percent", 10, 0, 90,
            "share of a node's memory that stays free: nothing is moved to a node with less");
    private static final Option<Integer> EXPLAIN_TOP = Option.integer("explain-top", MOST_BLOCKS, 0, MOST_BLOCKS,
            "explains so many of the hottest blocks of each process and round; printed are " + MOST_BLOCKS_TO_READ
                    + " where nothing is said");
    private static final Option<NumaBalancing.Wish> NUMA_BALANCING = Option.choice("numa-balancing",
            NumaBalancing.Wish.KEEP, "off: switches the kernel's own NUMA balancing off for this run (root)");
    private static final Option<Duration> DURATION = Option.duration("duration", Duration.ofHours(24),
            Duration.ofMillis(100), Duration.ofDays(3650), "how long to balance");

    /** What may be written on the command line, but for the helper's options. */
    static Options options() {
        Options options = new Options();
        ReportTarget.addProcessesTo(options);
        return options
                .addOption(Arguments.typed(POLICY, "NAME"))
                .addOption(Arguments.valued(TIERS, "SPEC", "tiers for tier and auto, else what the machine says: such as"
                        + " 'fast:0,1 cap=80%; slow:2 promote=fast:50%:1GiB', @FILE with properties, 'hops' or '' for"
                        + " rings by distance, or the prototype's numbers"))
                .addOption(Arguments.flag(DRY_RUN, "looks and decides, but moves nothing"))
                .addOption(Arguments.typed(RATE_LIMIT, "BYTES"))
                .addOption(Arguments.typed(MIN_FREE, "PERCENT"))
                .addOption(Arguments.typed(INTERVAL, "TIME"))
                .addOption(org.apache.commons.cli.Option.builder().longOpt(EXPLAIN).hasArg().optionalArg(true)
                        .argName("FILE").desc("prints each block's decision after each round, or writes them to a file"
                                + " as JSON, one object a round").build())
                .addOption(Arguments.typed(EXPLAIN_TOP, "N"))
                .addOption(Arguments.typed(NUMA_BALANCING, "keep|off"));
    }

    /** Reads the command line. */
    static BalanceRequest of(CommandLine line) throws UsageException, FailureException {
        PolicyName policy = Arguments.value(line, POLICY);
        Optional<TierRules> tiers = tiers(line, policy);
        Pacing pacing = new Pacing(Arguments.value(line, INTERVAL), Arguments.value(line, RATE_LIMIT),
                Arguments.value(line, MIN_FREE));
        Explain explain = explain(line);
        NumaBalancing.Wish numaBalancing = Arguments.value(line, NUMA_BALANCING);
        Optional<Duration> duration = duration(words(line));
        return new BalanceRequest(ReportTarget.ofProcesses(line), policy, tiers, line.hasOption(DRY_RUN), pacing,
                explain, numaBalancing, duration); // the target last: usage errors come before processes that are not there
    }

    private static Optional<TierRules> tiers(CommandLine line, PolicyName policy) throws UsageException {
        if (!line.hasOption(TIERS)) {
            return Optional.empty();
        }
        if (!policy.hasTiers()) {
            throw new UsageException("--tiers goes with --policy tier or auto, not " + policy.text());
        }
        try {
            return Optional.of(TierSpec.parse(
                    line.getOptionValue(TIERS), file -> Files.newBufferedReader(Path.of(file))));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--tiers: " + e.getMessage());
        }
    }

    /** The words beside the options; `--explain 10s` means the duration, a file of that name is `./10s`. */
    private static List<String> words(CommandLine line) {
        boolean isTaken = line.getArgList().isEmpty() && Arguments.text(line, EXPLAIN).filter(BalanceRequest::isDuration)
                .isPresent();
        return isTaken ? List.of(line.getOptionValue(EXPLAIN)) : line.getArgList();
    }

    private static boolean isDuration(String word) {
        try {
            Arguments.parse(DURATION, word);
            return true;
        } catch (UsageException e) {
            return false;
        }
    }

    private static Explain explain(CommandLine line) throws UsageException {
        int most = Arguments.value(line, EXPLAIN_TOP);
        if (!line.hasOption(EXPLAIN)) {
            return new Explain(ExplainTo.NOWHERE, NO_FILE, 0);
        }
        if (Arguments.text(line, EXPLAIN).isEmpty() || words(line) != line.getArgList()) {
            return new Explain(ExplainTo.OUTPUT, NO_FILE, line.hasOption(EXPLAIN_TOP.key()) ? most : MOST_BLOCKS_TO_READ);
        }
        return new Explain(ExplainTo.FILE, Arguments.path(line, EXPLAIN).orElseThrow(), most);
    }

    private static Optional<Duration> duration(List<String> words) throws UsageException {
        return words.isEmpty() ? Optional.empty() : Optional.of(Arguments.parse(DURATION, words.get(0)));
    }
}

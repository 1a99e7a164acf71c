// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.OptionGroup;
import org.apache.commons.cli.Options;
import org.membalancer.jni.AddressSpan;
import org.membalancer.jni.TargetKind;
import org.membalancer.jni.TargetSpec;

/**
 * Whose samples a report or a trace is about, and whom {@code balance} balances, as the command line names them. Immutable.
 *
 * @param kind of the groups that it needs
 * @param pids PROCESS and SET: the processes; DESCENDANTS and CHILDREN: the parents; else none
 * @param cgroup the cgroup's folder
 * @param codeRanges only samples whose code lies there; none: all
 * @param isUserOnly whether only what programs do themselves counts, whatever the helper samples
 */
record ReportTarget(TargetKind kind, List<Integer> pids, Optional<Path> cgroup, List<AddressSpan> codeRanges,
        boolean isUserOnly) {
    private static final String PIDS = "p";
    private static final String PARENTS = "P";
    private static final String CHILDREN_ONLY = "children-only";
    private static final String CGROUP = "cgroup";
    private static final String ALL = "all";
    private static final String USER = "u";
    private static final String CODE_RANGES = "code-ranges";
    private static final int MAX_PIDS = 1024; /* places of a set in the helper */
    private static final int MAX_PARENTS = 4; /* groups that one process can be in */

    /** Adds the options that name a target. */
    static void addTo(Options options) {
        addTo(options, true);
        options.addOption(Arguments.valued(CODE_RANGES, "LIST",
                "only what code at these addresses does: 0x401000-0x402000,..."));
    }

    /** Adds those options that name processes to act on: not everything, and not what some of their code does. */
    static void addProcessesTo(Options options) {
        addTo(options, false);
    }

    private static void addTo(Options options, boolean mayBeAll) {
        OptionGroup one = new OptionGroup();
        one.addOption(Option.builder(PIDS).longOpt("pid").hasArg().argName("LIST")
                .desc("these processes: 17,20-25").build());
        one.addOption(Option.builder(PARENTS).longOpt("parents").hasArg().argName("LIST")
                .desc("these processes and all that come from them").build());
        one.addOption(Arguments.valued(CGROUP, "PATH", "the processes of a cgroup (v2) and of those below it"));
        if (mayBeAll) {
            one.addOption(Arguments.flag(ALL, "all processes but the helper and this one"));
        }
        options.addOptionGroup(one);
        options.addOption(Arguments.flag(CHILDREN_ONLY, "with -P: only the direct children, without the parents"));
        options.addOption(userOnlyOption("whatever the helper samples"));
    }

    /** {@code -u}; without it there is something else. */
    static Option userOnlyOption(String otherwise) {
        return Option.builder(USER).longOpt("user")
                .desc("only what programs do themselves, not the kernel for them; else " + otherwise).build();
    }

    /** Whether {@link #userOnlyOption} was given. */
    static boolean isUserOnly(CommandLine line) {
        return line.hasOption(USER);
    }

    /**
     * Reads the options.
     *
     * @throws UsageException when none or something wrong is named
     * @throws FailureException when there is no such process or cgroup
     */
    static ReportTarget of(CommandLine line) throws UsageException, FailureException {
        return of(line, "one of -p, -P, --cgroup and --all is missing");
    }

    /**
     * Reads the options of {@link #addProcessesTo}.
     *
     * @throws UsageException when none or something wrong is named
     * @throws FailureException when there is no such process or cgroup
     */
    static ReportTarget ofProcesses(CommandLine line) throws UsageException, FailureException {
        return of(line, "one of -p, -P and --cgroup is missing");
    }

    private static ReportTarget of(CommandLine line, String noneNamed) throws UsageException, FailureException {
        List<AddressSpan> ranges = line.hasOption(CODE_RANGES)
                ? CodeRanges.parse("--" + CODE_RANGES, line.getOptionValue(CODE_RANGES)) : List.of();
        boolean isUserOnly = isUserOnly(line);
        if (line.hasOption(CHILDREN_ONLY) && !line.hasOption(PARENTS)) {
            throw new UsageException("option --" + CHILDREN_ONLY + " needs -" + PARENTS);
        }
        if (line.hasOption(PIDS)) {
            List<Integer> pids = pids(line, PIDS, MAX_PIDS);
            boolean isOne = pids.size() == 1 && ranges.isEmpty();
            return new ReportTarget(isOne ? TargetKind.PROCESS : TargetKind.SET, pids, Optional.empty(), ranges, isUserOnly);
        }
        if (line.hasOption(PARENTS)) {
            return new ReportTarget(line.hasOption(CHILDREN_ONLY) ? TargetKind.CHILDREN : TargetKind.DESCENDANTS,
                    pids(line, PARENTS, MAX_PARENTS), Optional.empty(), ranges, isUserOnly);
        }
        if (line.hasOption(CGROUP)) {
            return new ReportTarget(TargetKind.CGROUP, List.of(), Arguments.path(line, CGROUP), ranges, isUserOnly);
        }
        if (line.hasOption(ALL)) {
            return new ReportTarget(TargetKind.ALL, List.of(), Optional.empty(), ranges, isUserOnly);
        }
        throw new UsageException(noneNamed);
    }

    /** Whether it is one process in the group that all share, rather than groups of our own. */
    boolean isSingle() {
        return kind == TargetKind.PROCESS;
    }

    /** The same in groups of our own, also where it is one process. */
    ReportTarget inOwnGroup() {
        return isSingle() ? new ReportTarget(TargetKind.SET, pids, cgroup, codeRanges, isUserOnly) : this;
    }

    /**
     * The groups to open: for a set the one of its first process.
     *
     * @throws FailureException when the cgroup is none
     */
    List<TargetSpec> specs() throws FailureException {
        List<TargetSpec> specs = new ArrayList<>();
        switch (kind) {
            case PROCESS -> specs.add(TargetSpec.process(pids.get(0)));
            case SET -> specs.add(TargetSpec.set(pids.get(0)));
            case DESCENDANTS -> pids.forEach(pid -> specs.add(TargetSpec.descendants(pid)));
            case CHILDREN -> pids.forEach(pid -> specs.add(TargetSpec.children(pid)));
            case CGROUP -> specs.add(TargetSpec.cgroup(cgroupId(cgroup.orElseThrow())));
            default -> specs.add(TargetSpec.all());
        }
        return specs.stream().map(this::filtered).toList();
    }

    /** The same group, keeping only what of its processes' accesses is asked for. */
    TargetSpec filtered(TargetSpec spec) {
        return spec.withCodeRanges(codeRanges).withUserOnly(isUserOnly);
    }

    /** What it is, for the head of a report. */
    String text() {
        return switch (kind) {
            case PROCESS, SET -> pids.size() == 1 ? "process " + pids.get(0) : "processes " + pids;
            case DESCENDANTS -> "processes " + pids + " and all that come from them";
            case CHILDREN -> "direct children of " + pids;
            case CGROUP -> "cgroup " + cgroup.orElseThrow();
            default -> "all processes";
        };
    }

    private static List<Integer> pids(CommandLine line, String option, int most)
            throws UsageException, FailureException {
        return PidList.parse("-" + option, line.getOptionValue(option))
                .resolve(pid -> ProcessHandle.of(pid).isPresent(), most);
    }

    private static long cgroupId(Path folder) throws FailureException {
        try {
            if (!Files.isRegularFile(folder.resolve("cgroup.procs"))
                    || !Files.getFileStore(folder).type().equals("cgroup2")) {
                throw new FailureException("no cgroup (v2): " + folder);
            }
            return ((Number) Files.getAttribute(folder, "unix:ino")).longValue();
        } catch (IOException e) {
            throw new FailureException("cgroup " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.membalancer.core.balance.PolicyName;
import org.membalancer.core.config.ConfigException;
import org.membalancer.core.config.Option;
import org.membalancer.core.config.OptionSet;
import org.membalancer.core.config.OptionValues;
import org.membalancer.core.policy.TierRules;
import org.membalancer.core.policy.TierSpec;

/**
 * What the user asked the agent for. Immutable. Every key is declared here, once; the documentation is made from the
 * declarations by {@link OptionsDoc}.
 *
 * @param mode move or only look
 * @param isModeSet whether the user named a mode
 * @param policy what is moved in mode balance
 * @param tiers what the user named; empty: what the machine has
 * @param explain file for the last round's decisions; empty: none
 * @param interval from one round to the next
 * @param socket of the helper; empty: where a helper listens unless told otherwise
 * @param isUserOnly whether only what the application does itself counts, not the kernel for it
 * @param report file for the JSON report at exit; empty: none
 * @param exitWait the longest that the JVM's exit waits for the last look, summary and report
 * @param top regions in the summary at exit
 * @param rateLimitBytesPerSecond most that is moved per second, on average
 * @param minFreePercent of each node's memory that moves leave free
 * @param log file for the agent's lines; empty: stderr
 * @param isQuiet whether only what goes wrong is said
 * @param hasJmx whether there is a JMX bean
 * @param hasJfr whether rounds are events of Java Flight Recorder
 */
record AgentOptions(
        Mode mode, boolean isModeSet, PolicyName policy, Optional<TierRules> tiers, Optional<Path> explain,
        Duration interval, Optional<Path> socket, boolean isUserOnly, Optional<Path> report, Duration exitWait, int top,
        long rateLimitBytesPerSecond, double minFreePercent, Optional<Path> log, boolean isQuiet,
        boolean hasJmx, boolean hasJfr) {

    /** The environment variable with options that hold unless the agent's own string says otherwise. */
    static final String ENVIRONMENT = "MEMBALANCER_OPTS";

    private static final long MIB = 1L << 20;
    private static final Path NONE = Path.of("");
    private static final Path STDERR = Path.of("stderr");

    private static final String FOUND = "found";
    private static final Option<Mode> MODE = Option.choice("mode", Mode.REPORT,
            "`report` looks and moves nothing; `balance` moves as `policy` says");
    private static final Option<PolicyName> POLICY = Option.choice("policy", PolicyName.AUTO,
            "`numa`: heap pages to the node whose CPUs use them; `tier`: hot pages to fast nodes; `auto`: both, where the"
                    + " machine has tiers; `threads`: application threads to the"
                    + " node of their memory; `autotune`: whichever is cheaper");
    private static final Option<String> TIERS = Option.string("tiers", FOUND,
            "the tiers for `policy=tier` and `auto`: `found`, what the machine says; `hops`, rings by distance; `@FILE`, a"
                    + " properties file; or such as `fast:0-1 cap=80%; slow:2 promote=fast:50%:1GiB` (docs/policies.md)");
    private static final Option<Path> EXPLAIN = Option.path("explain", NONE,
            "a file that is rewritten after each round with why each block moved or stayed, as JSON");
    private static final Option<Duration> INTERVAL = Option.duration("interval", Duration.ofSeconds(1),
            Duration.ofMillis(100), Duration.ofMinutes(1), "from one round of looking (and moving) to the next");
    private static final Option<Path> SOCKET = Option.path("socket", NONE,
            "the helper's socket; without it, the one on which a helper listens unless told otherwise");
    private static final Option<Boolean> USER_ONLY = Option.bool("user-only", false,
            "counts only what the application does itself, and not what the kernel does for it, as in `read(2)`; without it"
                    + " what counts is whatever the helper samples");
    private static final Option<Path> REPORT = Option.path("report", NONE,
            "a file for the report, written as JSON when the JVM exits");
    private static final Option<Duration> EXIT_WAIT = Option.duration("exit-wait", Duration.ofSeconds(10),
            Duration.ofMillis(100), Duration.ofMinutes(10),
            "the longest that the JVM's exit waits for a round to end and for summary and report to be written; far more"
                    + " than that takes, but on emulated machines and dead file servers");
    private static final Option<Integer> TOP = Option.integer("top", 5, 0, 1000,
            "how many of the hottest regions the summary at exit names");
    private static final Option<Long> RATE_LIMIT = Option.bytes("rate-limit", 256 * MIB, MIB, MIB * MIB,
            "most bytes to move per second, on average");
    private static final Option<Double> MIN_FREE = Option.percent("min-free-percent", 10, 0, 90,
            "share of a node's memory that stays free: nothing is moved to a node with less");
    private static final Option<Path> LOG = Option.path("log", STDERR,
            "`stderr`, or a file to which the agent's lines are appended, each with the time");
    private static final Option<Boolean> QUIET = Option.bool("quiet", false,
            "says only what goes wrong");
    private static final Option<Boolean> JMX = Option.bool("jmx", false,
            "what was seen and moved as the JMX bean `org.membalancer:type=Agent`");
    private static final Option<Boolean> JFR = Option.bool("jfr", false,
            "each round as an event `org.membalancer.Round` of Java Flight Recorder");

    /** All of them. */
    static final OptionSet ALL =
            OptionSet.of(MODE, POLICY, TIERS, EXPLAIN, INTERVAL, SOCKET, USER_ONLY, REPORT, EXIT_WAIT, TOP, RATE_LIMIT, MIN_FREE,
                    LOG, QUIET, JMX, JFR);

    /**
     * Reads the options.
     *
     * @param environment value of {@link #ENVIRONMENT}; blank: none
     * @param agentString what stands after {@code =} in {@code -javaagent:JAR=...}; wins over the environment
     * @throws ConfigException in one line, naming key, value and limit
     */
    static AgentOptions parse(String environment, String agentString) throws ConfigException {
        return of(ALL.parse(List.of(environment, agentString), file -> Files.newBufferedReader(Path.of(file))));
    }

    private static AgentOptions of(OptionValues values) throws ConfigException {
        Path log = values.value(LOG);
        return new AgentOptions(values.value(MODE), values.isSet(MODE), values.value(POLICY), tiers(values),
                named(values.value(EXPLAIN)), values.value(INTERVAL), named(values.value(SOCKET)),
                values.value(USER_ONLY),
                named(values.value(REPORT)), values.value(EXIT_WAIT), values.value(TOP), values.value(RATE_LIMIT),
                values.value(MIN_FREE), log.equals(STDERR) ? Optional.empty() : named(log), values.value(QUIET),
                values.value(JMX), values.value(JFR));
    }

    private static Optional<TierRules> tiers(OptionValues values) throws ConfigException {
        String spec = values.value(TIERS);
        PolicyName policy = values.value(POLICY);
        if (spec.equals(FOUND)) {
            return Optional.empty();
        }
        if (!policy.hasTiers()) {
            throw new ConfigException("option 'tiers' goes with policy=tier or auto, not " + policy.text());
        }
        try {
            return Optional.of(TierSpec.parse(spec, file -> Files.newBufferedReader(Path.of(file))));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("option 'tiers': " + e.getMessage(), e);
        }
    }

    private static Optional<Path> named(Path path) {
        return path.equals(NONE) ? Optional.empty() : Optional.of(path);
    }
}

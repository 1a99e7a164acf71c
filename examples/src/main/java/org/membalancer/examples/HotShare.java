// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Computes from a JSON report which share of a working set's accesses went to its hot part, and holds it against the
 * truth. Exits 1 when it is further from the truth than allowed, or when there are too few accesses to tell.
 */
public final class HotShare {
    static final String USAGE = """
            usage: java -cp membalancer-examples.jar org.membalancer.examples.HotShare [options]
            Computes from a membalancer report which share of the accesses went to the hot part.
              --report FILE     JSON of the agent or of membalancer report
              --working A-B     addresses of the working set, 0x...-0x...
              --hot A-B         addresses of its hot part
              --true S          the true share, 0 to 1
              --within D        exits 1 unless measured and true differ by at most D
              --help            prints this
            """;

    private static final Set<String> VALUED = Set.of("report", "working", "hot", "true", "within");
    /** The allowed difference must be so many standard errors of the estimate, or chance decides. */
    private static final double MIN_STANDARD_ERRORS = 3;

    private HotShare() {
    }

    /** Prints the share; exits 2 for a bad command line. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /** Prints the share and returns the exit code. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            Arguments arguments = Arguments.parse(args, VALUED, Set.of("help"));
            if (arguments.has("help")) {
                out.print(USAGE);
                return 0;
            }
            return measure(arguments, out, err);
        } catch (UsageException e) {
            err.println("hot-share: " + e.getMessage());
            return 2;
        } catch (IOException e) {
            err.println("hot-share: " + e.getMessage());
            return 1;
        }
    }

    private static int measure(Arguments arguments, PrintStream out, PrintStream err)
            throws UsageException, IOException {
        AddressRange working = arguments.range("working");
        AddressRange hot = arguments.range("hot");
        double truth = arguments.real("true", 0, 1, Double.NaN);
        double within = arguments.real("within", 0, 1, Double.NaN);
        if (!working.contains(hot)) {
            throw new UsageException("--hot must lie in --working: --hot=" + hot + " --working=" + working);
        }
        if (arguments.has("within") && !arguments.has("true")) {
            throw new UsageException("--within needs --true");
        }
        ReportBlocks blocks = ReportBlocks.read(path(arguments));
        double accesses = blocks.accesses(working);
        if (accesses <= 0) {
            err.println("hot-share: the report has no accesses in " + working);
            return 1;
        }
        double share = blocks.accesses(hot) / accesses;
        double standardError = Math.sqrt(truthOr(truth, share) * (1 - truthOr(truth, share)) / accesses);
        out.println(line("hot share measured %.2f", share)
                + (Double.isNaN(truth) ? "" : line(", true %.2f", truth)));
        out.println(line("accesses in the working set %.0f", accesses) + line(", standard error %.4f", standardError));
        return Double.isNaN(within) ? 0 : judge(Math.abs(share - truth), standardError, within, err);
    }

    private static int judge(double difference, double standardError, double within, PrintStream err) {
        if (standardError * MIN_STANDARD_ERRORS > within) {
            err.println(line("hot-share: too few accesses to tell: the standard error is %.4f", standardError)
                    + line(", it must be at most %.4f", within / MIN_STANDARD_ERRORS));
            return 1;
        }
        if (difference > within) {
            err.println(line("hot-share: measured and true differ by %.4f", difference)
                    + line(", more than %.4f", within));
            return 1;
        }
        return 0;
    }

    private static double truthOr(double truth, double measured) {
        return Double.isNaN(truth) ? measured : truth;
    }

    private static Path path(Arguments arguments) throws UsageException {
        try {
            return Path.of(arguments.text("report"));
        } catch (InvalidPathException e) {
            throw new UsageException("--report must be a file: " + e.getMessage());
        }
    }

    private static String line(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.AlreadySelectedException;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.HelpFormatter;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.MissingOptionException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/** The command line {@code membalancer}: chooses the subcommand, prints errors as one line, sets the exit code. */
public final class Main {
    private static final int EXIT_FAILURE = 1;
    private static final int EXIT_USAGE = 2;
    private static final int HELP_WIDTH = 100;
    private static final Option HELP = Option.builder("h").longOpt("help").desc("prints this").build();

    private final List<Command> commands = List.of(new TopologyCommand(), new StatusCommand(), new DoctorCommand(),
            new ReportCommand(), new BalanceCommand(), new RecordCommand(), new ReplayCommand(), new SimulateCommand());
    private final Console console;

    Main(PrintStream out, PrintStream err) {
        this(out, err, new StopSignal());
    }

    private Main(PrintStream out, PrintStream err, StopSignal stop) {
        console = new Console(out, err, stop);
    }

    /** Runs a command; exits 2 when the command line is wrong and 1 when the command fails. */
    public static void main(String[] args) {
        StopSignal stop = new StopSignal();
        stop.exit(new Main(System.out, System.err, stop).run(args));
    }

    /** Runs a command and returns the exit code. */
    int run(String... args) {
        String first = args.length == 0 ? "" : args[0];
        switch (first) {
            case "" -> {
                printUsage(console.err());
                return EXIT_USAGE;
            }
            case "--help", "-h", "help" -> {
                printUsage(console.out());
                return 0;
            }
            case "--version" -> {
                console.out().println("membalancer " + version());
                return 0;
            }
            default -> {
                return runCommand(first, Arrays.copyOfRange(args, 1, args.length));
            }
        }
    }

    private int runCommand(String name, String[] args) {
        Optional<Command> command = commands.stream().filter(c -> c.name().equals(name)).findFirst();
        if (command.isEmpty()) {
            console.say("unknown " + (name.startsWith("-") ? "option " : "command ") + name
                    + " (see membalancer --help)");
            return EXIT_USAGE;
        }
        try {
            return runCommand(command.get(), args);
        } catch (UsageException e) {
            console.say(name + ": " + e.getMessage() + " (see membalancer " + name + " --help)");
            return EXIT_USAGE;
        } catch (FailureException e) {
            console.say(e.getMessage());
        } catch (NoSuchFileException e) {
            console.say("no such file: " + e.getMessage());
        } catch (AccessDeniedException e) {
            console.say("not permitted: " + e.getMessage());
        } catch (IOException e) {
            console.say(e.getMessage());
        } catch (InterruptedException e) {
            console.say("interrupted");
        } catch (RuntimeException e) { // a fault of ours, or of a tree in /sys that no kernel makes: one line all the same
            console.say(name + ": unexpected: " + e);
        }
        return EXIT_FAILURE;
    }

    private int runCommand(Command command, String[] args)
            throws UsageException, FailureException, IOException, InterruptedException {
        Options options = command.options().addOption(HELP);
        if (Arrays.stream(args).anyMatch(arg -> arg.equals("--help") || arg.equals("-h"))) {
            printUsage(command, options);
            return 0;
        }
        command.run(parse(command, options, args), console);
        console.out().flush();
        if (console.out().checkError()) {
            throw new FailureException("standard output cannot be written");
        }
        return 0;
    }

    private static CommandLine parse(Command command, Options options, String[] args) throws UsageException {
        try {
            CommandLine line = DefaultParser.builder().setAllowPartialMatching(false).build().parse(options, args);
            int operands = command.operand().isEmpty() ? 0 : 1;
            if (line.getArgList().size() > operands) {
                throw new UsageException("unexpected argument " + line.getArgList().get(operands));
            }
            return line;
        } catch (UnrecognizedOptionException e) {
            throw new UsageException("unknown option " + e.getOption());
        } catch (MissingArgumentException e) {
            throw new UsageException("option " + Arguments.written(e.getOption()) + " needs a value");
        } catch (MissingOptionException e) {
            throw new UsageException("option " + Arguments.written(options.getOption(
                    e.getMissingOptions().get(0).toString())) + " is missing");
        } catch (AlreadySelectedException e) {
            throw new UsageException("option " + Arguments.written(e.getOption()) + " contradicts another");
        } catch (ParseException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private void printUsage(PrintStream to) {
        to.println("usage: membalancer COMMAND [options]");
        to.println("Shows which memory a machine's processes use, and from which NUMA nodes.");
        for (Command command : commands) {
            to.printf("  %-10s %s%n", command.name(), command.summary());
        }
        to.println("  --help     prints this; membalancer COMMAND --help the command's options");
        to.println("  --version  prints the version");
    }

    private void printUsage(Command command, Options options) {
        PrintWriter writer = new PrintWriter(console.out());
        HelpFormatter formatter = new HelpFormatter();
        formatter.setOptionComparator(null); // in the order of declaration
        formatter.setSyntaxPrefix("usage: ");
        formatter.printHelp(writer, HELP_WIDTH, "membalancer " + command.name()
                        + (command.operand().isEmpty() ? "" : " " + command.operand()) + " [options]",
                sentence(command.summary()), options, 2, 2, "");
        writer.flush();
    }

    private static String sentence(String summary) {
        return Character.toUpperCase(summary.charAt(0)) + summary.substring(1) + ".";
    }

    /** Of this program. */
    static String version() {
        try (InputStream version = Main.class.getResourceAsStream("version.txt")) {
            return new String(version.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IllegalStateException("the jar has no version", e);
        }
    }
}

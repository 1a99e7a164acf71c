// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.membalancer.core.config.ConfigException;

/** Declares options for Commons CLI and reads their values, with core's option types for everything with a range. */
final class Arguments {
    private Arguments() {
    }

    /** An option without a value. */
    static Option flag(String name, String text) {
        return Option.builder().longOpt(name).desc(text).build();
    }

    /** An option with a value of any kind. */
    static Option valued(String name, String valueName, String text) {
        return Option.builder().longOpt(name).hasArg().argName(valueName).desc(text).build();
    }

    /** An option whose value, range and default are declared with core's option types. */
    static Option typed(org.membalancer.core.config.Option<?> option, String valueName) {
        return valued(option.key(), valueName,
                option.text() + " (" + option.range() + ", default " + option.standardText() + ")");
    }

    /** The value of an option that was added with {@link #typed}: the user's or the default. */
    static <T> T value(CommandLine line, org.membalancer.core.config.Option<T> option) throws UsageException {
        return line.hasOption(option.key()) ? parse(option, line.getOptionValue(option.key())) : option.standard();
    }

    /** Reads a value as core's option type does. */
    static <T> T parse(org.membalancer.core.config.Option<T> option, String value) throws UsageException {
        try {
            return option.parse(value);
        } catch (ConfigException e) {
            throw new UsageException(e.getMessage());
        }
    }

    /** The path that an option names, if it is given. */
    static Optional<Path> path(CommandLine line, String name) throws UsageException {
        if (!line.hasOption(name)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(line.getOptionValue(name)));
        } catch (InvalidPathException e) {
            throw new UsageException("option '" + name + "': '" + line.getOptionValue(name) + "' is not a path");
        }
    }

    /** The path that an operand names. */
    static Path path(String operand) throws UsageException {
        try {
            return Path.of(operand);
        } catch (InvalidPathException e) {
            throw new UsageException("'" + operand + "' is not a path");
        }
    }

    /** The text of an option, if it is given. */
    static Optional<String> text(CommandLine line, String name) {
        return Optional.ofNullable(line.getOptionValue(name));
    }

    /** An option as a user writes it. */
    static String written(Option option) {
        return option.getOpt() == null ? "--" + option.getLongOpt() : "-" + option.getOpt();
    }
}

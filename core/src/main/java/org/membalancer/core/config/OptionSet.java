// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.config;

import java.io.IOException;
import java.io.Reader;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import org.membalancer.core.files.FileTrouble;

/**
 * The options of one program: reads {@code key=value,key=value} and writes their documentation. Immutable.
 *
 * <p>The key {@code config} is always there: {@code config=FILE} reads more from a properties file with the same keys,
 * whatever the string itself says wins over the file.
 */
public final class OptionSet {
    private static final String CONFIG_KEY = "config";
    private static final Option<String> CONFIG =
            Option.string(CONFIG_KEY, "", "a properties file with the same keys; what is set beside it wins");

    private final Map<String, Option<?>> options = new LinkedHashMap<>();

    private OptionSet(List<Option<?>> declared) {
        declared.forEach(this::declare);
        declare(CONFIG);
    }

    /**
     * Collects options in the order of their documentation.
     *
     * @throws IllegalArgumentException if two have the same key
     */
    public static OptionSet of(Option<?>... options) {
        return new OptionSet(List.of(options));
    }

    /** The options, {@code config} last. */
    public List<Option<?>> options() {
        return List.copyOf(options.values());
    }

    /**
     * Reads options, with no way to read files.
     *
     * @param text {@code key=value,key=value}; blank: nothing is set
     * @throws ConfigException in one line, naming key, value and limit
     */
    public OptionValues parse(String text) throws ConfigException {
        return parse(text, file -> {
            throw new IOException("no configuration file can be read here");
        });
    }

    /**
     * Reads options and the file that they name.
     *
     * @param text {@code key=value,key=value}; blank: nothing is set
     * @param files opens a file named by {@code config}
     * @throws ConfigException in one line, naming key, value and limit
     */
    public OptionValues parse(String text, ConfigReader files) throws ConfigException {
        return parse(List.of(text), files);
    }

    /**
     * Reads options from several places, the later ones winning.
     *
     * @param texts each {@code key=value,key=value}, for example from the environment, then from the command line
     * @param files opens a file named by {@code config}
     * @throws ConfigException in one line, naming key, value and limit
     */
    public OptionValues parse(List<String> texts, ConfigReader files) throws ConfigException {
        Map<Option<?>, Object> values = new HashMap<>();
        for (String text : texts) {
            Map<Option<?>, Object> own = parsePairs(text);
            if (own.containsKey(CONFIG)) {
                values.putAll(parseFile((String) own.get(CONFIG), files));
            }
            values.putAll(own);
        }
        return new OptionValues(values);
    }

    /** The options as a Markdown table, for generated documentation. */
    public String markdown() {
        StringBuilder table = new StringBuilder(
                "| Option | Type | Default | Values | Meaning |\n|---|---|---|---|---|\n");
        for (Option<?> option : options.values()) {
            String standard = option.standardText();
            table.append("| `").append(option.key()).append("` | ").append(option.typeName()).append(" | ")
                    .append(standard.isEmpty() ? "none" : "`" + standard + "`").append(" | ")
                    .append(option.range()).append(" | ").append(option.text().replace("|", "\\|")).append(" |\n");
        }
        return table.toString();
    }

    private void declare(Option<?> option) {
        if (options.put(option.key(), option) != null) {
            throw new IllegalArgumentException("declared twice: key=" + option.key());
        }
    }

    private Map<Option<?>, Object> parsePairs(String text) throws ConfigException {
        Map<Option<?>, Object> values = new HashMap<>();
        if (text.isBlank()) {
            return values;
        }
        for (String pair : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            String key = (equals < 0 ? pair : pair.substring(0, equals)).strip();
            Option<?> option = option(key);
            if (equals < 0 && !option.isFlag()) {
                throw new ConfigException("option '" + key + "' needs a value: " + key + "=" + option.range());
            }
            Object value = option.parse(equals < 0 ? "true" : pair.substring(equals + 1).strip());
            if (values.put(option, value) != null) {
                throw new ConfigException("option '" + key + "' is given twice");
            }
        }
        return values;
    }

    private Map<Option<?>, Object> parseFile(String file, ConfigReader files) throws ConfigException {
        Map<Option<?>, Object> values = new HashMap<>();
        Properties properties = load(file, files);
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            try {
                Option<?> option = option(key);
                if (option == CONFIG) {
                    throw new ConfigException("option 'config' cannot be set in a configuration file");
                }
                values.put(option, option.parse(properties.getProperty(key).strip()));
            } catch (ConfigException e) {
                throw new ConfigException(file + ": " + e.getMessage(), e);
            }
        }
        return values;
    }

    private static Properties load(String file, ConfigReader files) throws ConfigException {
        Properties properties = new Properties();
        try (Reader reader = files.open(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new ConfigException("option 'config': cannot read '" + file + "': " + FileTrouble.reason(e), e);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("option 'config': cannot read '" + file + "': " + e.getMessage(), e);
        }
        return properties;
    }

    private Option<?> option(String key) throws ConfigException {
        Option<?> option = options.get(key);
        if (option != null) {
            return option;
        }
        Optional<String> near = NearKeys.nearest(key, options.keySet());
        throw new ConfigException("unknown option '" + key + "': " + near.map(n -> "did you mean '" + n + "'?")
                .orElseGet(() -> "known are " + String.join(", ", options.keySet())));
    }
}

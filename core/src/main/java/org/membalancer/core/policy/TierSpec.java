// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import org.membalancer.core.config.ByteSize;
import org.membalancer.core.config.ConfigReader;
import org.membalancer.core.files.FileTrouble;
import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.Tier;

/**
 * Reads tiers as users write them. Stateless.
 *
 * <p>Three forms say the same:
 * <ul>
 * <li>by name, fastest first: {@code fast:0,1 cap=80% demote=slow:10%:1GiB; slow:2 promote=fast:50%}. After a tier's
 * nodes come, in any order, {@code cap} (how full moves may make its nodes), {@code promote} and {@code demote} (the
 * tier to go to; optionally which share of the pages, hottest or coldest, and how many bytes at most in one round;
 * {@code none}: nowhere). What is left out is one step up and one step down, without limits;
 * <li>properties with the same words: {@code tiers=fast,slow}, {@code fast.nodes=0,1}, {@code fast.cap=80%}, ...;
 * <li>the prototype's numbers: {@code 0:0,1:0:0:0:1:1:0-1:2:10:0:0:0:0:0}, for each tier its number, its nodes, the
 * percentage to promote, to which tier, bytes at most (0: no limit), and the same three to demote. An empty text, or
 * {@code hops}, means rings by distance around whoever uses a page.
 * </ul>
 */
public final class TierSpec {
    private static final String PROTOTYPE_TIER = "\\d+:\\d[\\d,]*(:\\d+(\\.\\d+)?){6}";
    private static final int PROTOTYPE_FIELDS = 8;
    private static final String NONE = "none";
    private static final String HOPS = "hops";
    private static final String FILE = "@";

    private TierSpec() {
    }

    /**
     * Reads tiers from a text: by name, or the prototype's numbers, or empty for rings by distance.
     *
     * @throws IllegalArgumentException naming the part that is wrong and what it should be
     */
    public static TierRules parse(String text) {
        String spec = text.strip();
        if (spec.isEmpty() || spec.equals(HOPS)) {
            return TierRules.byHop();
        }
        return spec.matches("\\d+:.*") ? ofNumbers(spec) : ofNames(spec);
    }

    /**
     * Reads tiers from a text, or from the file of properties that it names: {@code @FILE}.
     *
     * @param files opens it
     * @throws IllegalArgumentException naming what is wrong, also where the file cannot be read
     */
    public static TierRules parse(String text, ConfigReader files) {
        String spec = text.strip();
        if (!spec.startsWith(FILE)) {
            return parse(spec);
        }
        String file = spec.substring(FILE.length());
        Properties properties = new Properties();
        try (Reader reader = files.open(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new IllegalArgumentException("'" + file + "' cannot be read: " + FileTrouble.reason(e), e);
        }
        return of(properties);
    }

    /**
     * Reads tiers from properties.
     *
     * @throws IllegalArgumentException naming the property that is missing or wrong
     */
    public static TierRules of(Properties properties) {
        Map<String, Map<String, String>> words = new LinkedHashMap<>();
        for (String name : required(properties, "tiers").split("\\s*,\\s*")) {
            Map<String, String> ofTier = new LinkedHashMap<>();
            ofTier.put("nodes", required(properties, name + ".nodes"));
            for (String key : List.of("cap", "promote", "demote")) {
                if (properties.containsKey(name + "." + key)) {
                    ofTier.put(key, properties.getProperty(name + "." + key).strip());
                }
            }
            put(words, name, ofTier);
        }
        checkKeys(properties, words);
        return rules(words);
    }

    private static void checkKeys(Properties properties, Map<String, Map<String, String>> words) {
        for (String key : properties.stringPropertyNames()) {
            int dot = key.lastIndexOf('.');
            Map<String, String> ofTier = dot < 0 ? null : words.get(key.substring(0, dot));
            if (!key.equals("tiers") && (ofTier == null || !ofTier.containsKey(key.substring(dot + 1)))) {
                throw new IllegalArgumentException("unknown property '" + key
                        + "': known are tiers, and NAME.nodes, NAME.cap, NAME.promote, NAME.demote of each tier");
            }
        }
    }

    private static TierRules ofNames(String spec) {
        Map<String, Map<String, String>> words = new LinkedHashMap<>();
        for (String part : spec.split(";")) {
            if (part.isBlank()) {
                continue;
            }
            String[] fields = part.strip().split("\\s+");
            int colon = fields[0].indexOf(':');
            if (colon <= 0) {
                throw new IllegalArgumentException("a tier starts with NAME:NODES, such as fast:0,1: '" + part.strip() + "'");
            }
            Map<String, String> ofTier = new LinkedHashMap<>();
            ofTier.put("nodes", fields[0].substring(colon + 1));
            for (String field : Arrays.asList(fields).subList(1, fields.length)) {
                putField(ofTier, field);
            }
            put(words, fields[0].substring(0, colon), ofTier);
        }
        return rules(words);
    }

    private static void putField(Map<String, String> ofTier, String field) {
        int equals = field.indexOf('=');
        String key = equals < 0 ? field : field.substring(0, equals);
        if (equals < 0 || !List.of("cap", "promote", "demote").contains(key)) {
            throw new IllegalArgumentException("not cap=..., promote=... or demote=...: '" + field + "'");
        }
        if (ofTier.put(key, field.substring(equals + 1)) != null) {
            throw new IllegalArgumentException("twice for the same tier: '" + field + "'");
        }
    }

    private static void put(Map<String, Map<String, String>> words, String name, Map<String, String> ofTier) {
        if (words.put(name, ofTier) != null) {
            throw new IllegalArgumentException("two tiers have the name '" + name + "'");
        }
    }

    private static TierRules rules(Map<String, Map<String, String>> words) {
        if (words.size() < 2) {
            throw new IllegalArgumentException("at least two tiers are needed: there are " + words.size());
        }
        List<String> names = List.copyOf(words.keySet());
        List<TierRule> rules = new ArrayList<>();
        for (int position = 0; position < names.size(); position++) {
            Map<String, String> ofTier = words.get(names.get(position));
            boolean isLast = position == names.size() - 1;
            TierRule.Way up = position == 0 ? TierRule.Way.NONE : TierRule.Way.all(position - 1);
            TierRule.Way down = isLast ? TierRule.Way.NONE : TierRule.Way.all(position + 1);
            rules.add(new TierRule(names.get(position), tier(ofTier.get("nodes")),
                    ofTier.containsKey("cap") ? percent(ofTier.get("cap"))
                            : isLast ? 100 : TierRule.DEFAULT_CAP_PERCENT,
                    ofTier.containsKey("promote") ? way(ofTier.get("promote"), names) : up,
                    ofTier.containsKey("demote") ? way(ofTier.get("demote"), names) : down));
        }
        return new TierRules(rules, false);
    }

    private static TierRule.Way way(String text, List<String> names) {
        if (text.equals(NONE)) {
            return TierRule.Way.NONE;
        }
        String[] fields = text.split(":", -1);
        int toTier = names.indexOf(fields[0]);
        if (toTier < 0 || fields.length > 3) {
            throw new IllegalArgumentException("not TIER, TIER:PERCENT or TIER:PERCENT:BYTES with a tier of "
                    + String.join(", ", names) + ": '" + text + "'");
        }
        double percent = fields.length > 1 ? percent(fields[1]) : 100;
        return new TierRule.Way(percent, toTier, fields.length > 2 ? ByteSize.parse(fields[2]) : 0);
    }

    private static TierRules ofNumbers(String spec) {
        String[] parts = spec.split("-");
        List<String> numbers = new ArrayList<>();
        for (String part : parts) {
            if (!part.matches(PROTOTYPE_TIER)) {
                throw new IllegalArgumentException("not TIER:NODES:PROMOTE_PCT:PROMOTE_TIER:PROMOTE_CAP:DEMOTE_PCT:"
                        + "DEMOTE_TIER:DEMOTE_CAP with numbers: '" + part + "' in '" + spec + "'");
            }
            numbers.add(part.substring(0, part.indexOf(':')));
        }
        if (numbers.size() < 2) {
            throw new IllegalArgumentException("at least two tiers are needed: '" + spec + "'");
        }
        List<TierRule> rules = new ArrayList<>();
        for (int position = 0; position < parts.length; position++) {
            String[] fields = parts[position].split(":", PROTOTYPE_FIELDS);
            boolean isLast = position == parts.length - 1;
            rules.add(new TierRule("tier" + fields[0], tier(fields[1]), isLast ? 100 : TierRule.DEFAULT_CAP_PERCENT,
                    way(fields, 2, numbers), way(fields, 5, numbers)));
        }
        return new TierRules(rules, false);
    }

    private static TierRule.Way way(String[] fields, int at, List<String> numbers) {
        double percent = percent(fields[at]);
        if (percent == 0) {
            return TierRule.Way.NONE;
        }
        int toTier = numbers.indexOf(fields[at + 1]);
        if (toTier < 0) {
            throw new IllegalArgumentException("there is no tier " + fields[at + 1] + " to go to from tier " + fields[0]);
        }
        return new TierRule.Way(percent, toTier, ByteSize.parse(fields[at + 2]));
    }

    private static Tier tier(String nodes) {
        try {
            return new Tier(CpuList.parse(nodes).stream().boxed().toList());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("nodes of a tier: " + e.getMessage(), e);
        }
    }

    private static double percent(String text) {
        String digits = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
        if (!digits.matches("\\d{1,3}(\\.\\d{1,6})?") || Double.parseDouble(digits) > 100) {
            throw new IllegalArgumentException("not a percentage from 0 to 100: '" + text + "'");
        }
        return Double.parseDouble(digits);
    }

    private static String required(Properties properties, String key) {
        String value = properties.getProperty(key);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("the property " + key + " is missing");
        }
        return value.strip();
    }
}

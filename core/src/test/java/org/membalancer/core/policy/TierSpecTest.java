// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TierSpecTest {
    @Test
    void shouldTakeThePrototypesTwoTiersAsTheyAre() {
        TierRules rules = TierSpec.parse("0:0,1:0:0:0:1:1:0-1:2,3:10:0:0:0:0:0");
        assertEquals(2, rules.tiers().size());
        TierRule fast = rules.tiers().get(0);
        assertEquals(List.of(0, 1), fast.tier().nodeIds());
        assertEquals(TierRule.Way.NONE, fast.promote());
        assertEquals(new TierRule.Way(1, 1, 0), fast.demote());
        TierRule slow = rules.tiers().get(1);
        assertEquals(List.of(2, 3), slow.tier().nodeIds());
        assertEquals(new TierRule.Way(10, 0, 0), slow.promote());
        assertEquals(TierRule.Way.NONE, slow.demote());
    }

    @Test
    void shouldTakeTargetsAndCapsOfThePrototypesThreeTiersSeriously() {
        TierRules rules = TierSpec.parse("0:0,1:0:0:0:1:2:4096-1:2:10:0:8192:2:2:0-2:3:10:0:1048576:0:0:0");
        assertEquals(new TierRule.Way(1, 2, 4096), rules.tiers().get(0).demote(), "past the middle tier");
        assertEquals(new TierRule.Way(10, 0, 8192), rules.tiers().get(1).promote());
        assertEquals(new TierRule.Way(10, 0, 1 << 20), rules.tiers().get(2).promote(), "past the middle tier");
    }

    @Test
    void shouldTakeAnEmptyTextForRingsByDistance() {
        assertTrue(TierSpec.parse("").isByHop());
        assertTrue(TierSpec.parse(" ").canMove());
    }

    @Test
    void shouldReadTiersByName() {
        TierRules rules = TierSpec.parse("fast:0-1 cap=80% demote=slow:10%:1GiB; slow:2,4 promote=fast:50");
        TierRule fast = rules.tiers().get(0);
        assertEquals("fast", fast.name());
        assertEquals(80, fast.capPercent());
        assertEquals(new TierRule.Way(10, 1, 1 << 30), fast.demote());
        assertEquals(List.of(2, 4), rules.tiers().get(1).tier().nodeIds());
        assertEquals(new TierRule.Way(50, 0, 0), rules.tiers().get(1).promote());
        assertFalse(rules.isByHop());
        assertEquals(1, rules.tierOf(4));
        assertEquals(-1, rules.tierOf(3));
    }

    @Test
    void shouldGoOneStepUpAndDownWhereNothingIsSaid() {
        TierRules rules = TierSpec.parse("a:0;b:1;c:2 promote=none");
        assertEquals(TierRule.Way.NONE, rules.tiers().get(0).promote());
        assertEquals(TierRule.Way.all(1), rules.tiers().get(0).demote());
        assertEquals(TierRule.Way.all(0), rules.tiers().get(1).promote());
        assertEquals(TierRule.Way.all(2), rules.tiers().get(1).demote());
        assertEquals(TierRule.Way.NONE, rules.tiers().get(2).promote());
        assertEquals(TierRule.Way.NONE, rules.tiers().get(2).demote());
        assertEquals(List.of(98.0, 98.0, 100.0), rules.tiers().stream().map(TierRule::capPercent).toList());
    }

    @Test
    void shouldReadTheSameFromProperties() {
        Properties properties = new Properties();
        properties.setProperty("tiers", "fast, slow");
        properties.setProperty("fast.nodes", "0-1");
        properties.setProperty("fast.cap", "80%");
        properties.setProperty("fast.demote", "slow:10%:1GiB");
        properties.setProperty("slow.nodes", "2,4");
        properties.setProperty("slow.promote", "fast:50");
        assertEquals(TierSpec.parse("fast:0-1 cap=80% demote=slow:10%:1GiB; slow:2,4 promote=fast:50"),
                TierSpec.of(properties));
        properties.setProperty("slow.promotion", "fast");
        assertThrows(IllegalArgumentException.class, () -> TierSpec.of(properties), "a word that is not known");
        properties.remove("slow.promotion");
        properties.remove("slow.nodes");
        assertEquals("the property slow.nodes is missing",
                assertThrows(IllegalArgumentException.class, () -> TierSpec.of(properties)).getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "fast:0|at least two tiers are needed: there are 1",
        "fast:0;slow|a tier starts with NAME:NODES, such as fast:0,1: 'slow'",
        "fast:0;fast:1|two tiers have the name 'fast'",
        "fast:0;slow:0|a node belongs to one tier: node 0 is in two",
        "fast:0;slow:x|nodes of a tier: not a number from 0 to 8191: 'x' in 'x'",
        "fast:0;slow:1 promote=quick|not TIER, TIER:PERCENT or TIER:PERCENT:BYTES with a tier of fast, slow: 'quick'",
        "fast:0;slow:1 promote=slow|promote of tier slow must lead to another tier from 0 to 1: 1",
        "fast:0 cap=0%;slow:1|cap must be above 0 and at most 100 %: cap=0.0",
        "fast:0 cap=101%;slow:1|not a percentage from 0 to 100: '101%'",
        "fast:0 cap=80% cap=90%;slow:1|twice for the same tier: 'cap=90%'",
        "fast:0 room=80%;slow:1|not cap=..., promote=... or demote=...: 'room=80%'",
        "0:0:0:0:0:1:7:0-1:1:0:0:0:0:0:0|there is no tier 7 to go to from tier 0",
        "0:0:0:0:0:0:0:0|at least two tiers are needed: '0:0:0:0:0:0:0:0'",
    })
    void shouldSayWhatIsWrong(String spec, String message) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> TierSpec.parse(spec)).getMessage());
    }
}

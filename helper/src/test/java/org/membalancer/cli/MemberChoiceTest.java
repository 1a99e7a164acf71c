// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

class MemberChoiceTest {
    private final MemberChoice choice = new MemberChoice(2);
    private Set<MemberKey> balanced = Set.of();

    /** Processes of these tags, with so many samples since they came: tag, samples, tag, samples ... */
    private Set<Integer> choose(int... tagsAndSamples) {
        Map<MemberKey, MemberProcess> alive = new LinkedHashMap<>();
        for (int i = 0; i < tagsAndSamples.length; i += 2) {
            int tag = tagsAndSamples[i];
            alive.put(new MemberKey(0, tag), new MemberProcess(tag, 100 + tag, 0, true, 0, tagsAndSamples[i + 1], "a"));
        }
        balanced = choice.choose(alive, balanced).keySet();
        return balanced.stream().map(MemberKey::tag).collect(java.util.stream.Collectors.toSet());
    }

    @Test
    void shouldTakeAllWhileThereIsRoom() {
        assertEquals(Set.of(1, 2), choose(1, 0, 2, 0));
    }

    @Test
    void shouldTakeThoseWithMostSamples() {
        assertEquals(Set.of(2, 3), choose(1, 10, 2, 30, 3, 20));
    }

    @Test
    void shouldKeepWhoItHasUntilAnotherHasTwiceAsMany() {
        choose(1, 100, 2, 100);
        assertEquals(Set.of(1, 2), choose(1, 200, 2, 200, 3, 250), "250 and 150 of late");
        assertEquals(Set.of(1, 3), choose(1, 300, 2, 200, 3, 600), "475, 175 and 75");
    }

    @Test
    void shouldPutNewOnesInThePlaceOfThoseThatEnded() {
        choose(1, 100, 2, 100);
        assertEquals(Set.of(2, 3), choose(2, 100, 3, 0));
    }

    @Test
    void shouldNotTakeAnotherProgramForTheFormerOne() {
        choose(1, 1000);
        choose(2, 10);
        assertEquals(Set.of(3, 4), choose(1, 0, 3, 10, 4, 10), "the samples of tag 1 are forgotten with it");
    }
}

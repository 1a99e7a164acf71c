// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A group's table of processes with few places, given away in turn. */
final class FakePlaces implements ProcessPlaces {
    private static final int PLACES = 4;

    private final MemberProcess[] places = new MemberProcess[PLACES];

    /** A process comes in under a tag, whoever had its place before. */
    void enter(int tag, int pid, String command) {
        places[placeOf(tag)] = new MemberProcess(tag, pid, 1, true, 5, 0, command);
    }

    void leave(int tag) {
        MemberProcess p = find(tag).orElseThrow();
        places[placeOf(tag)] = new MemberProcess(p.tag(), p.pid(), p.parentPid(), false, p.startedNs(), 0, p.command());
    }

    @Override
    public List<MemberProcess> read() {
        return Arrays.stream(places).filter(Objects::nonNull).toList();
    }

    @Override
    public Optional<MemberProcess> find(int tag) {
        return Optional.ofNullable(places[placeOf(tag)]).filter(process -> process.tag() == tag);
    }

    @Override
    public boolean isAlive(int tag) {
        return find(tag).filter(MemberProcess::isAlive).isPresent();
    }

    @Override
    public int placeOf(int tag) {
        return tag % PLACES;
    }

    @Override
    public int placeCount() {
        return PLACES;
    }
}

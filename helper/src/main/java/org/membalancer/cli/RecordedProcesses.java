// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.membalancer.core.sample.Sample;
import org.membalancer.core.trace.TraceProcess;
import org.membalancer.core.trace.TraceWriter;

/**
 * Which process each sample is of, over several groups: tags of a trace ascend from 0 and are never given away twice,
 * where those of a group return with its places. Owned by one thread; grows no further than the groups' places.
 */
final class RecordedProcesses {
    /** In place of a tag: the sample is also in another group's ring, and is taken from there. */
    static final int TAKEN_ELSEWHERE = -1;
    private static final int MAX_WATCHED = 4096;

    private final List<? extends ProcessPlaces> tables;
    private final TraceWriter writer;
    private final MapWatch maps;
    private final RecordedProcess[][] byPlace;
    private final Map<Integer, RecordedProcess> aliveByTgid = new HashMap<>();
    private final List<RecordedProcess> alive = new ArrayList<>();
    private int nextTag;
    private long withoutMap;

    /**
     * Starts with the processes that are in the groups.
     *
     * @param tables of the groups, in their order
     * @param nowNs CLOCK_MONOTONIC
     */
    RecordedProcesses(List<? extends ProcessPlaces> tables, TraceWriter writer, MapWatch.MapReader mapReader, long nowNs)
            throws IOException {
        this.tables = tables;
        this.writer = writer;
        this.maps = new MapWatch(mapReader, this::isAlive, MAX_WATCHED);
        this.byPlace = new RecordedProcess[tables.size()][];
        for (int group = 0; group < tables.size(); group++) {
            byPlace[group] = new RecordedProcess[tables.get(group).placeCount()];
            addAll(group, nowNs);
        }
    }

    /** Processes that the trace has. */
    int count() {
        return nextTag;
    }

    /** Of these, those that ended without a memory map in it. */
    long withoutMap() {
        return withoutMap;
    }

    /** The tag in the trace of a sample's process, or {@link #TAKEN_ELSEWHERE}. Writes the process if it is new. */
    int tagOf(int group, Sample sample, long nowNs) throws IOException {
        int place = tables.get(group).placeOf(sample.processTag());
        RecordedProcess process = byPlace[group][place];
        if (process == null || process.groupTag() != sample.processTag()
                || process.inTrace().tgid() != sample.tgid()) {
            process = begin(group, found(group, sample), nowNs);
        }
        return process.isTwin() ? TAKEN_ELSEWHERE : process.inTrace().tag();
    }

    /** Writes which processes have ended, and the maps of the others as far as it is their turn. */
    void look(long nowNs) throws IOException {
        List<TraceProcess> ended = new ArrayList<>();
        alive.removeIf(process -> !isAlive(process) && end(process, ended));
        if (!ended.isEmpty()) {
            writer.processes(nowNs, ended);
        }
        maps.look(writer, nowNs);
    }

    /** Looks at everything once more. */
    void finish(long nowNs) throws IOException {
        maps.lookAtAll(writer, nowNs);
        look(nowNs);
        withoutMap += alive.stream().filter(process -> !process.isTwin() && !process.hasMap()).count();
    }

    private void addAll(int group, long nowNs) throws IOException {
        for (MemberProcess process : tables.get(group).read()) {
            if (process.isAlive()) {
                begin(group, process, nowNs);
            }
        }
    }

    /** What the group says of a sample's process; nothing but the sample once its place was given away. */
    private MemberProcess found(int group, Sample sample) {
        Optional<MemberProcess> found = tables.get(group).find(sample.processTag());
        return found.filter(process -> process.pid() == sample.tgid())
                .orElseGet(() -> new MemberProcess(sample.processTag(), sample.tgid(), 0, false, 0, 0, ""));
    }

    private RecordedProcess begin(int group, MemberProcess found, long nowNs) throws IOException {
        boolean isTwin = isInAnotherGroup(found.pid(), group);
        RecordedProcess process = new RecordedProcess(group, found.tag(),
                new TraceProcess(isTwin ? 0 : nextTag++, found.pid(), found.parentPid(), true, found.startedNs(),
                        found.command()), isTwin);
        byPlace[group][tables.get(group).placeOf(found.tag())] = process;
        alive.add(process);
        if (!isTwin) {
            aliveByTgid.put(found.pid(), process);
            writer.processes(nowNs, List.of(process.inTrace()));
            maps.add(process);
        }
        return process;
    }

    private boolean isInAnotherGroup(int tgid, int group) {
        RecordedProcess other = aliveByTgid.get(tgid);
        return other != null && other.group() != group && isAlive(other);
    }

    private boolean isAlive(RecordedProcess process) {
        return tables.get(process.group()).isAlive(process.groupTag());
    }

    /** Always true: it is alive no more. */
    private boolean end(RecordedProcess process, List<TraceProcess> ended) {
        process.end();
        if (!process.isTwin()) {
            aliveByTgid.remove(process.inTrace().tgid(), process);
            maps.remove(process);
            withoutMap += process.hasMap() ? 0 : 1;
            ended.add(process.ended());
        }
        return true;
    }
}

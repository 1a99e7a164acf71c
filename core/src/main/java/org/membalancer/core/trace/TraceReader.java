// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.sample.Sample;
import org.membalancer.core.sample.SampleVisitor;
import org.membalancer.core.topology.Topology;

/**
 * Reads a trace from its start to its end, one block at a time, so that memory does not grow with it.
 *
 * <p>Owned by one thread. Samples come in order of time; memory maps and processes are as of the last sample read, so
 * that after the last one they are those of the end. Whatever is in the file, a trace that is cut off or corrupt ends
 * in a {@link TraceException}, after the samples before that place.
 */
public final class TraceReader implements AutoCloseable {
    private final BlockInput in;
    private final TraceHeader header;
    private final SampleDecoder decoder = new SampleDecoder();
    private final KnownProcesses known = new KnownProcesses(TraceFormat.MAX_PROCESSES, TraceFormat.MAX_REGIONS);
    private final Map<String, Long> counters = new LinkedHashMap<>();
    private long lastNs;
    private int samplesLeftInBlock;
    private long samples;
    private long lost;
    private Optional<TraceTotals> totals = Optional.empty();

    private TraceReader(String name, InputStream stream) throws IOException {
        in = new BlockInput(name, stream);
        in.read();
        if (in.kind() != TraceFormat.KIND_HEADER) {
            throw in.wrong("corrupt: the first block must be the header: kind=" + in.kind());
        }
        header = HeaderCodec.read(in.payload(), in.count());
        in.payload().end();
        lastNs = header.startNs();
    }

    /**
     * Opens a file and reads its header.
     *
     * @throws TraceException when it is no trace
     * @throws IOException when it cannot be read
     */
    public static TraceReader open(Path file) throws IOException {
        InputStream stream = new BufferedInputStream(Files.newInputStream(file));
        try {
            return new TraceReader(file.toString(), stream);
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    /** Reads from a stream, which is closed in the end; the name is for messages. */
    public static TraceReader of(String name, InputStream stream) throws IOException {
        return new TraceReader(name, stream);
    }

    /** What holds for the whole trace. */
    public TraceHeader header() {
        return header;
    }

    /** The machine on which it was recorded. */
    public Topology topology() {
        return header.topology();
    }

    /**
     * Reads the next sample.
     *
     * @param into refilled, unless there is none
     * @return false when the trace ended as it should
     * @throws TraceException when it is cut off or corrupt
     */
    public boolean next(Sample into) throws IOException {
        while (samplesLeftInBlock == 0) {
            if (totals.isPresent()) {
                return false;
            }
            readBlock();
        }
        into.set(decoder.read(in.payload()));
        lastNs = into.timeNs();
        samples++;
        samplesLeftInBlock--;
        if (samplesLeftInBlock == 0) {
            in.payload().end();
        }
        return true;
    }

    /**
     * Hands over every sample that is left.
     *
     * @throws TraceException when the trace is cut off or corrupt, after the samples before that place
     */
    public void forEach(SampleVisitor<IOException> visitor) throws IOException {
        Sample sample = new Sample();
        while (next(sample)) {
            visitor.visit(sample);
        }
    }

    /** What the addresses of a process are, as of the last sample read; empty where that is not known. */
    public List<MemoryRegion> memoryMap(int processTag) {
        return known.memoryMap(processTag);
    }

    /** The processes known as of the last sample read, by tag; of those that ended only the last ones. */
    public Map<Integer, TraceProcess> processes() {
        return known.processes();
    }

    /** Processes and memory maps that are not in the answers above because others came after them. */
    public long forgotten() {
        return known.forgotten();
    }

    /** What the recorder counted beside the samples, by name, as of the last sample read: most come at the end. */
    public Map<String, Long> counters() {
        return Collections.unmodifiableMap(counters);
    }

    /** Samples read. */
    public long samples() {
        return samples;
    }

    /** Samples missing up to here because they were overwritten before they could be recorded. */
    public long lost() {
        return lost;
    }

    /** What the end says, once it was reached. */
    public Optional<TraceTotals> totals() {
        return totals;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void readBlock() throws IOException {
        in.read();
        switch (in.kind()) {
            case TraceFormat.KIND_SAMPLES -> beginSamples();
            case TraceFormat.KIND_MEMORY_MAP -> readMemoryMap();
            case TraceFormat.KIND_PROCESSES -> readProcesses();
            case TraceFormat.KIND_LOST -> readLost();
            case TraceFormat.KIND_COUNTERS -> readCounters();
            case TraceFormat.KIND_END -> readEnd();
            case TraceFormat.KIND_HEADER -> throw in.wrong("corrupt: a second header");
            default -> { } // of a later writer of this version: whole, and not needed to understand the rest
        }
    }

    private void beginSamples() throws TraceException {
        long timeNs = in.payload().upTo(Long.MAX_VALUE, "time");
        if (timeNs < lastNs || in.count() == 0) {
            throw in.wrong("corrupt: a block of " + in.count() + " samples from " + timeNs + " ns, which comes after "
                    + lastNs + " ns");
        }
        decoder.begin(timeNs);
        samplesLeftInBlock = in.count();
    }

    private void readMemoryMap() throws TraceException {
        PayloadReader payload = in.payload();
        boolean isFirstPart = payload.upTo(1, "first part") == 1;
        payload.upTo(Long.MAX_VALUE, "time");
        TraceProcess process = ProcessCodec.read(payload);
        known.putIfAbsent(process);
        List<MemoryRegion> regions = known.mapToExtend(process.tag(), isFirstPart);
        if (regions.size() + (long) in.count() > TraceFormat.MAX_REGIONS) {
            throw in.wrong("corrupt: a memory map of more than " + TraceFormat.MAX_REGIONS + " regions");
        }
        MapCodec.read(payload, in.count(), regions);
        payload.end();
        known.trim(process.tag());
    }

    private void readProcesses() throws TraceException {
        in.payload().upTo(Long.MAX_VALUE, "time");
        for (int i = 0; i < in.count(); i++) {
            known.put(ProcessCodec.read(in.payload()));
        }
        in.payload().end();
    }

    private void readCounters() throws TraceException {
        in.payload().upTo(Long.MAX_VALUE, "time");
        for (int i = 0; i < in.count(); i++) {
            counters.put(Text.oneLine(in.payload().text("counter")), in.payload().upTo(Long.MAX_VALUE, "count"));
            if (counters.size() > TraceFormat.MAX_COUNTERS) {
                throw in.wrong("corrupt: more than " + TraceFormat.MAX_COUNTERS + " counters");
            }
        }
        in.payload().end();
    }

    private void readLost() throws TraceException {
        in.payload().upTo(Long.MAX_VALUE, "time");
        lost += in.payload().upTo(Long.MAX_VALUE - lost, "lost samples");
        in.payload().end();
    }

    private void readEnd() throws IOException {
        PayloadReader payload = in.payload();
        TraceTotals end = new TraceTotals(payload.upTo(Long.MAX_VALUE, "end"),
                payload.upTo(Long.MAX_VALUE, "samples"), payload.upTo(Long.MAX_VALUE, "lost samples"));
        payload.end();
        if (end.samples() != samples || end.lost() != lost) {
            throw in.wrong("corrupt: " + samples + " samples and " + lost + " lost ones came before an end that counts "
                    + end.samples() + " and " + end.lost());
        }
        in.requireEnd();
        totals = Optional.of(end);
    }
}

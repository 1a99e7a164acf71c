// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.sample.Sample;

/**
 * Writes a trace, block by block, so that memory does not grow with it. Owned by one thread.
 *
 * <p>Without {@link #finish} the file has no end block, and readers say that it was cut off.
 */
public final class TraceWriter implements AutoCloseable {
    private static final int MAX_SAMPLES_PER_BLOCK = 4096;
    private static final int MAX_OCTET = 0xff;
    private static final int MAX_SHORT = 0xffff;

    private final BlockOutput out;
    private final PayloadWriter samplePayload = new PayloadWriter();
    private final PayloadWriter otherPayload = new PayloadWriter();
    private final SampleEncoder encoder = new SampleEncoder();
    private int samplesInBlock;
    private long samples;
    private long lost;
    private long lastNs;
    private boolean isFinished;

    private TraceWriter(OutputStream stream, TraceHeader header) throws IOException {
        out = new BlockOutput(stream);
        lastNs = header.startNs();
        HeaderCodec.write(header, otherPayload);
        writeOther(TraceFormat.KIND_HEADER, header.topology().nodes().size());
    }

    /**
     * Creates a file, in place of one that is there.
     *
     * @throws IOException naming the file, when it cannot be written
     */
    public static TraceWriter create(Path file, TraceHeader header) throws IOException {
        OutputStream stream = new NamedOutput(file, Files.newOutputStream(file));
        try {
            return new TraceWriter(new BufferedOutputStream(stream), header);
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    /** Writes to a stream, which is closed in the end. */
    public static TraceWriter of(OutputStream stream, TraceHeader header) throws IOException {
        return new TraceWriter(stream, header);
    }

    /**
     * Appends a sample.
     *
     * @throws IllegalArgumentException if it is older than what was written before, or a field is out of range
     */
    public void sample(Sample sample) throws IOException {
        check(sample);
        if (samplesInBlock == 0) {
            samplePayload.unsigned(lastNs);
            encoder.begin(lastNs);
        }
        encoder.write(sample, samplePayload);
        lastNs = sample.timeNs();
        samples++;
        samplesInBlock++;
        if (samplesInBlock == MAX_SAMPLES_PER_BLOCK || samplePayload.isFull()) {
            endSamples();
        }
    }

    /**
     * Appends what the addresses of a process are from now on.
     *
     * @param timeNs CLOCK_MONOTONIC
     * @param process whose
     * @param regions in ascending order, as the kernel lists them
     */
    public void memoryMap(long timeNs, TraceProcess process, List<MemoryRegion> regions) throws IOException {
        endSamples();
        int first = 0;
        do {
            first = writePart(timeNs, process, regions, first);
        } while (first < regions.size());
    }

    /** Appends which processes there are from now on. */
    public void processes(long timeNs, List<TraceProcess> processes) throws IOException {
        endSamples();
        int first = 0;
        do {
            otherPayload.unsigned(timeNs);
            int next = first;
            while (next < processes.size() && !otherPayload.isFull()) {
                ProcessCodec.write(processes.get(next++), otherPayload);
            }
            writeOther(TraceFormat.KIND_PROCESSES, next - first);
            first = next;
        } while (first < processes.size());
    }

    /** Notes that so many samples are missing here. */
    public void lost(long timeNs, long count) throws IOException {
        endSamples();
        lost += count;
        otherPayload.unsigned(timeNs);
        otherPayload.unsigned(count);
        writeOther(TraceFormat.KIND_LOST, 1);
    }

    /** Notes what was counted beside the samples, by name, since the start. A later count of a name replaces it. */
    public void counters(long timeNs, Map<String, Long> counters) throws IOException {
        endSamples();
        otherPayload.unsigned(timeNs);
        counters.forEach((name, count) -> {
            otherPayload.text(name);
            otherPayload.unsigned(count);
        });
        writeOther(TraceFormat.KIND_COUNTERS, counters.size());
    }

    /** Has everything until now reach the file. */
    public void flush() throws IOException {
        endSamples();
        out.flush();
    }

    /** Ends the trace: nothing may follow. */
    public TraceTotals finish(long endNs) throws IOException {
        endSamples();
        otherPayload.unsigned(endNs);
        otherPayload.unsigned(samples);
        otherPayload.unsigned(lost);
        writeOther(TraceFormat.KIND_END, 1);
        out.flush();
        isFinished = true;
        return new TraceTotals(endNs, samples, lost);
    }

    /** Samples written. */
    public long samples() {
        return samples;
    }

    /** Samples noted as missing. */
    public long lost() {
        return lost;
    }

    /** Bytes of the file, samples of the block under way left out. */
    public long bytes() {
        return out.bytes();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** Writes the regions from {@code first} on that fit into a block; returns the first that did not. */
    private int writePart(long timeNs, TraceProcess process, List<MemoryRegion> regions, int first)
            throws IOException {
        otherPayload.octet(first == 0 ? 1 : 0);
        otherPayload.unsigned(timeNs);
        ProcessCodec.write(process, otherPayload);
        long end = 0;
        String path = "";
        int next = first;
        for (; next < regions.size() && !otherPayload.isFull(); next++) {
            MemoryRegion region = regions.get(next);
            MapCodec.write(region, end, path, otherPayload);
            end = region.endAddress();
            path = region.path();
        }
        writeOther(TraceFormat.KIND_MEMORY_MAP, next - first);
        return next;
    }

    private void endSamples() throws IOException {
        if (isFinished) {
            throw new IllegalStateException("the trace is finished");
        }
        if (samplesInBlock > 0) {
            out.write(TraceFormat.KIND_SAMPLES, samplesInBlock, samplePayload);
            samplePayload.clear();
            samplesInBlock = 0;
        }
    }

    private void writeOther(int kind, int count) throws IOException {
        out.write(kind, count, otherPayload);
        otherPayload.clear();
    }

    private void check(Sample s) {
        if (s.timeNs() < lastNs) {
            throw new IllegalArgumentException("time must not go back: timeNs=" + s.timeNs() + " before=" + lastNs);
        }
        within(s.processTag(), Integer.MAX_VALUE, "processTag");
        within(s.tgid(), Integer.MAX_VALUE, "tgid");
        within(s.tid(), Integer.MAX_VALUE, "tid");
        within(s.cpuNode(), MAX_SHORT, "cpuNode");
        within(s.memoryNode(), MAX_SHORT, "memoryNode");
        within(s.flags(), MAX_SHORT, "flags");
        within(s.latencyCycles(), Integer.MAX_VALUE, "latencyCycles");
        within(s.tlbLatencyCycles(), MAX_SHORT, "tlbLatencyCycles");
        within(s.openMisses(), MAX_OCTET, "openMisses");
        within(s.dataSource(), MAX_OCTET, "dataSource");
        within(s.widthBytes(), MAX_OCTET, "widthBytes");
        within(s.weight(), MAX_SHORT, "weight");
    }

    private static void within(int value, int limit, String name) {
        if (value < 0 || value > limit) {
            throw new IllegalArgumentException(name + " must be 0.." + limit + ": " + name + "=" + value);
        }
    }
}

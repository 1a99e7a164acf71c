// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.membalancer.core.sample.Sample;

/** Writes and reads a trace of so many samples, of very many short processes, that is never whole anywhere. */
final class LargeTraceMain extends InputStream {
    private static final int SAMPLES_OF_A_PROCESS = 101;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream(1 << 17);
    private final Sample sample = new Sample();
    private final TraceWriter writer;
    private final long total;
    private byte[] ready = new byte[0];
    private int position;
    private boolean isFinished;

    private LargeTraceMain(long total) throws IOException {
        this.total = total;
        writer = TraceWriter.of(written, GoldenTrace.header());
        sample.at(GoldenTrace.START_NS, 0, 0);
    }

    public static void main(String[] args) throws IOException {
        long total = Long.parseLong(args[0]);
        try (TraceReader reader = TraceReader.of("large", new LargeTraceMain(total))) {
            long[] sum = new long[1];
            reader.forEach(sample -> sum[0] += sample.address());
            System.out.println(reader.samples() + " samples, sum " + Long.toHexString(sum[0]) + ", processes "
                    + (reader.processes().size() + reader.forgotten()));
        }
    }

    @Override
    public int read() throws IOException {
        return hasMore() ? Byte.toUnsignedInt(ready[position++]) : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (!hasMore()) {
            return -1;
        }
        int count = Math.min(length, ready.length - position);
        System.arraycopy(ready, position, into, offset, count);
        position += count;
        return count;
    }

    private boolean hasMore() throws IOException {
        while (position == ready.length && !isFinished) {
            writeMore();
            ready = written.toByteArray();
            written.reset();
            position = 0;
        }
        return position < ready.length;
    }

    private void writeProcesses(int tag) throws IOException {
        if (tag > 0) {
            writer.processes(sample.timeNs(), List.of(process(tag - 1, false)));
        }
        writer.processes(sample.timeNs(), List.of(process(tag, true)));
        writer.memoryMap(sample.timeNs(), process(tag, true), GoldenTrace.lastMap());
    }

    private static TraceProcess process(int tag, boolean isAlive) {
        return new TraceProcess(tag, 1 + tag, 1, isAlive, 0, "short");
    }

    private void writeMore() throws IOException {
        while (written.size() == 0 && writer.samples() < total) {
            long i = writer.samples();
            int tag = (int) (i / SAMPLES_OF_A_PROCESS);
            if (i % SAMPLES_OF_A_PROCESS == 0) {
                writeProcesses(tag);
            }
            writer.sample(sample.at(sample.timeNs() + 1000 + i % 997, i * 0x9e37_79b9_7f4a_7c15L >>> 20, i % 64)
                    .by(tag, 1 + tag, (int) (i % 7)));
        }
        if (writer.samples() == total) {
            writer.finish(sample.timeNs());
            isFinished = true;
        }
    }
}

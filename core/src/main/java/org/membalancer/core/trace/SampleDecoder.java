// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import org.membalancer.core.sample.Sample;

/** Reads what {@link SampleEncoder} wrote. Owned by one thread; allocates nothing. */
final class SampleDecoder {
    private static final int MAX_OCTET = 0xff;
    private static final int MAX_SHORT = 0xffff;

    private final Sample sample = new Sample();

    /** Starts a block. */
    void begin(long timeNs) {
        sample.clear().at(timeNs, 0, 0);
    }

    /** The next sample; the same object every time. */
    Sample read(PayloadReader from) throws TraceException {
        int news = from.upTo(SampleEncoder.ALL, "changed fields");
        long sinceNs = from.upTo(Long.MAX_VALUE - sample.timeNs(), "time");
        long address = sample.address() + from.signed();
        long codeAddress = sample.codeAddress() + ((news & SampleEncoder.NEW_CODE_ADDRESS) == 0 ? 0 : from.signed());
        sample.at(sample.timeNs() + sinceNs, address, codeAddress);
        if ((news & SampleEncoder.NEW_THREAD) != 0) {
            readThread(from);
        }
        int flags = (news & SampleEncoder.NEW_FLAGS) == 0 ? sample.flags() : from.upTo(MAX_SHORT, "flags");
        if ((news & SampleEncoder.NEW_NODES) != 0) {
            sample.nodes(from.upTo(MAX_SHORT, "cpu node"), from.upTo(MAX_SHORT, "memory node"));
        }
        int width = (news & SampleEncoder.NEW_WIDTH) == 0 ? sample.widthBytes() : from.upTo(MAX_OCTET, "width");
        if ((news & SampleEncoder.NEW_MISS) != 0) {
            sample.miss(from.upTo(Integer.MAX_VALUE, "latency"), from.upTo(MAX_SHORT, "TLB latency"),
                    from.upTo(MAX_OCTET, "open misses"), from.upTo(MAX_OCTET, "data source"));
        }
        int weight = (news & SampleEncoder.NEW_WEIGHT) == 0 ? sample.weight() : from.upTo(MAX_SHORT, "weight");
        return sample.kind(flags, width, weight);
    }

    private void readThread(PayloadReader from) throws TraceException {
        int tag = from.upTo(Integer.MAX_VALUE, "process tag");
        int tgid = from.upTo(Integer.MAX_VALUE, "tgid");
        long tid = tgid + from.signed();
        if (tid < 0 || tid > Integer.MAX_VALUE) {
            throw from.wrong("tid must be 0.." + Integer.MAX_VALUE + ": tid=" + tid);
        }
        sample.by(tag, tgid, (int) tid);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import org.membalancer.core.sample.Sample;

/**
 * Writes samples as differences from the one before in the same block. Partner: {@link SampleDecoder}.
 *
 * <p>Owned by one thread; allocates nothing.
 */
final class SampleEncoder {
    /* Bits of a sample's first number: what differs from the sample before. */
    static final int NEW_THREAD = 1;
    static final int NEW_CODE_ADDRESS = 2;
    static final int NEW_FLAGS = 4;
    static final int NEW_NODES = 8;
    static final int NEW_WIDTH = 16;
    static final int NEW_MISS = 32;
    static final int NEW_WEIGHT = 64;
    static final int ALL = 127;

    private final Sample before = new Sample();

    /** Starts a block: the sample before is all zero but for its time. */
    void begin(long timeNs) {
        before.clear().at(timeNs, 0, 0);
    }

    /** Appends a sample that is not older than the one before. */
    void write(Sample sample, PayloadWriter to) {
        int news = newsOf(sample);
        to.unsigned(news);
        to.unsigned(sample.timeNs() - before.timeNs());
        to.signed(sample.address() - before.address());
        if ((news & NEW_CODE_ADDRESS) != 0) {
            to.signed(sample.codeAddress() - before.codeAddress());
        }
        writeNews(sample, news, to);
        before.set(sample);
    }

    private int newsOf(Sample s) {
        boolean sameThread = s.processTag() == before.processTag() && s.tgid() == before.tgid()
                && s.tid() == before.tid();
        boolean sameNodes = s.cpuNode() == before.cpuNode() && s.memoryNode() == before.memoryNode();
        boolean sameMiss = s.latencyCycles() == before.latencyCycles()
                && s.tlbLatencyCycles() == before.tlbLatencyCycles() && s.openMisses() == before.openMisses()
                && s.dataSource() == before.dataSource();
        return (sameThread ? 0 : NEW_THREAD)
                | (s.codeAddress() == before.codeAddress() ? 0 : NEW_CODE_ADDRESS)
                | (s.flags() == before.flags() ? 0 : NEW_FLAGS)
                | (sameNodes ? 0 : NEW_NODES)
                | (s.widthBytes() == before.widthBytes() ? 0 : NEW_WIDTH)
                | (sameMiss ? 0 : NEW_MISS)
                | (s.weight() == before.weight() ? 0 : NEW_WEIGHT);
    }

    private static void writeNews(Sample sample, int news, PayloadWriter to) {
        if ((news & NEW_THREAD) != 0) {
            to.unsigned(sample.processTag());
            to.unsigned(sample.tgid());
            to.signed(sample.tid() - (long) sample.tgid());
        }
        if ((news & NEW_FLAGS) != 0) {
            to.unsigned(sample.flags());
        }
        if ((news & NEW_NODES) != 0) {
            to.unsigned(sample.cpuNode());
            to.unsigned(sample.memoryNode());
        }
        if ((news & NEW_WIDTH) != 0) {
            to.unsigned(sample.widthBytes());
        }
        if ((news & NEW_MISS) != 0) {
            to.unsigned(sample.latencyCycles());
            to.unsigned(sample.tlbLatencyCycles());
            to.unsigned(sample.openMisses());
            to.unsigned(sample.dataSource());
        }
        if ((news & NEW_WEIGHT) != 0) {
            to.unsigned(sample.weight());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

/** Writes and reads one process of a process list. */
final class ProcessCodec {
    private ProcessCodec() {
    }

    static void write(TraceProcess process, PayloadWriter to) {
        to.unsigned(process.tag());
        to.unsigned(process.tgid());
        to.unsigned(process.parentTgid());
        to.octet(process.isAlive() ? 1 : 0);
        to.unsigned(process.startedNs());
        to.text(process.command());
    }

    static TraceProcess read(PayloadReader from) throws TraceException {
        return new TraceProcess(from.upTo(Integer.MAX_VALUE, "process tag"), from.upTo(Integer.MAX_VALUE, "tgid"),
                from.upTo(Integer.MAX_VALUE, "parent"), from.upTo(1, "alive") == 1,
                from.upTo(Long.MAX_VALUE, "start of a process"), from.text("command"));
    }
}

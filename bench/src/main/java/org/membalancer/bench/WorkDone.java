// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

/**
 * What a workload did: its operations, and the CPU time that they took. Time that an interrupt takes is charged to the
 * thread that it interrupts, so that operations per CPU second fall by what sampling costs, whoever else has the CPUs.
 *
 * @param operations of all its threads
 * @param cpuNs of the same threads
 */
record WorkDone(long operations, long cpuNs) {

    WorkDone plus(WorkDone other) {
        return new WorkDone(operations + other.operations, cpuNs + other.cpuNs);
    }

    WorkDone minus(WorkDone before) {
        return new WorkDone(operations - before.operations, cpuNs - before.cpuNs);
    }

    double logSpeed() {
        return Math.log((double) operations / cpuNs);
    }
}

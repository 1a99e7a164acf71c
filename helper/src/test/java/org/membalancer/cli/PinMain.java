// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import org.membalancer.core.threads.ThreadDoor;
import org.membalancer.core.threads.ThreadPins;
import org.membalancer.core.topology.CpuList;

/** Pins all threads of a process to some CPUs as {@code balance} does, says so, and waits to be killed. */
final class PinMain {
    private PinMain() {
    }

    public static void main(String[] args) throws Exception {
        Doors.load();
        PinList pinned = new PinList(RunState.ofThisProcess());
        ThreadDoor door = ThreadSession.door(args[0]);
        ThreadPins pins = new ThreadPins(door, lines -> pinned.keep(Integer.parseInt(args[0]), lines));
        for (int tid : door.threads()) {
            int result = pins.pin(tid, CpuList.parse(args[1]));
            if (result != 0) {
                throw new IllegalStateException("thread " + tid + ": " + result);
            }
        }
        System.out.println("pinned");
        Thread.sleep(Long.MAX_VALUE);
    }
}

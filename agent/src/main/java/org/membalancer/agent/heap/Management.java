// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.util.List;

/** The door to module java.management, which a JVM's image may lack. Implemented over its beans and by fakes. */
public interface Management {

    /** Names of the collectors' beans; empty when this JVM cannot tell. */
    List<String> collectorNames();

    /**
     * What {@code jcmd PID GC.heap_info} prints.
     *
     * @throws VmStructsException if this JVM cannot tell
     */
    String heapInfo() throws VmStructsException;

    /** The beans of this JVM, or answers of none where its image has no java.management. */
    static Management ofThisJvm() {
        return ModuleLayer.boot().findModule("java.management").isPresent() ? new Present() : new Absent();
    }

    /** Asks the beans. */
    final class Present implements Management {
        @Override
        public List<String> collectorNames() {
            return ManagementBeans.collectorNames();
        }

        @Override
        public String heapInfo() throws VmStructsException {
            return ManagementBeans.heapInfo();
        }
    }

    /** Has nothing to ask. */
    final class Absent implements Management {
        @Override
        public List<String> collectorNames() {
            return List.of();
        }

        @Override
        public String heapInfo() throws VmStructsException {
            throw new VmStructsException("this JVM's image has no module java.management");
        }
    }
}

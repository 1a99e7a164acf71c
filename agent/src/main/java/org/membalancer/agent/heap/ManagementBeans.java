// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;

/** All that the agent asks of module java.management. Loaded only where that module is in the image. */
final class ManagementBeans {
    private ManagementBeans() {
    }

    /** Names of the collectors' beans. */
    static List<String> collectorNames() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream().map(GarbageCollectorMXBean::getName).toList();
    }

    /**
     * What {@code jcmd PID GC.heap_info} prints.
     *
     * @throws VmStructsException if this JVM has no such command
     */
    static String heapInfo() throws VmStructsException {
        try {
            ObjectName command = new ObjectName("com.sun.management:type=DiagnosticCommand");
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(command, "gcHeapInfo", new Object[0], new String[0]);
        } catch (JMException e) {
            throw new VmStructsException("no GC.heap_info in this JVM: " + e);
        }
    }
}

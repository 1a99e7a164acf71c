// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.membalancer.agent.heap.HeapGeometry;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.Topology;

/** What the agent knows about its JVM, for the log and the report. Stateless. */
final class JvmFacts {
    private JvmFacts() {
    }

    /** The first line of the log. */
    static String startLine(AgentOptions options, HeapGeometry geometry, Topology topology) {
        return "started" + version().map(v -> " " + v).orElse("") + ", mode " + options.mode().text() + ", every "
                + options.interval().toMillis() + " ms; " + geometry.collector().title() + " heap"
                + geometry.reserved().map(r -> " " + text(r)).orElse("") + "; nodes with memory "
                + topology.nodes().stream().filter(Node::hasMemory).map(n -> String.valueOf(n.nodeId()))
                        .collect(Collectors.joining(","));
    }

    /** Facts for the report, by name. */
    static Map<String, String> forReport(HeapGeometry geometry, Mode mode) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("version", System.getProperty("java.vm.version"));
        facts.put("name", System.getProperty("java.vm.name"));
        facts.put("collector", geometry.collector().title());
        geometry.reserved().ifPresent(r -> facts.put("heap", text(r)));
        facts.put("mode", mode.text());
        return facts;
    }

    /** {@code 0xf0000000-0x100000000 (256.0 MiB)}. */
    static String text(AddressRange range) {
        return "0x" + Long.toHexString(range.startAddress()) + "-0x" + Long.toHexString(range.endAddress()) + " ("
                + ByteText.of(range.bytes()) + ")";
    }

    /** Of the agent's jar; empty when its classes lie outside of it, as in unit tests. */
    private static Optional<String> version() {
        return Optional.ofNullable(AgentEntry.class.getPackage().getImplementationVersion());
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.membalancer.core.topology.CpuList;
import org.membalancer.core.topology.Node;
import org.membalancer.core.topology.SysfsTopology;
import org.membalancer.core.topology.Topology;

/** {@code membalancer topology}: nodes, CPUs, memory, distances. */
final class TopologyCommand implements Command {
    private static final Path SYSFS = Path.of("/sys");

    @Override
    public String name() {
        return "topology";
    }

    @Override
    public String summary() {
        return "prints the NUMA nodes, their CPUs, memory and distances";
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Arguments.flag("json", "prints JSON"))
                .addOption(Arguments.valued("sysfs", "ROOT", "reads another sysfs than /sys"));
    }

    @Override
    public void run(CommandLine line, Console console) throws UsageException, IOException {
        Topology topology = SysfsTopology.read(Arguments.path(line, "sysfs").orElse(SYSFS));
        if (line.hasOption("json")) {
            writeJson(topology, console.out());
        } else {
            print(topology, console.out());
        }
    }

    private static void print(Topology topology, PrintStream out) {
        for (Node node : topology.nodes()) {
            out.println("node " + node.nodeId() + ": " + (node.hasCpus() ? "CPUs " + CpuList.format(node.cpus()) : "no CPU")
                    + ", " + (node.hasMemory()
                            ? Figures.bytes(node.totalBytes()) + ", " + Figures.bytes(node.freeBytes()) + " free"
                            : "no memory")
                    + ", distances" + distances(topology, node));
        }
        if (!topology.canBalance()) {
            out.println("one node with memory: there is nothing to balance");
        }
    }

    private static String distances(Topology topology, Node from) {
        StringBuilder line = new StringBuilder();
        for (Node to : topology.nodes()) {
            line.append(' ').append(topology.distance(from.nodeId(), to.nodeId()));
        }
        return line.toString();
    }

    private static void writeJson(Topology topology, PrintStream out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeBooleanField("canBalance", topology.canBalance());
            json.writeArrayFieldStart("nodes");
            for (Node node : topology.nodes()) {
                json.writeStartObject();
                json.writeNumberField("id", node.nodeId());
                json.writeStringField("cpus", CpuList.format(node.cpus()));
                json.writeNumberField("totalBytes", node.totalBytes());
                json.writeNumberField("freeBytes", node.freeBytes());
                json.writeObjectFieldStart("distances");
                for (Node to : topology.nodes()) {
                    json.writeNumberField(Integer.toString(to.nodeId()), topology.distance(node.nodeId(), to.nodeId()));
                }
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the reference of the agent's options from their declarations. */
public final class OptionsDoc {
    private OptionsDoc() {
    }

    /**
     * Writes {@code docs/agent-options.md}.
     *
     * @param args the file to write; without one, the text goes to stdout
     */
    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            System.out.print(markdown());
        } else {
            Files.writeString(Path.of(args[0]), markdown());
        }
    }

    /** The whole page. */
    static String markdown() {
        return """
                <!-- SPDX-License-Identifier: Apache-2.0 -->
                <!-- Generated from the declarations in AgentOptions by `make docs`: do not edit. -->
                # Options of the agent

                Options are `key=value`, separated by commas:

                ```
                java -javaagent:membalancer-agent.jar=mode=balance,interval=500ms -jar app.jar
                jcmd PID JVMTI.agent_load /absolute/path/membalancer-agent.jar '"mode=balance,report=/tmp/heat.json"'
                MEMBALANCER_OPTS=mode=balance java -javaagent:membalancer-agent.jar -jar app.jar
                ```

                `jcmd` cuts an argument at commas and at `=` unless it is in double quotes of its own, as above, and prints `return code: 0` also
                when the agent refuses an option: the reason is in the JVM's standard error.

                """
                + AgentOptions.ALL.markdown()
                + """

                `MEMBALANCER_OPTS` holds unless the agent's own string, or the file that it names by `config`, says \
                otherwise.

                An option that is unknown or out of range is named in one line on stderr; the application then runs \
                without the agent.

                Loading the agent into a JVM in which it already runs does not start a second one: it only changes \
                `mode`, when one is given, and says so. `mode=report` is how to stop all moving at once.
                """;
    }
}

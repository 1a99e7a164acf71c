// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loading the agent into a JVM that runs already, with jcmd. */
final class AgentLoadIT {
    @TempDir
    private Path directory;

    /** What jcmd says the agent returned; jcmd itself exits with 0 whatever happens. */
    private static String load(Jdk jdk, AppJvm app, String options) throws Exception {
        try (Forked jcmd = new Forked("jcmd", new ProcessBuilder(jdk.tool("jcmd"), String.valueOf(app.pid()),
                "JVMTI.agent_load", AppJvm.AGENT_JAR.toString(), '"' + options + '"'))) {
            jcmd.awaitExit();
            return jcmd.out().await("return code: ");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void shouldStartOnceAndThenOnlyChangeTheMode(int version) throws Exception {
        Jdk jdk = Jdk.require(version);
        String options = "socket=" + directory.resolve("none.sock") + ",interval=500ms";
        try (AppJvm app = new AppJvm.Launch(jdk).start()) {
            app.out().await("app: ready");
            assertEquals("return code: 0", load(jdk, app, options));
            app.err().await("membalancer: started .*mode report, every 500 ms");
            assertEquals("return code: 0", load(jdk, app, options));
            app.err().await("membalancer: already running, nothing changed$");
            assertEquals("return code: 0", load(jdk, app, "mode=balance"));
            app.err().await("membalancer: already running, mode is now balance");
            assertEquals("return code: 0", load(jdk, app, "mode=sideways"));
            app.err().await("membalancer: already running, nothing changed: option 'mode': 'sideways'");
            List<String> lines = app.exit(7);
            assertEquals(1, lines.stream().filter(l -> l.startsWith("membalancer: started")).count(),
                    lines.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void shouldRunWithGoodOptionsAfterBadOnes(int version) throws Exception {
        Jdk jdk = Jdk.require(version);
        try (AppJvm app = new AppJvm.Launch(jdk).start()) {
            app.out().await("app: ready");
            assertEquals("return code: 0", load(jdk, app, "bogus=1"));
            app.err().await("membalancer: not started: unknown option 'bogus'");
            assertEquals("return code: 0", load(jdk, app, "socket=" + directory.resolve("none.sock")));
            app.err().await("membalancer: started");
            app.exit(0);
        }
    }
}

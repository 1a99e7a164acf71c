// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@link TestApp} in a JVM of its own, with or without the agent. */
final class AppJvm extends Forked {
    static final Path AGENT_JAR = Path.of(System.getProperty("agent.jar")).toAbsolutePath();

    private AppJvm(ProcessBuilder builder) throws IOException {
        super("app", builder);
    }

    /** What to start, piece by piece. */
    static final class Launch {
        private final Jdk jdk;
        private final List<String> prefix = new ArrayList<>();
        private final List<String> jvmOptions = new ArrayList<>(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
        private String classPath = testClasses().toString();
        private String main = TestApp.class.getName();
        private final List<String> arguments = new ArrayList<>();

        Launch(Jdk jdk) {
            this.jdk = jdk;
        }

        Launch agent(String options) {
            jvmOptions.add("-javaagent:" + AGENT_JAR + (options.isEmpty() ? "" : "=" + options));
            return this;
        }

        Launch option(String... options) {
            jvmOptions.addAll(List.of(options));
            return this;
        }

        /** Puts a command such as setpriv before java. */
        Launch under(String... command) {
            prefix.addAll(List.of(command));
            return this;
        }

        Launch classPath(Path... paths) {
            classPath = Stream.of(paths).map(Path::toString).collect(Collectors.joining(File.pathSeparator));
            return this;
        }

        Launch main(Class<?> mainClass, String... mainArguments) {
            main = mainClass.getName();
            arguments.addAll(List.of(mainArguments));
            return this;
        }

        AppJvm start() throws IOException {
            return start("");
        }

        /** Starts with MEMBALANCER_OPTS set to the given text; empty for not set. */
        AppJvm start(String environmentOptions) throws IOException {
            List<String> command = new ArrayList<>(prefix);
            command.add(jdk.tool("java"));
            command.addAll(jvmOptions);
            command.addAll(List.of("-cp", classPath, main));
            command.addAll(arguments);
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().remove("JAVA_TOOL_OPTIONS");
            builder.environment().remove("MEMBALANCER_OPTS");
            if (!environmentOptions.isEmpty()) {
                builder.environment().put("MEMBALANCER_OPTS", environmentOptions);
            }
            return new AppJvm(builder);
        }
    }

    static Path testClasses() {
        return Path.of(TestApp.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    }

    /** Tells the application to exit with a code and checks that it does, saying what it says without an agent. */
    List<String> exit(int code) throws IOException, InterruptedException {
        out().await("^app: ready$");
        send("exit " + code);
        int ended = awaitExit();
        List<String> said = err().awaitEnd();
        if (ended != code) {
            throw new AssertionError("exit code " + ended + " instead of " + code + ":\n" + String.join("\n", said));
        }
        List<String> printed = out().awaitEnd();
        boolean isOurs = printed.stream().allMatch(l -> l.startsWith("app: "));
        if (!isOurs || !printed.get(printed.size() - 1).equals("app: bye")) {
            throw new AssertionError("the application's output changed: " + printed);
        }
        return said;
    }

    /** Waits until the application has touched new memory so many million times. */
    void awaitTouches(int millions) throws IOException, InterruptedException {
        out().await("^app: ready$");
        send("touch " + millions);
        out().await("^app: touched " + millions + "$");
    }
}

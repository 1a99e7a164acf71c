// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** An installed JDK of a wanted feature version. */
record Jdk(int version, Path home) {
    private static final Path INSTALLED = Path.of("/usr/lib/jvm");

    /** The JDK of that version, from {@code JDKnn_HOME} or /usr/lib/jvm; skips the test when there is none. */
    static Jdk require(int version) {
        Optional<Path> home = Stream.concat(named(version), installed())
                .filter(h -> featureVersion(h) == version).findFirst();
        Skip.unless(home.isPresent(),
                "no JDK " + version + " in " + INSTALLED + ", and JDK" + version + "_HOME names none");
        return new Jdk(version, home.orElseThrow());
    }

    String tool(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    private static Stream<Path> named(int version) {
        return Stream.ofNullable(System.getenv("JDK" + version + "_HOME")).map(Path::of);
    }

    private static Stream<Path> installed() {
        try (Stream<Path> homes = Files.list(INSTALLED)) {
            return homes.sorted().toList().stream();
        } catch (IOException e) {
            return Stream.empty(); // not where this system keeps them
        }
    }

    /** 0 for what is no JDK; a JRE has no jcmd. */
    private static int featureVersion(Path home) {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin/jcmd")) || !Files.isReadable(release)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(release)) {
            return lines.filter(l -> l.startsWith("JAVA_VERSION="))
                    .map(l -> l.replaceAll("JAVA_VERSION=\"(\\d+).*", "$1")).mapToInt(Integer::parseInt)
                    .findFirst().orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

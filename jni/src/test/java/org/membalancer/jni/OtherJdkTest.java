// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs the other tests of this room again, in JVMs of other versions, and reads what -Xcheck:jni
 * says.
 */
@Tag(SuiteMain.FORKS)
class OtherJdkTest {
    private static final Path JDKS = Path.of("/usr/lib/jvm");
    private static final int NEWEST_CHECKED = 25;

    @Test
    void shouldPassInThisJdkWithoutAComplaintOfXcheck() throws Exception {
        assertSuitePasses(ForkedJvm.ownJavaHome());
    }

    @Test
    void shouldPassInTheNewestCheckedJdkToo() throws Exception {
        TreeMap<Integer, Path> homes = homesByVersion();
        SkipUnless.holds(homes.containsKey(NEWEST_CHECKED),
                "no JDK " + NEWEST_CHECKED + " in " + JDKS + ", only " + homes.keySet());
        assertSuitePasses(homes.get(NEWEST_CHECKED));
    }

    private static void assertSuitePasses(Path javaHome) throws Exception {
        ForkedJvm jvm = ForkedJvm.run(javaHome, List.of(), List.of(
                "-cp", System.getProperty("java.class.path"),
                "-Dnative.dir=" + Native.folder(), SuiteMain.class.getName()));
        System.out.println(javaHome + ": " + jvm.output().lines()
                .filter(line -> line.startsWith("suite: ")).findFirst().orElse("no result"));
        assertEquals(0, jvm.exitStatus(), () -> javaHome + " printed\n" + jvm.output());
        assertTrue(jvm.output().contains("suite: "), jvm.output());
        assertEquals(List.of(), jvm.jniComplaints());
    }

    private static TreeMap<Integer, Path> homesByVersion() throws IOException {
        TreeMap<Integer, Path> homes = new TreeMap<>();
        if (!Files.isDirectory(JDKS)) {
            return homes;
        }
        try (Stream<Path> candidates = Files.list(JDKS)) {
            for (Path home : candidates.sorted().toList()) {
                if (Files.isExecutable(home.resolve("bin/java"))
                        && Files.isReadable(home.resolve("release"))) {
                    homes.putIfAbsent(featureVersion(home), home);
                }
            }
        }
        return homes;
    }

    private static int featureVersion(Path home) throws IOException {
        Properties release = new Properties();
        release.load(Files.newBufferedReader(home.resolve("release")));
        return Runtime.Version.parse(
                release.getProperty("JAVA_VERSION").replace("\"", "")).feature();
    }
}

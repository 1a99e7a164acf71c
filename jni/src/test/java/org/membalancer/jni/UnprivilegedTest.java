// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doors from a JVM that runs as nobody, which is how an agent's target may run. */
@Tag(SuiteMain.FORKS)
class UnprivilegedTest {
    private static final List<String> AS_NOBODY = List.of(
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all");

    @Test
    void shouldMoveItsOwnAndBeRefusedOthers(@TempDir Path folder) throws Exception {
        SkipUnless.root("becoming nobody");
        copyClasses(NativeLibrary.class, folder);
        copyClasses(UnprivilegedMain.class, folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (FakeHelper helper = FakeHelper.start(folder)) { // root's socket: nobody may not write
            ForkedJvm jvm = ForkedJvm.run(ForkedJvm.ownJavaHome(), AS_NOBODY, List.of(
                    "-cp", folder.toString(), UnprivilegedMain.class.getName(),
                    helper.socket().toString()));
            assertEquals(String.join("\n",
                    "probe: ok", "move own: ok", "move init's: EPERM", "ask for init's: EPERM",
                    "pin own: ok", "pin init: EPERM", "read own: ok",
                    "not permitted to connect to the helper at " + helper.socket()
                            + " (EACCES: Permission denied)", ""), jvm.output());
            assertEquals(0, jvm.exitStatus());
        }
    }

    /** The build's folder may be one that nobody else can read. */
    private static void copyClasses(Class<?> oneOfThem, Path into) throws Exception {
        Path from = Path.of(oneOfThem.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                copy(file, into.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void copy(Path file, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
    }
}

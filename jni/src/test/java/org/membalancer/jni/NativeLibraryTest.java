// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each test has classes of its own, since a class loads the library once. */
class NativeLibraryTest {
    private static final String TEMPORARY_FOLDER = "java.io.tmpdir";
    private static final int ELF_MACHINE = 18;

    private final Map<String, String> propertiesAtStart = new HashMap<>();
    @TempDir
    private Path folder;

    @AfterEach
    void restoreProperties() {
        propertiesAtStart.forEach((key, value) -> {
            if (value == null) {
                System.clearProperty(key);
            } else {
                System.setProperty(key, value);
            }
        });
    }

    @Test
    void shouldLoadFromTheJarAndLeaveNoFile() throws Exception {
        set(TEMPORARY_FOLDER, folder);
        try (URLClassLoader fresh = freshClasses()) {
            load(fresh);
            load(fresh); // idempotent
            assertEquals(AbiLayout.value("MBAL_ABI_VERSION"), abiVersion(fresh));
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count(), "files left in " + folder);
        }
    }

    @Test
    void shouldLoadTheFileOfTheProperty() throws Exception {
        Path copy = Files.copy(library(), folder.resolve("copy.so"));
        set(NativeLibrary.PATH_PROPERTY, copy);
        try (URLClassLoader fresh = freshClasses()) {
            load(fresh);
            assertEquals(AbiLayout.value("MBAL_ABI_VERSION"), abiVersion(fresh));
        }
    }

    @Test
    void shouldNameTheFileThatIsMissing() throws Exception {
        Path missing = folder.resolve("missing.so");
        set(NativeLibrary.PATH_PROPERTY, missing);
        assertEquals("no readable native library at " + missing, messageOfFailedLoad());
    }

    @Test
    void shouldNameTheLibraryOfAnotherMachine() throws Exception {
        byte[] bytes = Files.readAllBytes(library());
        bytes[ELF_MACHINE] = 21; // PPC64
        Path other = Files.write(folder.resolve("other.so"), bytes);
        set(NativeLibrary.PATH_PROPERTY, other);
        String message = messageOfFailedLoad();
        assertTrue(message.startsWith("cannot load the native library " + other + ": "), message);
    }

    @Test
    void shouldNameTheTemporaryFolderThatCannotBeUsed() throws Exception {
        Path missing = folder.resolve("missing");
        set(TEMPORARY_FOLDER, missing);
        String message = messageOfFailedLoad();
        assertTrue(message.startsWith("cannot unpack the native library into " + missing), message);
    }

    @Test
    void shouldSayThatTheMachineIsNotSupported() throws Exception {
        assertEquals("/META-INF/native/linux-x86_64/libmembalancer_jni.so",
                NativeLibrary.resourceName("Linux", "amd64"));
        assertEquals("/META-INF/native/linux-aarch64/libmembalancer_jni.so",
                NativeLibrary.resourceName("Linux", "aarch64"));
        NativeLibraryException e = assertThrows(NativeLibraryException.class,
                () -> NativeLibrary.resourceName("Mac OS X", "aarch64"));
        assertEquals("membalancer runs on Linux only: os.name=Mac OS X", e.getMessage());
    }

    @Test
    void shouldSayThatLoadingComesFirst() throws Exception {
        try (URLClassLoader fresh = freshClasses()) {
            InvocationTargetException e =
                    assertThrows(InvocationTargetException.class, () -> abiVersion(fresh));
            assertInstanceOf(IllegalStateException.class, e.getCause());
            assertTrue(e.getCause().getMessage().contains("NativeLibrary.load()"),
                    e.getCause()::getMessage);
        }
    }

    private void set(String property, Path value) {
        Native.load(); // the test's own classes, with the properties as they were
        propertiesAtStart.put(property, System.getProperty(property));
        System.setProperty(property, value.toString());
    }

    private static String messageOfFailedLoad() throws Exception {
        try (URLClassLoader fresh = freshClasses()) {
            InvocationTargetException e =
                    assertThrows(InvocationTargetException.class, () -> load(fresh));
            assertEquals(NativeLibraryException.class.getName(), e.getCause().getClass().getName());
            return e.getCause().getMessage();
        }
    }

    private static Path library() {
        return Native.folder().resolve("jni/libmembalancer_jni.so");
    }

    private static URLClassLoader freshClasses() {
        URL classes = NativeLibrary.class.getProtectionDomain().getCodeSource().getLocation();
        return new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader());
    }

    private static void load(ClassLoader fresh) throws Exception {
        fresh.loadClass(NativeLibrary.class.getName()).getMethod("load").invoke(null);
    }

    private static int abiVersion(ClassLoader fresh) throws Exception {
        return (int) fresh.loadClass(AbiLayout.class.getName())
                .getMethod("value", String.class).invoke(null, "MBAL_ABI_VERSION");
    }
}

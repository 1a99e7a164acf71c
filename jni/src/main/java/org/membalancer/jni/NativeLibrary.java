// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Loads the C side of this room, once per class loader.
 *
 * <p>Any thread may call. From JDK 24 on {@link System#load} prints a warning unless the JVM was
 * started with {@code --enable-native-access=ALL-UNNAMED}; it works all the same.
 */
public final class NativeLibrary {
    /** The system property that names a library file to load instead of the one in the jar. */
    public static final String PATH_PROPERTY = "membalancer.jni";

    private static final String FILE_NAME = "libmembalancer_jni.so";

    // Set after the natives are registered; partner: the reads in load and requireLoaded.
    private static volatile boolean loaded;

    private NativeLibrary() {
    }

    /**
     * Loads the file that the system property {@value #PATH_PROPERTY} names or, without that, the
     * library in the jar, through a private temporary file that is deleted before this returns.
     * Does nothing when one is loaded already.
     *
     * @throws NativeLibraryException when there is none for this machine, or it cannot be unpacked
     *     or loaded
     */
    public static void load() throws NativeLibraryException {
        String file = System.getProperty(PATH_PROPERTY);
        if (file != null) {
            load(Path.of(file));
        } else if (!loaded) {
            loadFromJar(resourceName(System.getProperty("os.name"), System.getProperty("os.arch")));
        }
    }

    /**
     * Loads a library file. Does nothing when one is loaded already, from wherever.
     *
     * @param file a {@code libmembalancer_jni.so} of this version
     * @throws NativeLibraryException when the file is missing, or is no such library
     */
    public static synchronized void load(Path file) throws NativeLibraryException {
        if (loaded) {
            return;
        }
        Path absolute = file.toAbsolutePath();
        if (!Files.isReadable(absolute)) {
            throw new NativeLibraryException("no readable native library at " + absolute);
        }
        try {
            System.load(absolute.toString());
        } catch (LinkageError e) { // no ELF file, other machine, other version, a noexec mount
            throw new NativeLibraryException(
                    "cannot load the native library " + absolute + ": " + e.getMessage(), e);
        }
        loaded = true;
    }

    /** Throws the exception of a bug in the caller, who must load first. */
    static void requireLoaded() {
        if (!loaded) {
            throw new IllegalStateException(
                    "the native library is not loaded: NativeLibrary.load() comes first");
        }
    }

    /** The place in the jar, with the machine's name as the kernel has it. */
    static String resourceName(String osName, String osArch) throws NativeLibraryException {
        if (!"Linux".equals(osName)) {
            throw new NativeLibraryException("membalancer runs on Linux only: os.name=" + osName);
        }
        String machine = "amd64".equals(osArch) ? "x86_64" : osArch;
        return "/META-INF/native/linux-" + machine + "/" + FILE_NAME;
    }

    private static synchronized void loadFromJar(String resource) throws NativeLibraryException {
        if (loaded) {
            return;
        }
        try (InputStream library = NativeLibrary.class.getResourceAsStream(resource)) {
            if (library == null) {
                throw new NativeLibraryException(
                        "the jar has no native library for this machine: " + resource);
            }
            loadCopy(library);
        } catch (IOException e) {
            throw new NativeLibraryException("cannot unpack the native library into "
                    + temporaryFolder() + " (java.io.tmpdir): " + e, e);
        }
    }

    private static void loadCopy(InputStream library) throws IOException, NativeLibraryException {
        // For the owner only: nobody can swap the file before it is loaded.
        Path folder = Files.createTempDirectory(temporaryFolder(), "membalancer-");
        Path file = folder.resolve(FILE_NAME);
        try {
            Files.copy(library, file);
            load(file);
        } finally {
            Files.deleteIfExists(file); // the mapping stays
            Files.delete(folder);
        }
    }

    private static Path temporaryFolder() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }
}

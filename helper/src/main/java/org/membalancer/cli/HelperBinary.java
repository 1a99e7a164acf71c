// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds the program membalancer-helper: where MEMBALANCER_HELPER says, else where it is built or installed next to
 * this jar, else in PATH and the folders for administrators' programs, which are not in everybody's PATH.
 */
final class HelperBinary {
    static final String VARIABLE = "MEMBALANCER_HELPER";
    private static final String NAME = "membalancer-helper";

    private final Map<String, String> environment;
    private final Path home;

    /**
     * Prepares to look.
     *
     * @param environment variables
     * @param home the folder above {@code bin}, {@code sbin} and {@code lib}, or the source tree
     */
    HelperBinary(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home;
    }

    /** Looks from this process's environment and this jar's place. */
    static HelperBinary ofThisProcess() {
        try {
            Path jar = Path.of(HelperBinary.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            // PREFIX/lib/membalancer/membalancer.jar, TREE/helper/target/membalancer.jar, TREE/helper/target/classes
            return new HelperBinary(System.getenv(), jar.resolve("../../..").normalize());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the jar's place is no file", e);
        }
    }

    /**
     * Finds it.
     *
     * @throws FailureException naming the folders that were looked at
     */
    Path find() throws FailureException {
        String named = environment.getOrDefault(VARIABLE, "");
        if (!named.isEmpty()) {
            Path path = Path.of(named).toAbsolutePath();
            if (!isProgram(path)) {
                throw new FailureException(VARIABLE + " names no program: " + named);
            }
            return path;
        }
        List<Path> folders = folders();
        return folders.stream().map(folder -> folder.resolve(NAME)).filter(HelperBinary::isProgram).findFirst()
                .orElseThrow(() -> new FailureException("no " + NAME + " in " + join(folders) + " (" + VARIABLE
                        + " may name it)"));
    }

    private List<Path> folders() {
        List<Path> folders = new ArrayList<>(List.of(home.resolve("sbin"), home.resolve("build/helper")));
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (!folder.isEmpty()) {
                folders.add(Path.of(folder));
            }
        }
        folders.addAll(List.of(Path.of("/usr/local/sbin"), Path.of("/usr/sbin")));
        return folders.stream().distinct().toList();
    }

    private static boolean isProgram(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }

    private static String join(List<Path> folders) {
        return String.join(", ", folders.stream().map(Path::toString).toList());
    }
}

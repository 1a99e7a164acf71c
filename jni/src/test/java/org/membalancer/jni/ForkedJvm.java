// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM of its own, run to its end: what it printed, and its exit status. */
record ForkedJvm(String output, int exitStatus) {

    /** Runs with the class path, library and -Xcheck:jni of this JVM. */
    static ForkedJvm run(Path javaHome, List<String> prefix, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.add(javaHome.resolve("bin/java").toString());
        command.add("-Xcheck:jni");
        command.addAll(arguments);
        Process jvm = new ProcessBuilder(command).redirectErrorStream(true).start();
        jvm.getOutputStream().close();
        byte[] output = jvm.getInputStream().readAllBytes();
        return new ForkedJvm(new String(output, StandardCharsets.UTF_8), jvm.waitFor());
    }

    static Path ownJavaHome() {
        return Path.of(System.getProperty("java.home"));
    }

    /** Lines with which -Xcheck:jni complains. */
    List<String> jniComplaints() {
        return output.lines()
                .filter(line -> line.contains("WARNING in native method")
                        || line.contains("FATAL ERROR in native method")
                        || line.contains("WARNING: JNI"))
                .toList();
    }
}

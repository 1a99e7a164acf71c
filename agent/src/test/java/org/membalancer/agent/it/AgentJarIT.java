// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What is in the packaged jar. */
final class AgentJarIT {
    /** The manifest, and what the licence of the code that is shaded in asks to pass on. */
    private static final Pattern NOTICES = Pattern.compile("META-INF/(MANIFEST\\.MF|(\\w+-)?(LICENSE|NOTICE))");

    @Test
    void shouldHoldNothingThatAnApplicationCouldCollideWith() throws IOException {
        try (JarFile jar = new JarFile(AppJvm.AGENT_JAR.toFile())) {
            List<String> strangers = jar.stream().map(ZipEntry::getName)
                    .filter(n -> !n.endsWith("/") && !n.startsWith("org/membalancer/")
                            && !n.startsWith("META-INF/native/") && !NOTICES.matcher(n).matches())
                    .toList();
            assertEquals(List.of(), strangers);
            assertNotNull(jar.getEntry("org/membalancer/shaded/jackson/core/JsonGenerator.class"));
        }
    }

    @Test
    void shouldCarryTheNativeLibrary() throws IOException {
        try (JarFile jar = new JarFile(AppJvm.AGENT_JAR.toFile())) {
            assertEquals(1, jar.stream().filter(e -> e.getName().endsWith("/libmembalancer_jni.so")).count());
        }
    }

    @Test
    void shouldAskForNoPowerOverClasses() throws IOException {
        try (JarFile jar = new JarFile(AppJvm.AGENT_JAR.toFile())) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertEquals("org.membalancer.agent.AgentEntry", manifest.getValue("Premain-Class"));
            assertEquals("org.membalancer.agent.AgentEntry", manifest.getValue("Agent-Class"));
            assertEquals("false", manifest.getValue("Can-Retransform-Classes"));
            assertEquals("false", manifest.getValue("Can-Redefine-Classes"));
            assertEquals("false", manifest.getValue("Can-Set-Native-Method-Prefix"));
        }
    }
}

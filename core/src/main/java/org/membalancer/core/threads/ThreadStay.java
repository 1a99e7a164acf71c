// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

/** Why a thread that was sampled stays where it is. */
public enum ThreadStay {
    /** It runs on the node whose memory it uses most. */
    AT_HOME("runs where its memory is"),
    /** Too few samples, or no node's memory gets enough of its accesses. */
    NOT_SURE("not sure enough where it belongs"),
    /** No nearer node has CPUs that its owner lets it use. */
    NOT_ALLOWED("its affinity or cpuset excludes the node"),
    /** The node is loaded, or has no idle CPU left. */
    NODE_BUSY("the node has no idle CPU"),
    /** It moved a short while ago. */
    HELD("moved recently"),
    /** As many as one round may move are chosen already. */
    OVER_BUDGET("over this round's budget"),
    /** Moving its memory costs less. */
    MEMORY_CHEAPER("moving its memory is cheaper"),
    /** One of the JVM's own threads: compiler, garbage collector and such. */
    OF_THE_JVM("a thread of the JVM itself"),
    /** It ended, or cannot be asked. */
    GONE("ended");

    private final String text;

    ThreadStay(String text) {
        this.text = text;
    }

    /** In words, for reports. */
    public String text() {
        return text;
    }
}

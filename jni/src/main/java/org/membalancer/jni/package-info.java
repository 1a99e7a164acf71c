// SPDX-License-Identifier: Apache-2.0
/**
 * The border room: Java doors to system calls and to the tables that the helper shares, and nothing
 * that decides.
 *
 * <p>The agent and the command line may depend on it; it depends on nothing but the C layouts in
 * {@code bpf/include}, and core never sees it. Start at {@link
 * org.membalancer.jni.NativeLibrary#load()}, without which no other door opens, then {@link
 * org.membalancer.jni.HelperConnection} for the heat tables and {@link
 * org.membalancer.jni.PageMoves} for moving.
 *
 * <p>Doors that say so answer 0 or more, or {@code -errno}; {@link org.membalancer.jni.Errno} names
 * it. Buffers are direct and in native byte order. Behind each class with natives lies one file of
 * the same name in {@code jni/src/main/c}.
 */
package org.membalancer.jni;

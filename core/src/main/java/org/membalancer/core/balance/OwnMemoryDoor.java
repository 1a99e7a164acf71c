// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * The door to a little memory of this process that neither its heap nor its limit of direct buffers knows of: in somebody
 * else's JVM that limit is the application's. Filled from the jni room, and by fakes.
 *
 * @param map maps so many bytes, zeroed, from the first byte of a page on, in native order; empty: the kernel gives none
 * @param unmap gives them back, 0 or -errno; nobody may touch them afterwards
 * @param addressOf tells where they lie
 */
public record OwnMemoryDoor(IntFunction<Optional<ByteBuffer>> map, ToIntFunction<ByteBuffer> unmap,
        ToLongFunction<ByteBuffer> addressOf) {
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;

/** What a process without privileges may do; needs nothing but the room's own classes. */
public final class UnprivilegedMain {
    private static final int INIT = 1;

    private UnprivilegedMain() {
    }

    /** Prints one line for each door; the argument is a helper's socket. */
    public static void main(String[] arguments) throws NativeLibraryException {
        NativeLibrary.load();
        ByteBuffer memory = direct(8192);
        LongBuffer addresses = direct(Long.BYTES).asLongBuffer();
        addresses.put(0, BufferAddress.of(memory) & -4096L);
        memory.put(0, (byte) 1);
        IntBuffer nodeIds = direct(Integer.BYTES).asIntBuffer();
        IntBuffer statuses = direct(Integer.BYTES).asIntBuffer();
        print("probe", PageMoves.probe());
        print("move own", PageMoves.move(0, 1, addresses, nodeIds, statuses));
        print("move init's", PageMoves.move(INIT, 1, addresses, nodeIds, statuses));
        print("ask for init's", PageMoves.move(INIT, 1, addresses, null, statuses));
        ByteBuffer mask = Affinity.newMask();
        Affinity.get(0, mask);
        print("pin own", Affinity.set(0, mask));
        print("pin init", Affinity.set(INIT, mask));
        print("read own", OwnMemory.read(BufferAddress.of(memory), direct(8)));
        System.out.println(connect(Path.of(arguments[0])));
    }

    private static String connect(Path socket) {
        try (HelperConnection connection = HelperConnection.connect(socket)) {
            return "connected: " + connection.isAlive();
        } catch (HelperException e) {
            return e.getMessage();
        }
    }

    private static void print(String what, int result) {
        System.out.println(what + ": " + (result < 0 ? Errno.name(result) : "ok"));
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}

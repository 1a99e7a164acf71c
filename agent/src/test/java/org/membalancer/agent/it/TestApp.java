// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import java.io.BufferedReader;
import java.io.InputStreamReader;

/**
 * The application under test: obeys its standard input, until that ends. Needs nothing but java.base.
 *
 * <p>{@code exit N} ends with that code; {@code touch N} touches new memory N million times and says so.
 */
public final class TestApp {
    private static final int LONGS = 4 << 20;
    private static final int STRIDE = 97;
    private static final int MILLION = 1_000_000;

    private TestApp() {
    }

    /** Takes no arguments. */
    public static void main(String[] args) throws Exception {
        System.out.println("app: ready");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            int number = Integer.parseInt(order.substring(order.indexOf(' ') + 1));
            if (order.startsWith("exit ")) {
                System.out.println("app: bye");
                System.exit(number);
            }
            long[] memory = new long[LONGS]; // anew, so that page faults see it too
            for (int i = 0; i < number; i++) {
                touch(memory);
            }
            System.out.println("app: touched " + number);
        }
    }

    private static void touch(long[] memory) {
        for (int n = 0, i = 0; n < MILLION; n++, i = (i + STRIDE) % LONGS) {
            memory[i]++;
        }
    }
}

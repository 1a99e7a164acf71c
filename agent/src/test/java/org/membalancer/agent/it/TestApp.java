// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The application under test: keeps touching its memory on a daemon thread and obeys its standard input. Needs
 * nothing but java.base.
 *
 * <p>{@code exit N} ends with that code; {@code touch N} answers after N million more touches.
 */
public final class TestApp {
    private static final int LONGS = 4 << 20;
    private static final int STRIDE = 97;
    private static final long MILLION = 1_000_000;

    private TestApp() {
    }

    /** Runs until told to exit; without an order, until the input ends. */
    public static void main(String[] args) throws Exception {
        AtomicLong touched = new AtomicLong();
        Thread toucher = new Thread(() -> touch(new long[LONGS], touched), "toucher");
        toucher.setDaemon(true);
        toucher.start();
        System.out.println("app: ready");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            obey(order, touched);
        }
    }

    private static void obey(String order, AtomicLong touched) {
        int number = Integer.parseInt(order.substring(order.indexOf(' ') + 1));
        if (order.startsWith("exit ")) {
            System.out.println("app: bye");
            System.exit(number);
        }
        long enough = touched.get() + number * MILLION;
        while (touched.get() < enough) {
            Thread.onSpinWait();
        }
        System.out.println("app: touched " + number);
    }

    private static void touch(long[] memory, AtomicLong touched) {
        for (int i = 0; true; i = (i + STRIDE) % LONGS) {
            memory[i]++;
            touched.lazySet(touched.get() + 1);
        }
    }
}

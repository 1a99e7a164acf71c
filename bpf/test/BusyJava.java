// SPDX-License-Identifier: Apache-2.0
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Computes for ever, of everything a little, and prints its thread's id once it is warm. */
final class BusyJava {
    private static final int ROUNDS_TO_WARM_UP = 20;

    private BusyJava() {
    }

    public static void main(String[] args) throws Exception {
        long sum = 0;
        for (long round = 0;; round++) {
            sum += round(round);
            if (round == ROUNDS_TO_WARM_UP) {
                // /proc/thread-self is a link to PID/task/TID.
                System.out.println(java.nio.file.Files.readSymbolicLink(
                        java.nio.file.Path.of("/proc/thread-self")).getFileName());
            }
            if (sum == 42) {
                System.out.println(sum);
            }
        }
    }

    private static long round(long seed) {
        Map<Long, String> words = new HashMap<>();
        double[] numbers = new double[1000];
        long state = seed * 2 + 1;
        for (int i = 0; i < numbers.length; i++) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            numbers[i] = state / 3.0;
            words.put(state % 127, "word " + (state & 1023));
        }
        Arrays.sort(numbers);
        long hash = Double.doubleToRawLongBits(numbers[numbers.length / 2]);
        for (Map.Entry<Long, String> entry : words.entrySet()) {
            hash = 31 * hash + entry.getKey() + entry.getValue().hashCode() % 7;
        }
        return hash;
    }
}

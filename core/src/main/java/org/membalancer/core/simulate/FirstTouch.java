// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/** Every page where it is touched first by those who work on it, as if nobody else had filled it before; then nothing. */
final class FirstTouch implements Placer {
    private final SplitMix random;
    private boolean[] isTouched;

    FirstTouch(long seed) {
        random = new SplitMix(seed);
    }

    @Override
    public void phase(World world, int index) {
        if (index == 0) {
            isTouched = new boolean[world.pages()];
        }
        for (int page = 0; page < world.pages(); page++) {
            if (!isTouched[page]) {
                touch(world, page);
            }
        }
    }

    private void touch(World world, int page) {
        double sum = 0;
        int toucher = -1;
        for (int nodeId = 0; nodeId < world.machine().nodeIdLimit(); nodeId++) {
            double rate = world.rate(nodeId, page);
            sum += rate;
            if (rate > 0 && random.nextDouble() * sum < rate) {
                toucher = nodeId;
            }
        }
        isTouched[page] = toucher >= 0;
        if (toucher >= 0) {
            world.place(page, toucher);
        }
    }
}

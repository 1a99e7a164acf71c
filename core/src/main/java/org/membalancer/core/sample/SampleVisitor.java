// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.sample;

/**
 * Is handed samples one after the other.
 *
 * @param <E> by which it can end the reading
 */
@FunctionalInterface
public interface SampleVisitor<E extends Exception> {

    /**
     * Looks at one sample.
     *
     * @param sample valid during the call only
     * @throws E to end the reading
     */
    void visit(Sample sample) throws E;
}

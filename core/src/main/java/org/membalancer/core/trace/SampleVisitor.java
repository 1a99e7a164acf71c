// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.io.IOException;

/** Is handed every sample of a trace, in order of time. */
@FunctionalInterface
public interface SampleVisitor {

    /**
     * Looks at one sample.
     *
     * @param sample valid during the call only
     * @throws IOException to end the reading
     */
    void visit(TraceSample sample) throws IOException;
}

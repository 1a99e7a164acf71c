// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.util.List;

/**
 * Everything that was found. Immutable.
 *
 * @param findings in the order in which they matter
 */
public record Diagnosis(List<Finding> findings) {

    /** Copies the list. */
    public Diagnosis {
        findings = List.copyOf(findings);
    }

    /** Whether nothing stands in the way. */
    public boolean canBalance() {
        return findings.stream().noneMatch(Finding::isBlocking);
    }
}

// SPDX-License-Identifier: Apache-2.0
/**
 * Looks at everything that decides whether and how well a machine can be sampled and balanced: docs/doctor.md. Reads
 * files below a root that is a parameter, and changes nothing. May use topology. Start at {@code Doctor}.
 */
package org.membalancer.core.doctor;

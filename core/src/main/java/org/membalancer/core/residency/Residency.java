// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

/** The node on which each page of a snapshot lies. Signatures only so far. */
public final class Residency {
}

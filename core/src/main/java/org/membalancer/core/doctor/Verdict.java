// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

/** What a finding means for sampling and balancing. */
public enum Verdict {
    /** As it should be. */
    OK("ok"),
    /** Works, with less than there could be. */
    LIMITED("limited"),
    /** Would work for somebody with more rights, or could not be looked at. */
    NOT_PERMITTED("not permitted"),
    /** This machine, or this kernel, does not have it. */
    NOT_SUPPORTED("not supported here");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    /** As it is printed. */
    public String text() {
        return text;
    }
}

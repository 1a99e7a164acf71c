// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

/**
 * One thing that was looked at. Immutable.
 *
 * @param what was looked at
 * @param found there
 * @param verdict what it means
 * @param advice what to do about it; empty where nothing is to be done
 * @param isBlocking whether nothing can be balanced because of it
 */
public record Finding(String what, String found, Verdict verdict, String advice, boolean isBlocking) {

    /** As it should be. */
    public static Finding ok(String what, String found) {
        return new Finding(what, found, Verdict.OK, "", false);
    }

    /** Works, with less than there could be. */
    public static Finding limited(String what, String found, String advice) {
        return new Finding(what, found, Verdict.LIMITED, advice, false);
    }

    /** Needs more rights. */
    public static Finding notPermitted(String what, String found, String advice) {
        return new Finding(what, found, Verdict.NOT_PERMITTED, advice, false);
    }

    /** Is not there. */
    public static Finding notSupported(String what, String found, String advice) {
        return new Finding(what, found, Verdict.NOT_SUPPORTED, advice, false);
    }

    /** The same, and nothing can be balanced because of it. */
    public Finding blocking() {
        return new Finding(what, found, verdict, advice, true);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.config;

/** A configuration that cannot be used. The message is one line naming key, value and limit. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong, in one line. */
    public ConfigException(String message) {
        super(message);
    }

    /** Says what is wrong, in one line, and keeps what led to it. */
    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}

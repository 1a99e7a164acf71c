// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.config;

import java.io.IOException;
import java.io.Reader;

/** The door to configuration files. */
@FunctionalInterface
public interface ConfigReader {

    /**
     * Opens a file named by {@code config=FILE}; the caller closes it.
     *
     * @throws IOException if it cannot be read
     */
    Reader open(String file) throws IOException;
}

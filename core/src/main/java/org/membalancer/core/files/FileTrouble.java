// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Says why a file that a user named cannot be used: the JDK's own messages are often the file's name alone. Stateless. */
public final class FileTrouble {
    private FileTrouble() {
    }

    /** The reason without the file's name, in a few words. */
    public static String reason(IOException trouble) {
        if (trouble instanceof NoSuchFileException) {
            return "no such file";
        }
        if (trouble instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (trouble instanceof FileSystemException of) {
            return of.getReason() == null ? of.toString() : of.getReason().toLowerCase(Locale.ROOT);
        }
        String message = String.valueOf(trouble.getMessage());
        if (trouble instanceof FileNotFoundException && message.endsWith(")")) { // "FILE (reason)", from java.io
            return message.substring(message.lastIndexOf('(') + 1, message.length() - 1).toLowerCase(Locale.ROOT);
        }
        return message.toLowerCase(Locale.ROOT).equals("is a directory") ? "it is a folder" : message;
    }
}

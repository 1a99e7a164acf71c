// SPDX-License-Identifier: Apache-2.0
/**
 * Options, each declared once with key, type, default, range and text, from which parsing, errors and
 * documentation follow. Depends on nothing. Start at {@code OptionSet}.
 */
package org.membalancer.core.config;

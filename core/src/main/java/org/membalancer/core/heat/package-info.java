// SPDX-License-Identifier: Apache-2.0
/**
 * How hot each page is: the reader of the shared heat table and its private copy. Depends on nothing.
 * Start at {@code HeatTable#copyTo}.
 */
package org.membalancer.core.heat;

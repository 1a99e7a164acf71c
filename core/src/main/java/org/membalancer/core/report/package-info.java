// SPDX-License-Identifier: Apache-2.0
/**
 * Describes what was seen and done, as text and as JSON. Depends on every other package of the room but
 * {@code balance}. Start at {@code Report}; {@code ReportBuilder} fills one.
 */
package org.membalancer.core.report;

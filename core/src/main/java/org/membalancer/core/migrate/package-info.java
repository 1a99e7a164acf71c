// SPDX-License-Identifier: Apache-2.0
/**
 * Carries plans out and never decides: batches, pace, and one counted outcome for every page. Depends on
 * {@code policy} for the plan and on {@code clock}. Start at {@code Executor}.
 */
package org.membalancer.core.migrate;

// SPDX-License-Identifier: Apache-2.0
/** Time as a parameter, so that every decision can be replayed. Depends on nothing. Start at {@code Clock}. */
package org.membalancer.core.clock;

// SPDX-License-Identifier: Apache-2.0
/**
 * Workloads whose hot set is known, and the tool that holds a report against it.
 *
 * <p>Nothing else in the project depends on this package, and it depends on nothing of the project: it must not share
 * a mistake with what it checks. Start with {@link org.membalancer.examples.HotSet}.
 */
package org.membalancer.examples;

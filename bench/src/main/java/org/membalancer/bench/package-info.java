// SPDX-License-Identifier: Apache-2.0
/**
 * Benchmarks. Each result is a ratio against something measured in the same run; nothing here is a test, and no
 * absolute time leaves it. Start at {@link org.membalancer.bench.Main}.
 */
package org.membalancer.bench;

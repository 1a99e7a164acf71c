// SPDX-License-Identifier: Apache-2.0
/**
 * The standalone command line {@code membalancer}: reads arguments, connects the rooms core and jni, prints. Nothing
 * may depend on it. Start with {@link org.membalancer.cli.Main}.
 */
package org.membalancer.cli;

// SPDX-License-Identifier: Apache-2.0
/** Tests of the packaged agent jar in real JVMs, and what they need to fork them. */
package org.membalancer.agent.it;

// SPDX-License-Identifier: Apache-2.0
/** Files that are not like others. */
package org.membalancer.core.files;

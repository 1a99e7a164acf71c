/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel's verifier has against a program, out of the thousands of lines that it writes. */
#ifndef VERIFIER_LOG_H
#define VERIFIER_LOG_H

#include <stddef.h>

/* Enough for the whole log of any of our programs: kernels before 6.4 keep the start of a longer one, not its end. */
#define VERIFIER_LOG_BYTES ((size_t)16 << 20)

/* Copies the last line before the verifier's statistics, which says what is wrong; "" when there is none. */
void verifier_log_verdict(const char *log, char *verdict, size_t verdict_bytes);

#endif

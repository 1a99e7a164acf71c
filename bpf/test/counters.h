/* SPDX-License-Identifier: Apache-2.0 */
/* What the BPF programs counted, and checks of it. */
#ifndef COUNTERS_H
#define COUNTERS_H

#include "mbal_abi.h"

struct sampler;

/* Counters summed over the CPUs. */
struct counters {
	__u64 of[MBAL_COUNTER_MAX];
};

struct counters sampler_counters(struct sampler *sampler);
/* The same at a moment at which every sample has its outcome, if one can be met. */
struct counters sampler_steady_counters(struct sampler *sampler);
/* What was added since `before`. */
struct counters counters_since(struct sampler *sampler, const struct counters *before);
/* RECORDED and every DROP_*. */
__u64 counters_outcomes(const struct counters *counters);

/* Checks SEEN = RECORDED + sum of DROP_*, and that SEEN is as expected. */
void check_sum(const struct counters *counters, __u64 expected_seen, const char *what);
void check_counter(const struct counters *counters, enum mbal_counter counter, __u64 expected, const char *what);
const char *counter_name(enum mbal_counter counter);

#endif

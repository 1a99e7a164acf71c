// SPDX-License-Identifier: Apache-2.0
#include "workload.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS (64ul << 17)	/* 64 MiB of u64s */
#define HOT_WORDS (WORDS / 16)
#define HOT_FIRST (WORDS / 2)
#define HOT_OF_1024 922u
#define ROUND 100000

static __u64 next_random(__u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/*
 * The loop that is sampled: registers only but for the array, and the same instructions for hot and cold accesses. A
 * walk of limited length sees fewer of those that lie at the end of a longer path.
 */
__attribute__((noinline)) static void work(__u64 *words, struct workload_counts *counts, __u64 *random_state)
{
	__u64 state = *random_state, sum = 0, hot = 0;

	for (int i = 0; i < ROUND; i++) {
		__u64 random = next_random(&state), to_hot = (random & 1023) < HOT_OF_1024;
		__u64 mask = WORDS - 1, index;

		mask ^= (0 - to_hot) & ((WORDS - 1) ^ (HOT_WORDS - 1));
		index = ((0 - to_hot) & HOT_FIRST) + (random >> 20 & mask);
		hot += index - HOT_FIRST < HOT_WORDS;
		if (random & 4096)
			words[index] = random;
		else
			sum += words[index];
	}
	*random_state = state;
	counts->hot += hot;
	counts->accesses += ROUND;
	words[sum & 1] ^= sum;	/* so that the loads are needed; two accesses in a hundred thousand */
}

static void run_child(__u64 *words, struct workload_counts *counts)
{
	__u64 state = 88172645463325252ULL;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < WORDS; i += 512)
		words[i] = i;
	while (!counts->stop)
		work(words, counts, &state);
	_exit(0);
}

int workload_start(struct workload *workload)
{
	__u64 *words = mmap(NULL, WORDS * sizeof(*words), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *counts = mmap(NULL, sizeof(*workload->counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (words == MAP_FAILED || counts == MAP_FAILED)
		return -errno;
	workload->counts = counts;
	workload->start = (__u64)words;
	workload->end = (__u64)(words + WORDS);
	workload->hot_start = (__u64)(words + HOT_FIRST);
	workload->hot_end = (__u64)(words + HOT_FIRST + HOT_WORDS);
	workload->pid = fork();
	if (workload->pid < 0)
		return -errno;
	if (workload->pid == 0)
		run_child(words, workload->counts);
	munmap(words, WORDS * sizeof(*words));
	return 0;
}

bool workload_is_alive(const struct workload *workload)
{
	return waitpid(workload->pid, NULL, WNOHANG) == 0;
}

void workload_stop(struct workload *workload)
{
	workload->counts->stop = 1;
	waitpid(workload->pid, NULL, 0);
	munmap(workload->counts, sizeof(*workload->counts));
}

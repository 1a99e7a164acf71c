// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "interrupted.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>

#define PAGE_BYTES 4096u
#define DRAWN 65536u
#define TIMER_US 200

/* What the signal handler writes to: a handler has no argument for it. */
static struct bench_context *volatile captured;
static volatile sig_atomic_t captured_count;

int interrupted_open(struct interrupted_memory *memory, struct zipf *zipf)
{
	*memory = (struct interrupted_memory){ .drawn = calloc(DRAWN, sizeof(__u32)) };
	if (!memory->drawn)
		return -ENOMEM;
	memory->pages = mmap(NULL, (size_t)ZIPF_PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory->pages == MAP_FAILED) {
		free(memory->drawn);
		return -errno;
	}
	/* A huge page for every one that is touched would be all of the 4 GiB. */
	if (madvise(memory->pages, (size_t)ZIPF_PAGES * PAGE_BYTES, MADV_NOHUGEPAGE) && errno != EINVAL)
		return -errno;
	for (__u32 i = 0; i < DRAWN; i++)
		memory->drawn[i] = zipf_page(zipf);
	return 0;
}

void interrupted_close(struct interrupted_memory *memory)
{
	munmap(memory->pages, (size_t)ZIPF_PAGES * PAGE_BYTES);
	free(memory->drawn);
}

static void capture(int signal, siginfo_t *information, void *context)
{
	const greg_t *from = ((const ucontext_t *)context)->uc_mcontext.gregs;

	(void)signal;
	(void)information;
	if ((__u32)captured_count >= BENCH_CONTEXTS)
		return;
	captured[captured_count] = (struct bench_context){
		.r15 = (__u64)from[REG_R15], .r14 = (__u64)from[REG_R14], .r13 = (__u64)from[REG_R13],
		.r12 = (__u64)from[REG_R12], .bp = (__u64)from[REG_RBP], .bx = (__u64)from[REG_RBX],
		.r11 = (__u64)from[REG_R11], .r10 = (__u64)from[REG_R10], .r9 = (__u64)from[REG_R9],
		.r8 = (__u64)from[REG_R8], .ax = (__u64)from[REG_RAX], .cx = (__u64)from[REG_RCX],
		.dx = (__u64)from[REG_RDX], .si = (__u64)from[REG_RSI], .di = (__u64)from[REG_RDI],
		.ip = (__u64)from[REG_RIP], .cs = (__u64)from[REG_CSGSFS] & 0xffff, .flags = (__u64)from[REG_EFL],
		.sp = (__u64)from[REG_RSP],
	};
	captured_count = captured_count + 1;
}

/* Loads and stores in turn, as the hot-set example does. */
static __attribute__((noinline)) __u64 access_pages(const struct interrupted_memory *memory)
{
	const __u32 *drawn = memory->drawn;
	char *pages = memory->pages;
	__u64 sum = 0;

	for (__u32 i = 0; i < DRAWN; i += 2) {
		sum += *(__u64 *)(pages + (size_t)drawn[i] * PAGE_BYTES);
		*(__u64 *)(pages + (size_t)drawn[i + 1] * PAGE_BYTES) = i;
	}
	return sum;
}

int interrupted_capture(const struct interrupted_memory *memory, struct bench_context *contexts)
{
	const struct itimerval often = { .it_interval.tv_usec = TIMER_US, .it_value.tv_usec = TIMER_US };
	const struct itimerval never = { .it_value.tv_usec = 0 };
	struct sigaction action = { .sa_sigaction = capture, .sa_flags = SA_SIGINFO | SA_RESTART }, before;
	volatile __u64 sum = access_pages(memory);	/* first touched now, so that no page fault is interrupted */

	captured = contexts;
	captured_count = 0;
	if (sigaction(SIGALRM, &action, &before) || setitimer(ITIMER_REAL, &often, NULL))
		return -errno;
	while ((__u32)captured_count < BENCH_CONTEXTS)
		sum = sum + access_pages(memory);
	return setitimer(ITIMER_REAL, &never, NULL) || sigaction(SIGALRM, &before, NULL) ? -errno : 0;
}

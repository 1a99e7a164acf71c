// SPDX-License-Identifier: Apache-2.0
/* The draw: of the accesses that a walk passes, each is as likely to be the sample. */
#include <math.h>
#include <stdlib.h>

#include "tap.h"

#define X86_READ_USER(to, bytes, address) ((void)(to), -1)
#define X86_SEGMENT_BASE(segment) 0
#include "x86_look_back.bpf.h"

#define WALKS 1000000
#define MOST_ACCESSES 64u

/* Hoeffding's bound for a false alarm in less than one run of 10^12, for each of 64 shares. */
static double bound(void)
{
	return sqrt(log(2e12 * MOST_ACCESSES) / (2.0 * WALKS));
}

/* Passes so many accesses, at addresses 0, 1, 2 ..., and says which was chosen. */
static u64 draw(u32 accesses)
{
	static struct x86_walk walk;

	x86_begin(&walk, 0, (u32)random() * 2u ^ (u32)random(), accesses);
	for (u32 i = 0; i < accesses; i++) {
		walk.address = i;
		walk.in.access = X86_LOAD;
		x86_pass(&walk, i);
	}
	return walk.chosen.address;
}

static void check_shares(u32 accesses)
{
	u32 drawn[MOST_ACCESSES] = { 0 };
	double worst = 0;

	for (int i = 0; i < WALKS; i++)
		drawn[draw(accesses)]++;
	for (u32 i = 0; i < accesses; i++)
		worst = fmax(worst, fabs((double)drawn[i] / WALKS - 1.0 / accesses));
	tap_check(worst <= bound(), "of %u accesses each is drawn with %.4f, off by %.4f at most, bound %.4f", accesses,
		  1.0 / accesses, worst, bound());
}

static void check_unknown(void)
{
	static struct x86_walk walk;

	x86_begin(&walk, 0, 1, 2);
	walk.address = X86_NO_ADDRESS;
	for (u32 i = 0; i < 5; i++)
		x86_pass(&walk, i);
	tap_check(walk.accesses == 0 && walk.unknown_accesses == 5, "unknown addresses are not drawn: %u of %u",
		  walk.accesses, walk.unknown_accesses);
	walk.address = 7;
	tap_check(!x86_pass(&walk, 5) && x86_pass(&walk, 6), "a walk has enough at its second access of two");
}

int main(void)
{
	check_shares(1);
	check_shares(2);
	check_shares(7);
	check_shares(16);
	check_shares(MOST_ACCESSES);
	check_unknown();
	return tap_done();
}

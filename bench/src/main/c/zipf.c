// SPDX-License-Identifier: Apache-2.0
#include "zipf.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

int zipf_open(struct zipf *zipf)
{
	double sum = 0;

	*zipf = (struct zipf){ .shares = malloc(ZIPF_PAGES * sizeof(double)), .random = 88172645463325252ULL };
	if (!zipf->shares)
		return -ENOMEM;
	for (__u32 rank = 0; rank < ZIPF_PAGES; rank++)
		zipf->shares[rank] = sum += pow(rank + 1.0, -ZIPF_EXPONENT);
	for (__u32 rank = 0; rank < ZIPF_PAGES; rank++)
		zipf->shares[rank] /= sum;
	return 0;
}

void zipf_close(struct zipf *zipf)
{
	free(zipf->shares);
	zipf->shares = NULL;
}

/* Marsaglia's xorshift, as a number from 0 to below 1. */
static double draw(struct zipf *zipf)
{
	zipf->random ^= zipf->random << 13;
	zipf->random ^= zipf->random >> 7;
	zipf->random ^= zipf->random << 17;
	return (double)(zipf->random >> 11) / 9007199254740992.0;
}

__u32 zipf_page(struct zipf *zipf)
{
	__u32 low = 0, high = ZIPF_PAGES - 1, middle;
	double share = draw(zipf);

	while (low < high) {
		middle = low + (high - low) / 2;
		if (zipf->shares[middle] < share)
			low = middle + 1;
		else
			high = middle;
	}
	return (low * 0x9E3779B1u) & (ZIPF_PAGES - 1);	/* an odd factor: a permutation */
}

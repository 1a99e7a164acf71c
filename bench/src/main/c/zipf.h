/* SPDX-License-Identifier: Apache-2.0 */
/* Pages drawn so that the n-th hottest comes n^-ZIPF_EXPONENT times as often as the hottest. */
#ifndef ZIPF_H
#define ZIPF_H

#include <linux/types.h>

#define ZIPF_PAGES (1u << 20)
#define ZIPF_EXPONENT 0.99

struct zipf {
	double *shares;		/* cumulative, by rank */
	__u64 random;
};

/* Returns 0 or -ENOMEM. The same draws every time. */
int zipf_open(struct zipf *zipf);
void zipf_close(struct zipf *zipf);

/* 0 to ZIPF_PAGES - 1; hot pages are scattered. */
__u32 zipf_page(struct zipf *zipf);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* From a virtual address to the page behind it. */
#ifndef IBS_PAGE_H
#define IBS_PAGE_H

#include <linux/types.h>

enum ibs_page_size { IBS_PAGE_4K, IBS_PAGE_2M, IBS_PAGE_1G };

struct ibs_page {
	u64	physical;	/* of the byte asked for */
	enum ibs_page_size size;
};

/* False when the page is not present. With interrupts off, in the context of its task. */
bool ibs_page_find(u64 address, struct ibs_page *page);

/* NUMA_NO_NODE when there is no memory at the address. */
int ibs_page_node(u64 physical);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page-table walk. Interrupts are off, which keeps the tables from being
 * freed under it (that takes an IPI or an RCU grace period): the rule by which
 * get_user_pages_fast works. Each level is read once and only the copy used.
 */
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <asm/processor.h>

#include "page.h"

static void found(struct ibs_page *page, u64 pfn, u64 address, u64 mask, enum ibs_page_size size)
{
	page->physical = pfn << PAGE_SHIFT | (address & ~mask);
	page->size = size;
}

static bool find_in_pte(pmd_t pmd, u64 address, struct ibs_page *page)
{
	pte_t pte = READ_ONCE(*pte_offset_kernel(&pmd, address));

	if (!pte_present(pte))
		return false;
	found(page, pte_pfn(pte), address, PAGE_MASK, IBS_PAGE_4K);
	return true;
}

static bool find_in_pmd(pud_t pud, u64 address, struct ibs_page *page)
{
	pmd_t pmd = READ_ONCE(*pmd_offset(&pud, address));

	if (!pmd_present(pmd))
		return false;
	if (pmd_leaf(pmd)) {
		found(page, pmd_pfn(pmd), address, PMD_MASK, IBS_PAGE_2M);
		return true;
	}
	return !pmd_bad(pmd) && find_in_pte(pmd, address, page);
}

static bool find_in_pud(p4d_t p4d, u64 address, struct ibs_page *page)
{
	pud_t pud = READ_ONCE(*pud_offset(&p4d, address));

	if (!pud_present(pud))
		return false;
	if (pud_leaf(pud)) {
		found(page, pud_pfn(pud), address, PUD_MASK, IBS_PAGE_1G);
		return true;
	}
	return !pud_bad(pud) && find_in_pmd(pud, address, page);
}

bool ibs_page_find(u64 address, struct ibs_page *page)
{
	struct mm_struct *mm = address < TASK_SIZE_MAX ? current->mm : current->active_mm;
	pgd_t pgd;
	p4d_t p4d;

	if (!mm || !__is_canonical_address(address, boot_cpu_data.x86_virt_bits))
		return false;
	pgd = READ_ONCE(*pgd_offset(mm, address));
	if (pgd_none(pgd) || pgd_bad(pgd))
		return false;
	p4d = READ_ONCE(*p4d_offset(&pgd, address));
	if (p4d_none(p4d) || p4d_bad(p4d))
		return false;
	return find_in_pud(p4d, address, page);
}

int ibs_page_node(u64 physical)
{
	unsigned long pfn = physical >> PAGE_SHIFT;

	return pfn_valid(pfn) ? page_to_nid(pfn_to_page(pfn)) : NUMA_NO_NODE;
}

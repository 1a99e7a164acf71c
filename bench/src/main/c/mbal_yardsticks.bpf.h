/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one would use without a heat table of one's own: heat in a BPF_MAP_TYPE_LRU_HASH, behind the same account();
 * and the scheme of the C prototype, a hash of pages whose value of some 800 bytes says everything about the page.
 */
#ifndef MBAL_YARDSTICKS_BPF_H
#define MBAL_YARDSTICKS_BPF_H

#include "mbal_account.bpf.h"

#define MBAL_YARDSTICK_ENTRIES 65536
#define MBAL_LRU_COUNTS 8
#define MBAL_PAGE_NODES 64
#define MBAL_PAGE_LATENCIES 128

struct mbal_lru_key {
	u64 group_id;
	u64 page;
};

struct mbal_lru_heat {
	u32 epoch;
	u32 latency;
	u32 counts[MBAL_LRU_COUNTS];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MBAL_YARDSTICK_ENTRIES);
	__type(key, struct mbal_lru_key);
	__type(value, struct mbal_lru_heat);
} mbal_lru SEC(".maps");

/* Without atomics, as in our own slots. */
static __always_inline void mbal_lru_raise(struct mbal_lru_heat *heat, u32 count, u32 amount)
{
	u64 index = count;

	mbal_hide(index);
	heat->counts[index & (MBAL_LRU_COUNTS - 1)] += amount;
}

/* As mbal_heat_add(): accesses by node, then stalls by node. */
static __always_inline void mbal_lru_raise_both(struct mbal_lru_heat *heat, const struct mbal_access *access)
{
	u32 stall = mbal_stall_mask(access), node = mbal_known_node(access->cpu_node);
	u32 stall_amount = mbal_stall_amount(access, access->latency ? bpf_get_prandom_u32() : 0) & ~stall;

	mbal_lru_raise(heat, node + (node_count & stall), mbal_access_amount(access));
	if (stall_amount)
		mbal_lru_raise(heat, node_count + node, stall_amount);
}

static __always_inline void mbal_lru_decay(struct mbal_lru_heat *heat, u32 epoch)
{
	u32 old = mbal_read_once(heat->epoch), lag = mbal_slot_lag(old, epoch), i;

	if (!lag || mbal_compare_swap(&heat->epoch, old, epoch) != old)
		return;
	for (i = 0; i < MBAL_LRU_COUNTS; i++)
		heat->counts[i] >>= lag;
}

static __always_inline bool mbal_lru_open(struct mbal_window *window, const struct mbal_access *access, u64 group_id)
{
	(void)window;
	(void)access;
	(void)group_id;
	return true;
}

static __always_inline void mbal_lru_count(const struct mbal_window *window, u32 outcome)
{
	(void)window;
	(void)outcome;
}

static __always_inline u32 mbal_lru_add(const struct mbal_window *window, const struct mbal_access *access, u64 group_id)
{
	struct mbal_lru_key key = { .group_id = group_id };
	struct mbal_lru_heat fresh = { 0 }, *heat;

	(void)window;
	key.page = mbal_heat_key(access);
	heat = bpf_map_lookup_elem(&mbal_lru, &key);
	if (heat) {
		mbal_lru_decay(heat, mbal_epoch_of(access));
		mbal_lru_raise_both(heat, access);
		return MBAL_TABLE_COUNTED;
	}
	fresh.epoch = mbal_epoch_of(access);
	mbal_lru_raise_both(&fresh, access);
	return bpf_map_update_elem(&mbal_lru, &key, &fresh, BPF_NOEXIST) ? MBAL_TABLE_RACE : MBAL_TABLE_INSERTED;
}

/* 808 bytes: who touched the page first and where, how often from each node, and its last latencies. */
struct mbal_page {
	u64 pid_tgid;
	u64 ip;
	u64 vaddr;
	u64 paddr;
	u64 count;
	u32 counts[MBAL_PAGE_NODES];
	u32 latency[MBAL_PAGE_LATENCIES];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MBAL_YARDSTICK_ENTRIES);
	__type(key, u64);
	__type(value, struct mbal_page);
} mbal_pages SEC(".maps");

/* Too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct mbal_page);
} mbal_page_drafts SEC(".maps");

static __always_inline void mbal_page_count(struct mbal_page *page, const struct mbal_access *access)
{
	u64 node = access->cpu_node, latency = page->count;

	mbal_hide(node);
	mbal_hide(latency);
	page->counts[node & (MBAL_PAGE_NODES - 1)]++;
	page->latency[latency & (MBAL_PAGE_LATENCIES - 1)] = access->latency;
	page->count++;
}

static __always_inline void mbal_page_begin(struct mbal_page *page, const struct mbal_access *access)
{
	__builtin_memset(page, 0, sizeof(*page));
	page->pid_tgid = (u64)access->tgid << 32 | access->tid;
	page->ip = access->ip;
	page->vaddr = access->vaddr;
	page->paddr = access->paddr;
}

/* One hash update for every sample (`in_place` false), or for a page's first one. Returns enum mbal_counter. */
static __always_inline u32 mbal_page_add(const struct mbal_access *access, bool in_place)
{
	u64 key = access->vaddr >> page_shift;
	struct mbal_page *page = bpf_map_lookup_elem(&mbal_pages, &key), *draft;
	u32 zero = 0;

	if (page && in_place) {
		mbal_page_count(page, access);
		return MBAL_COUNTER_RECORDED;
	}
	draft = bpf_map_lookup_elem(&mbal_page_drafts, &zero);
	if (!draft)
		return MBAL_COUNTER_DROP_NO_TABLE;
	if (page)
		__builtin_memcpy(draft, page, sizeof(*draft));
	else
		mbal_page_begin(draft, access);
	mbal_page_count(draft, access);
	return bpf_map_update_elem(&mbal_pages, &key, draft, BPF_ANY) ? MBAL_COUNTER_DROP_TABLE_FULL :
									 MBAL_COUNTER_RECORDED;
}

/* Our counterpart of what follows: is it a target's, then the page's record, without threads and recent accesses. */
static __always_inline void mbal_heat_account(const struct mbal_access *access)
{
	u32 tgid = access->tgid, outcome = MBAL_TABLE_NONE;
	struct mbal_target *target = bpf_map_lookup_elem(&mbal_targets, &tgid);
	u64 group_id = target ? target->memberships[0].group_id : 0;
	struct mbal_window window;

	if (MBAL_HEAT(open)(&window, access, group_id)) {
		outcome = MBAL_HEAT(add)(&window, access, group_id);
		MBAL_HEAT(count)(&window, outcome);
	}
	mbal_count_outcome(mbal_outcome_counter(outcome));
}

/* What either scheme does before it keeps anything. */
static __always_inline void mbal_target_account(const struct mbal_access *access)
{
	u32 tgid = access->tgid;

	mbal_count_outcome(bpf_map_lookup_elem(&mbal_targets, &tgid) ? MBAL_COUNTER_RECORDED : MBAL_COUNTER_DROP_NOT_TARGET);
}

/* The prototype's hash and nothing else of it: is the sample a target's, then one update. */
static __always_inline void mbal_page_account(const struct mbal_access *access, bool in_place)
{
	u32 tgid = access->tgid, outcome = MBAL_COUNTER_DROP_NOT_TARGET;

	if (bpf_map_lookup_elem(&mbal_targets, &tgid))
		outcome = mbal_page_add(access, in_place);
	mbal_count_outcome(outcome);
}

#define MBAL_PROTOTYPE_PIDS 8192
#define MBAL_PROTOTYPE_CPUS 1024
#define MBAL_PROTOTYPE_DEFER 8	/* hits of a page for one step of the counter that user space reads */

struct mbal_pid_shape {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MBAL_PROTOTYPE_PIDS);
	__type(key, u32);
	__type(value, u32);
};

struct mbal_pid_shape mbal_excluded SEC(".maps");
struct mbal_pid_shape mbal_included SEC(".maps");

/* CPU -> node. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MBAL_PROTOTYPE_CPUS);
	__type(key, u32);
	__type(value, u32);
} mbal_cpu_nodes SEC(".maps");

/* CPU -> room for a value that is being made. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MBAL_PROTOTYPE_CPUS);
	__type(key, u32);
	__type(value, struct mbal_page);
} mbal_cpu_pages SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} mbal_samples SEC(".maps");

__u64 mbal_prototype_ready = 0, mbal_prototype_samples = 0;

/* Asked by three look-ups: is it left out, are all wanted, is it wanted. */
static __always_inline bool mbal_prototype_wants(u32 tgid)
{
	u32 every = ~0u;

	if (bpf_map_lookup_elem(&mbal_excluded, &tgid))
		return false;
	return bpf_map_lookup_elem(&mbal_included, &every) || bpf_map_lookup_elem(&mbal_included, &tgid);
}

static __always_inline void mbal_prototype_count_node(struct mbal_page *page, u32 cpu)
{
	u32 *found = bpf_map_lookup_elem(&mbal_cpu_nodes, &cpu);
	u64 node = found ? *found : 0;

	mbal_hide(node);
	if (found)
		page->counts[node & (MBAL_PAGE_NODES - 1)]++;
}

static __always_inline void mbal_prototype_count_sample(void)
{
	u32 zero = 0;
	u64 samples;

	__sync_fetch_and_add(&mbal_prototype_samples, MBAL_PROTOTYPE_DEFER);
	samples = mbal_read_once(mbal_prototype_samples);
	bpf_map_update_elem(&mbal_samples, &zero, &samples, BPF_ANY);
}

/*
 * All that the prototype does for a data sample of a process of its list once the hardware's record is read, in its default
 * settings: no latencies. It counts in place, but makes a whole new value for each sample before it looks for the page.
 */
static __always_inline u32 mbal_prototype_account(const struct mbal_access *access)
{
	u64 key = access->vaddr >> page_shift;
	u32 cpu = bpf_get_smp_processor_id();
	struct mbal_page *draft, *page;

	mbal_compare_swap(&mbal_prototype_ready, 0, 1);
	if (!mbal_prototype_wants(access->tgid))
		return MBAL_COUNTER_DROP_NOT_TARGET;
	draft = bpf_map_lookup_elem(&mbal_cpu_pages, &cpu);
	if (!draft)
		return MBAL_COUNTER_DROP_NO_TABLE;
	mbal_page_begin(draft, access);
	page = bpf_map_lookup_elem(&mbal_pages, &key);
	if (!page) {
		mbal_prototype_count_node(draft, cpu);
		draft->count = 1;
		return bpf_map_update_elem(&mbal_pages, &key, draft, BPF_NOEXIST) ? MBAL_COUNTER_DROP_TABLE_FULL :
										    MBAL_COUNTER_RECORDED;
	}
	mbal_prototype_count_node(page, cpu);
	__sync_fetch_and_add(&page->count, 1);
	if (mbal_read_once(page->count) % MBAL_PROTOTYPE_DEFER == 0)
		mbal_prototype_count_sample();
	return MBAL_COUNTER_RECORDED;
}

#endif

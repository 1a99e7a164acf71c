// SPDX-License-Identifier: Apache-2.0
/* Replacement: a table much smaller than the number of pages keeps the hottest, also when they change. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sampler.h"
#include "tap.h"

#define GROUP 9u
#define TGID 4000001u
#define PAGES (1u << 20)
#define FIRST_PAGE 0x7f0000000ULL
#define SAMPLES (1u << 22)
#define TOP 1000u
#define EPOCH_SHIFT 20u
#define SKEW 0.99

/* xorshift64*: the same stream in every run. */
static __u64 random_state = 88172645463325252ULL;

static double next_uniform(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (double)(random_state * 2685821657736338717ULL >> 11) * 0x1p-53;
}

/* Zipf by Gray's approximate inverse, as YCSB has it. */
struct zipf {
	double zeta, alpha, eta;
};

static struct zipf zipf_of(__u32 n)
{
	struct zipf zipf = { .alpha = 1 / (1 - SKEW) };
	double zeta2 = 1 + pow(0.5, SKEW);

	for (__u32 i = 1; i <= n; i++)
		zipf.zeta += pow(1.0 / i, SKEW);
	zipf.eta = (1 - pow(2.0 / n, 1 - SKEW)) / (1 - zeta2 / zipf.zeta);
	return zipf;
}

static __u32 zipf_next(const struct zipf *zipf, __u32 n)
{
	double u = next_uniform(), uz = u * zipf->zeta;
	__u32 rank;

	if (uz < 1)
		return 0;
	if (uz < 1 + pow(0.5, SKEW))
		return 1;
	rank = (__u32)(n * pow(zipf->eta * u - zipf->eta + 1, zipf->alpha));
	return rank < n ? rank : n - 1;
}

/* Ranks to pages: multiplication by an odd number is one to one modulo 2^20. */
static __u32 page_of(__u32 rank)
{
	return (__u32)(rank * 2654435761ULL) & (PAGES - 1);
}

struct stream {
	__u32 *pages;		/* SAMPLES */
	__u32 *truth;		/* accesses a page, over the part that counts */
};

static int by_truth(const void *a, const void *b, void *truth)
{
	__u32 x = ((const __u32 *)truth)[*(const __u32 *)a], y = ((const __u32 *)truth)[*(const __u32 *)b];

	return x < y ? 1 : x > y ? -1 : 0;
}

static void count_truth(struct stream *stream, __u32 from)
{
	memset(stream->truth, 0, PAGES * sizeof(__u32));
	for (__u32 i = from; i < SAMPLES; i++)
		stream->truth[stream->pages[i]]++;
}

/* Accesses of the page that is the last of the true top. */
static __u32 top_threshold(struct stream *stream)
{
	__u32 *order = malloc(PAGES * sizeof(__u32)), threshold;

	if (!order)
		abort();
	for (__u32 i = 0; i < PAGES; i++)
		order[i] = i;
	qsort_r(order, PAGES, sizeof(__u32), by_truth, stream->truth);
	threshold = stream->truth[order[TOP - 1]];
	free(order);
	return threshold;
}

static void inject_stream(struct sampler *sampler, const struct stream *stream, __u32 samples_per_epoch)
{
	for (__u32 done = 0; done < SAMPLES; done += MBAL_INJECT_BATCH) {
		for (__u32 i = 0; i < MBAL_INJECT_BATCH; i++) {
			struct mbal_access *access = &sampler->injected[i];
			__u64 epoch = samples_per_epoch ? (done + i) / samples_per_epoch : 0;

			access->vaddr = (FIRST_PAGE + stream->pages[done + i]) << MBAL_PAGE_SHIFT;
			access->time_ns = epoch << EPOCH_SHIFT;
		}
		if (sampler_run(sampler, 0, MBAL_INJECT_BATCH))
			abort();
	}
}

struct hot {
	__u32 page;
	double weight;
};

static int by_weight(const void *a, const void *b)
{
	double x = ((const struct hot *)a)->weight, y = ((const struct hot *)b)->weight;

	return x < y ? 1 : x > y ? -1 : 0;
}

static int by_page(const void *a, const void *b)
{
	__u32 x = ((const struct hot *)a)->page, y = ((const struct hot *)b)->page;

	return x < y ? -1 : x > y ? 1 : 0;
}

/* Each page once: a second slot of its window may have it too. Returns how many there are. */
static __u32 join_slots(struct hot *hot, __u32 slots)
{
	__u32 n = 0;

	qsort(hot, slots, sizeof(*hot), by_page);
	for (__u32 i = 0; i < slots; i++) {
		if (n && hot[n - 1].page == hot[i].page)
			hot[n - 1].weight += hot[i].weight;
		else
			hot[n++] = hot[i];
	}
	return n;
}

/* The table's pages, the hottest first, scaled and summed up as a reader does. */
static __u32 read_hot(const struct table *heat, __u32 epoch, struct hot *hot)
{
	__u32 n = 0;

	for (__u32 i = 0; i < heat->slot_count; i++) {
		const struct mbal_slot *slot = table_slot(heat, i);

		if (slot->key == MBAL_KEY_EMPTY)
			continue;
		hot[n].page = (__u32)(slot->key - FIRST_PAGE);
		hot[n++].weight = ldexp(slot_weight(heat, slot), -(int)(epoch - slot->epoch));
	}
	n = join_slots(hot, n);
	qsort(hot, n, sizeof(*hot), by_weight);
	return n;
}

/* Share of the table's first TOP pages that are of the true top; ties with its last page count. */
static double top_share(const struct table *heat, struct stream *stream, __u32 epoch)
{
	struct hot *hot = calloc(heat->slot_count, sizeof(*hot));
	__u32 threshold = top_threshold(stream), found = 0, n;

	if (!hot)
		abort();
	n = read_hot(heat, epoch, hot);
	for (__u32 i = 0; i < TOP && i < n; i++)
		found += stream->truth[hot[i].page] >= threshold;
	free(hot);
	return (double)found / TOP;
}

static void check_stream(struct sampler *sampler, struct stream *stream, __u32 slots, __u32 samples_per_epoch,
			 double least, const char *what)
{
	struct counters before = sampler_counters(sampler), added;
	struct group group;
	double share;

	if (group_open(sampler, &group, GROUP, TGID, slots))
		abort();
	inject_stream(sampler, stream, samples_per_epoch);
	added = counters_since(sampler, &before);
	share = top_share(&group.heat, stream, samples_per_epoch ? (SAMPLES - 1) / samples_per_epoch : 0);
	check_sum(&added, SAMPLES, what);
	tap_check(share >= least, "%s, %u slots: %.1f %% of the true top %u, at least %.1f %%", what, slots,
		  100 * share, TOP, 100 * least);
	group_close(sampler, &group);
}

/* From the middle of the stream on, other pages are hot. */
static void change_hot_set(struct stream *stream)
{
	for (__u32 i = SAMPLES / 2; i < SAMPLES; i++)
		stream->pages[i] = (stream->pages[i] * 7919u + 12345u) & (PAGES - 1);
}

static void make_stream(struct stream *stream)
{
	struct zipf zipf = zipf_of(PAGES);

	stream->pages = malloc(SAMPLES * sizeof(__u32));
	stream->truth = malloc(PAGES * sizeof(__u32));
	if (!stream->pages || !stream->truth)
		abort();
	for (__u32 i = 0; i < SAMPLES; i++)
		stream->pages[i] = page_of(zipf_next(&zipf, PAGES));
}

static void fill_injected(struct sampler *sampler)
{
	for (__u32 i = 0; i < MBAL_INJECT_BATCH; i++) {
		sampler->injected[i] = (struct mbal_access){
			.tgid = TGID,
			.tid = TGID,
			.memory_node = MBAL_NODE_UNKNOWN,
			.flags = MBAL_ACCESS_LOAD,
			.source = MBAL_SOURCE_REPLAY,
		};
	}
}

int main(void)
{
	struct sampler_knobs knobs = { .node_count = 4, .epoch_shift = EPOCH_SHIFT };
	struct sampler sampler;
	struct stream stream;

	if (!sampler_possible())
		return tap_done();
	if (!tap_check(!sampler_open(&sampler, &knobs), "opens"))
		return tap_done();
	make_stream(&stream);
	fill_injected(&sampler);
	count_truth(&stream, 0);
	check_stream(&sampler, &stream, 65536, 0, 0.99, "steady");
	check_stream(&sampler, &stream, 4096, 0, 0.975, "steady");
	change_hot_set(&stream);
	count_truth(&stream, SAMPLES / 2);
	check_stream(&sampler, &stream, 65536, SAMPLES / 16, 0.93, "hot set changed, with decay");
	free(stream.pages);
	free(stream.truth);
	sampler_close(&sampler);
	return tap_done();
}

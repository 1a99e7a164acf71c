// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "move.h"

#include <errno.h>
#include <linux/mempolicy.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The pages of one request, as move_pages(2) takes them. */
struct batch {
	unsigned long count;
	void **pages;
	int *nodes;
	int *statuses;	/* of the move: node or -errno */
	int *places;	/* afterwards: node or -errno */
};

static void batch_close(struct batch *batch)
{
	free(batch->pages);
	free(batch->nodes);
	free(batch->statuses);
	free(batch->places);
}

static int batch_open(struct batch *batch, const struct mbal_move_request *request)
{
	unsigned long count = 0;

	for (unsigned int i = 0; i < request->range_count; i++)
		count += (request->ranges[i].end - request->ranges[i].start) >> MBAL_PAGE_SHIFT;
	*batch = (struct batch){
		.pages = calloc(count, sizeof(*batch->pages)),
		.nodes = calloc(count, sizeof(*batch->nodes)),
		.statuses = calloc(count, sizeof(*batch->statuses)),
		.places = calloc(count, sizeof(*batch->places)),
	};
	if (batch->pages && batch->nodes && batch->statuses && batch->places)
		return 0;
	batch_close(batch);
	return -ENOMEM;
}

static void batch_fill(struct batch *batch, const struct mbal_move_request *request)
{
	for (unsigned int i = 0; i < request->range_count; i++) {
		for (uint64_t at = request->ranges[i].start; at < request->ranges[i].end; at += UINT64_C(1) << MBAL_PAGE_SHIFT) {
			batch->pages[batch->count] = (void *)(uintptr_t)at;
			batch->nodes[batch->count] = (int)request->node;
			/* The kernel leaves those alone that it did not come to. */
			batch->statuses[batch->count++] = -EAGAIN;
		}
	}
}

/*
 * With MPOL_MF_MOVE_ALL also those that are mapped more than once, which needs CAP_SYS_NICE. A positive result says how
 * many were not moved. A huge page answers EBUSY for all but one of its pages although it moved, so the places count.
 */
static int batch_move(struct batch *batch, pid_t tgid, int flags)
{
	if (syscall(SYS_move_pages, tgid, batch->count, batch->pages, batch->nodes, batch->statuses, flags) < 0)
		return -errno;
	if (syscall(SYS_move_pages, tgid, batch->count, batch->pages, NULL, batch->places, 0) < 0)
		return -errno;
	return 0;
}

/* More kinds of errors than there is room for are counted with the last one. */
static void count_error(struct mbal_move_reply *reply, int err)
{
	unsigned int i = 0;

	while (i < reply->error_count && reply->errors[i].value != (__u32)err)
		i++;
	if (i == MBAL_WIRE_ERRNOS)
		i--;
	if (i == reply->error_count) {
		reply->error_count++;
		reply->errors[i].value = (__u32)err;
	}
	reply->errors[i].pages++;
}

/* Why a page is not on the node. */
static int error_of(const struct batch *batch, unsigned long i)
{
	if (batch->places[i] < 0)
		return -batch->places[i];
	return batch->statuses[i] < 0 ? -batch->statuses[i] : EBUSY;
}

static void count_batch(struct mbal_move_reply *reply, const struct batch *batch)
{
	reply->asked = batch->count;
	for (unsigned long i = 0; i < batch->count; i++) {
		if (batch->places[i] == batch->nodes[i])
			reply->moved++;
		else
			count_error(reply, error_of(batch, i));
	}
}

struct mbal_move_reply move_pages_of(const struct target *target, const struct mbal_move_request *request, bool shared_too)
{
	struct mbal_move_reply reply = { .magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = MBAL_REQUEST_MOVE };
	struct batch batch;

	reply.error = batch_open(&batch, request);
	if (reply.error)
		return reply;
	batch_fill(&batch, request);
	reply.error = batch_move(&batch, target->tgid, shared_too ? MPOL_MF_MOVE_ALL : MPOL_MF_MOVE);
	if (!reply.error && !process_is_alive(target->pidfd))
		reply.error = -ESRCH; /* whose pages these were cannot be told any more */
	if (!reply.error)
		count_batch(&reply, &batch);
	batch_close(&batch);
	return reply;
}

// SPDX-License-Identifier: Apache-2.0
#include "memory_blocks.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mbal_abi.h"
#include "sysfs.h"

#define NODES "devices/system/node"
#define MEMORY "devices/system/memory"
#define BLOCK_SIZE MEMORY "/block_size_bytes"
#define LEAST_SHIFT 24u	/* x86 has 128 MiB at least, arm64 has 64 MiB */
#define MOST_SHIFT 40u
#define USUAL_SHIFT 27u
/* Room for memory that is plugged later, and for windows of CXL memory far above the rest: half a MiB of map at 128 MiB. */
#define ROOM_BYTES (UINT64_C(64) << 40)
#define LOOKS_MAX 60u
#define BLOCK_SHARED 0xffu	/* while reading: more than one node has it */

/* Called for each block of each node. */
struct visitor {
	void (*visit)(struct visitor *visitor, unsigned int node, unsigned int block);
	struct memory_blocks *blocks;
	unsigned int highest;
};

/* Whether a name is PREFIX and a number. */
static bool parse_name(const char *name, const char *prefix, unsigned int *number)
{
	size_t length = strlen(prefix);
	unsigned long value;
	char *end;

	if (strncmp(name, prefix, length) || name[length] < '0' || name[length] > '9')
		return false;
	value = strtoul(name + length, &end, 10);
	*number = (unsigned int)value;
	return !*end && value < UINT_MAX;
}

static int visit_node(struct visitor *visitor, const char *folder, unsigned int node)
{
	char path[PATH_MAX];
	struct dirent *entry;
	unsigned int block;
	DIR *stream;

	if (snprintf(path, sizeof(path), "%s/node%u", folder, node) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	stream = opendir(path);
	if (!stream)
		return errno == ENOENT ? 0 : -errno; /* a node that went offline just now */
	while ((entry = readdir(stream)))
		if (parse_name(entry->d_name, "memory", &block))
			visitor->visit(visitor, node, block);
	closedir(stream);
	return 0;
}

static int visit_all(struct visitor *visitor, const char *sysfs_root)
{
	char folder[PATH_MAX];
	struct dirent *entry;
	unsigned int node;
	DIR *stream;
	int err = 0;

	if (snprintf(folder, sizeof(folder), "%s/" NODES, sysfs_root) >= (int)sizeof(folder))
		return -ENAMETOOLONG;
	stream = opendir(folder);
	if (!stream)
		return -errno;
	while (!err && (entry = readdir(stream)))
		if (parse_name(entry->d_name, "node", &node) && node < MBAL_MAX_NODES)
			err = visit_node(visitor, folder, node);
	closedir(stream);
	return err;
}

static void note_highest(struct visitor *visitor, unsigned int node, unsigned int block)
{
	(void)node;
	if (block > visitor->highest)
		visitor->highest = block;
}

static void note_node(struct visitor *visitor, unsigned int node, unsigned int block)
{
	struct memory_blocks *blocks = visitor->blocks;
	unsigned int shift = 8 * (block % MBAL_BLOCKS_PER_WORD);
	uint64_t *word = &blocks->words[block / MBAL_BLOCKS_PER_WORD], byte = MBAL_BLOCK_OF_NODE(node);

	if (block / MBAL_BLOCKS_PER_WORD >= blocks->word_count) {
		blocks->beyond++;
		return;
	}
	if ((*word >> shift & 0xff) != MBAL_BLOCK_UNKNOWN)
		byte = BLOCK_SHARED;
	*word = (*word & ~(UINT64_C(0xff) << shift)) | byte << shift;
}

/* Which of its nodes an address in it belongs to cannot be said. */
static void forget_shared(struct memory_blocks *blocks)
{
	for (unsigned int i = 0; i < blocks->word_count; i++)
		for (unsigned int shift = 0; shift < 64; shift += 8)
			if ((blocks->words[i] >> shift & 0xff) == BLOCK_SHARED)
				blocks->words[i] &= ~(UINT64_C(0xff) << shift);
}

/* Hexadecimal, without 0x. */
static int read_shift(const char *sysfs_root, unsigned int *shift)
{
	char text[32], *end;
	unsigned long long bytes;
	int err = sysfs_read(sysfs_root, BLOCK_SIZE, text, sizeof(text));

	if (err)
		return err;
	bytes = strtoull(text, &end, 16);
	if (end == text || *end || !bytes || bytes & (bytes - 1))
		return -EPROTO;
	*shift = (unsigned int)__builtin_ctzll(bytes);
	return *shift < LEAST_SHIFT || *shift > MOST_SHIFT ? -EPROTO : 0;
}

static unsigned long count_links(const struct memory_blocks *blocks)
{
	char path[PATH_MAX];
	struct stat status;

	if (snprintf(path, sizeof(path), "%s/" MEMORY, blocks->sysfs_root) >= (int)sizeof(path) || stat(path, &status))
		return 0;
	return status.st_nlink;
}

static int make_room(struct memory_blocks *blocks, uint64_t highest)
{
	uint64_t room = ROOM_BYTES >> blocks->shift, twice = 2 * (highest + 1);

	blocks->word_count = (unsigned int)(((room > twice ? room : twice) + MBAL_BLOCKS_PER_WORD - 1) / MBAL_BLOCKS_PER_WORD);
	blocks->words = calloc(blocks->word_count, sizeof(*blocks->words));
	return blocks->words ? 0 : -ENOMEM;
}

int memory_blocks_read(struct memory_blocks *blocks)
{
	struct visitor visitor = { .visit = note_node, .blocks = blocks };
	unsigned long links = count_links(blocks);
	uint64_t *before = blocks->words;
	int err;

	blocks->words = calloc(blocks->word_count, sizeof(*blocks->words));
	blocks->beyond = 0;
	err = blocks->words ? visit_all(&visitor, blocks->sysfs_root) : -ENOMEM;
	if (err) {
		free(blocks->words);
		blocks->words = before;
		return err;
	}
	forget_shared(blocks);
	free(before);
	blocks->links = links;
	blocks->looks = 0;
	return 0;
}

/* A file system that counts no links of folders says 1. */
bool memory_blocks_may_have_changed(struct memory_blocks *blocks)
{
	unsigned long links = count_links(blocks);

	if (!blocks->links)
		return false;	/* there were no blocks to begin with */
	return ++blocks->looks >= LOOKS_MAX || links < 2 || links != blocks->links;
}

static int open_one_node(struct memory_blocks *blocks)
{
	int err;

	free(blocks->words);
	blocks->shift = USUAL_SHIFT;
	err = make_room(blocks, 0);
	for (unsigned int i = 0; !err && i < blocks->word_count; i++)
		blocks->words[i] = UINT64_C(0x0101010101010101) * MBAL_BLOCK_OF_NODE(0);
	return err;
}

static int open_blocks(struct memory_blocks *blocks, const char **file)
{
	struct visitor visitor = { .visit = note_highest };
	int err = read_shift(blocks->sysfs_root, &blocks->shift);

	*file = BLOCK_SIZE;
	if (err)
		return err;
	*file = NODES;
	err = visit_all(&visitor, blocks->sysfs_root);
	if (!err)
		err = make_room(blocks, visitor.highest);
	return err ? err : memory_blocks_read(blocks);
}

int memory_blocks_open(struct memory_blocks *blocks, const char *sysfs_root, unsigned int node_count, struct reason *reason)
{
	const char *file = "";
	int err;

	*blocks = (struct memory_blocks){ .sysfs_root = sysfs_root };
	err = open_blocks(blocks, &file);
	if (err == -ENOENT && node_count == 1)
		err = open_one_node(blocks);
	if (!err)
		return 0;
	memory_blocks_close(blocks);
	return reason_set(reason, err, "the nodes of physical addresses are not known: %s/%s cannot be read: %s", sysfs_root, file,
			  errno_name(err));
}

void memory_blocks_close(struct memory_blocks *blocks)
{
	free(blocks->words);
	*blocks = (struct memory_blocks){ 0 };
}

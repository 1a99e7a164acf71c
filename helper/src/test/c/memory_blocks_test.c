// SPDX-License-Identifier: Apache-2.0
#include "memory_blocks.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

#define MEMORY "devices/system/memory/"
#define NODE "devices/system/node/"

static void make_machine(char root[256], const char *name, const char *block_size)
{
	snprintf(root, 256, "%s/%s", tap_folder(), name);
	if (block_size)
		tap_write(root, MEMORY "block_size_bytes", block_size);
}

/* In sysfs it is a folder, to which the node has a link. */
static void add_block(const char *root, unsigned int node, unsigned int block)
{
	char path[128];

	snprintf(path, sizeof(path), MEMORY "memory%u/state", block);
	tap_write(root, path, "online\n");
	snprintf(path, sizeof(path), NODE "node%u/memory%u", node, block);
	tap_write(root, path, "");
}

static void remove_block(const char *root, unsigned int node, unsigned int block)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/" MEMORY "memory%u/state", root, block);
	REQUIRE(!unlink(path));
	snprintf(path, sizeof(path), "%s/" MEMORY "memory%u", root, block);
	REQUIRE(!rmdir(path));
	snprintf(path, sizeof(path), "%s/" NODE "node%u/memory%u", root, node, block);
	REQUIRE(!unlink(path));
}

/* The node as BPF would find it; -1: unknown. */
static int node_of(const struct memory_blocks *blocks, uint64_t physical_address)
{
	uint64_t block = physical_address >> blocks->shift, byte;

	REQUIRE(block / MBAL_BLOCKS_PER_WORD < blocks->word_count);
	byte = blocks->words[block / MBAL_BLOCKS_PER_WORD] >> 8 * (block % MBAL_BLOCKS_PER_WORD) & 0xff;
	return byte == MBAL_BLOCK_UNKNOWN ? -1 : (int)MBAL_BLOCK_NODE(byte);
}

#define GIB (UINT64_C(1) << 30)

/* Nodes that take turns, a hole, and a block of two nodes: what zoneinfo's start_pfn could not say. */
static void finds_nodes(void)
{
	struct memory_blocks blocks;
	struct reason reason;
	char root[256];

	make_machine(root, "three", "8000000\n");
	for (unsigned int block = 0; block < 8; block++)
		add_block(root, block % 2, block);
	add_block(root, 2, 40);
	add_block(root, 0, 41);
	add_block(root, 2, 41);
	tap_write(root, NODE "node0/meminfo", "\n");
	tap_write(root, NODE "node0/memory_side_cache", "\n");
	tap_write(root, NODE "online", "0-2\n");
	CHECK_EQUAL(memory_blocks_open(&blocks, root, 3, &reason), 0, "three nodes");
	CHECK_EQUAL(blocks.shift, 27, "in blocks of 128 MiB");
	CHECK_EQUAL(blocks.word_count, (uint64_t)64 * 1024 * GIB / (128 << 20) / 8, "with room for 64 TiB");
	CHECK_EQUAL(node_of(&blocks, 0), 0, "the first block");
	CHECK_EQUAL(node_of(&blocks, (128 << 20) - 1), 0, "to its last byte");
	CHECK_EQUAL(node_of(&blocks, 128 << 20), 1, "the second");
	CHECK_EQUAL(node_of(&blocks, GIB - 1), 1, "the eighth");
	CHECK_EQUAL(node_of(&blocks, GIB), -1, "a hole");
	CHECK_EQUAL(node_of(&blocks, 5 * GIB), 2, "behind it");
	CHECK_EQUAL(node_of(&blocks, 5 * GIB + (128 << 20)), -1, "a block that two nodes share");
	CHECK_EQUAL(node_of(&blocks, 63 * 1024 * GIB), -1, "where nothing is yet");
	memory_blocks_close(&blocks);
}

static bool counts_links(const char *root)
{
	char path[512];
	struct stat status;

	snprintf(path, sizeof(path), "%s/" MEMORY, root);
	return !stat(path, &status) && status.st_nlink > 1;
}

static void follows_plugging(void)
{
	struct memory_blocks blocks;
	struct reason reason;
	char root[256];

	make_machine(root, "plug", "8000000\n");
	add_block(root, 0, 0);
	add_block(root, 1, 9);
	CHECK_EQUAL(memory_blocks_open(&blocks, root, 2, &reason), 0, "two nodes");
	if (counts_links(root))
		CHECK(!memory_blocks_may_have_changed(&blocks), "nothing was plugged");
	add_block(root, 1, 800);
	CHECK(memory_blocks_may_have_changed(&blocks), "a block was plugged");
	CHECK_EQUAL(memory_blocks_read(&blocks), 0, "and is read");
	CHECK_EQUAL(node_of(&blocks, UINT64_C(800) << 27), 1, "its node is known");
	CHECK_EQUAL(node_of(&blocks, UINT64_C(9) << 27), 1, "and the others' as before");
	remove_block(root, 1, 9);
	CHECK(memory_blocks_may_have_changed(&blocks), "a block was unplugged");
	CHECK_EQUAL(memory_blocks_read(&blocks), 0, "all is read again");
	CHECK_EQUAL(node_of(&blocks, UINT64_C(9) << 27), -1, "its node is forgotten");
	for (int i = 0; i < 59; i++)
		(void)memory_blocks_may_have_changed(&blocks);
	CHECK(memory_blocks_may_have_changed(&blocks), "once in sixty looks all is read anyway");
	add_block(root, 1, 600000);
	CHECK_EQUAL(memory_blocks_read(&blocks), 0, "a block far beyond");
	CHECK_EQUAL(blocks.beyond, 1, "is counted");
	memory_blocks_close(&blocks);
}

static void says_what_it_cannot_read(void)
{
	struct memory_blocks blocks;
	struct reason reason;
	char root[256];

	make_machine(root, "none", NULL);
	CHECK_EQUAL(memory_blocks_open(&blocks, root, 1, &reason), 0, "no blocks on a machine of one node");
	CHECK_EQUAL(node_of(&blocks, 77 * GIB), 0, "is all node 0");
	CHECK(!memory_blocks_may_have_changed(&blocks), "and stays so");
	memory_blocks_close(&blocks);
	CHECK_EQUAL(memory_blocks_open(&blocks, root, 2, &reason), -ENOENT, "on two nodes they are missed");
	CHECK_CONTAINS(reason.text, "the nodes of physical addresses are not known: ", "which is said");
	CHECK_CONTAINS(reason.text, "/none/devices/system/memory/block_size_bytes cannot be read: ENOENT", "with the file");
	make_machine(root, "odd", "8000001\n");
	CHECK_EQUAL(memory_blocks_open(&blocks, root, 1, &reason), -EPROTO, "a size that is no power of two");
	make_machine(root, "word", "big\n");
	CHECK_EQUAL(memory_blocks_open(&blocks, root, 1, &reason), -EPROTO, "or no number");
}

static void reads_this_machine(void)
{
	struct memory_blocks blocks;
	struct reason reason;
	int err = memory_blocks_open(&blocks, "/sys", 1, &reason);

	CHECK(!err, "this machine: %s", err ? reason.text : "is read");
	if (err)
		return;
	CHECK(!memory_blocks_may_have_changed(&blocks), "and does not change while we look");
	memory_blocks_close(&blocks);
}

int main(void)
{
	finds_nodes();
	follows_plugging();
	says_what_it_cannot_read();
	reads_this_machine();
	return tap_end();
}

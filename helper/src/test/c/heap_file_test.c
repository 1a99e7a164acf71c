// SPDX-License-Identifier: Apache-2.0
/* Which pages may be moved although they are mapped twice, told from real mappings of this process. */
#define _GNU_SOURCE
#include "heap_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tap.h"

#define PAGE_BYTES 4096u

static struct target self;

static char *map(int fd, unsigned int pages, int flags)
{
	char *start = mmap(NULL, pages * PAGE_BYTES, PROT_READ | PROT_WRITE, flags, fd, 0);

	REQUIRE(start != MAP_FAILED);
	return start;
}

static int make(const char *name, unsigned int pages)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	REQUIRE(fd >= 0 && !ftruncate(fd, (off_t)(pages * PAGE_BYTES)));
	return fd;
}

static struct mbal_address_range range(const char *start, unsigned int first_page, unsigned int end_page)
{
	__u64 address = (__u64)(uintptr_t)start;

	return (struct mbal_address_range){ address + first_page * PAGE_BYTES, address + end_page * PAGE_BYTES };
}

static bool has(struct mbal_address_range range)
{
	struct mbal_move_request request = { .range_count = 1, .ranges = { range } };

	int has = heap_file_has(&self, &request);

	REQUIRE(has >= 0);
	return has;
}

static void knows_a_heap(void)
{
	enum { PAGES = 7 };
	int fd = make("java_heap", PAGES);
	char *view = map(fd, PAGES, MAP_SHARED), *other = map(fd, PAGES, MAP_SHARED);
	struct mbal_move_request request = { .range_count = 2, .ranges = { range(other, 0, PAGES), range(view, 2, 3) } };

	CHECK(has(range(view, 0, PAGES)) && has(range(other, 3, 5)), "pages of a heap, in whatever view");
	CHECK_EQUAL(heap_file_has(&self, &request), 1, "several ranges, in any order");
	REQUIRE(!mprotect(view + 3 * PAGE_BYTES, PAGE_BYTES, PROT_READ));
	CHECK(has(range(view, 0, PAGES)), "also where the kernel has several mappings for them");
	request.ranges[1] = range((char *)&self - (uintptr_t)&self % PAGE_BYTES, 0, 1);
	CHECK_EQUAL(heap_file_has(&self, &request), 0, "not if one range is of something else");
	REQUIRE(!munmap(view + 5 * PAGE_BYTES, PAGE_BYTES));
	CHECK(!has(range(view, 0, PAGES)) && has(range(view, 6, 7)), "not if a page is missing in between");
	REQUIRE(!munmap(other, PAGES * PAGE_BYTES));
	CHECK(!has(range(view, 4, 6)), "or at the end");
	close(fd);
}

static void knows_what_is_none(void)
{
	int heap = make("java_heap", 1), other = make("java_heap2", 1);

	CHECK(!has(range(map(other, 1, MAP_SHARED), 0, 1)), "a memory file of another name, as one that a program shares with others");
	CHECK(!has(range(map(heap, 1, MAP_PRIVATE), 0, 1)), "a private mapping of such a file");
	CHECK(!has(range(map(-1, 1, MAP_SHARED | MAP_ANONYMOUS), 0, 1)), "shared memory without a name");
	CHECK(!has(range((char *)((uintptr_t)&write & -(uintptr_t)PAGE_BYTES), 0, 1)), "the C library");
	close(heap);
	close(other);
}

/*
 * A file whose path ends, behind many blanks, in what looks like a line of a heap that covers all there is: where a reader
 * with a buffer of some usual size would cut it, the rest reads as such a line.
 */
static bool is_fooled_with(unsigned int buffer_bytes)
{
	enum { BLANKS = 150, LINE_HEAD = 73 };	/* columns before the path */
	static const char tail[] = "0-7ffffffff000 rw-s 00000000 00:01 1 ";
	unsigned int length, wanted = buffer_bytes - LINE_HEAD - BLANKS / 2;
	char path[PATH_MAX];
	bool is_fooled;
	int fd;

	length = (unsigned int)snprintf(path, sizeof(path), "%s", tap_folder());
	while (length < wanted)	/* folders, since a name may have 255 bytes only */
		length += (unsigned int)snprintf(path + length, sizeof(path) - length, "/%.*s", (int)(wanted - length > 200 ? 200 : wanted - length),
			"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	snprintf(path + length, sizeof(path) - length, "/%*s%s", BLANKS, "", tail);
	tap_write(path, "memfd:java_heap (deleted)", "");
	length = (unsigned int)strlen(path);
	snprintf(path + length, sizeof(path) - length, "/memfd:java_heap (deleted)");
	fd = open(path, O_RDWR | O_CLOEXEC);
	REQUIRE(fd >= 0 && !ftruncate(fd, PAGE_BYTES));
	is_fooled = has(range(map(fd, 1, MAP_SHARED), 0, 1));
	close(fd);
	return is_fooled;
}

static void is_not_fooled_by_paths(void)
{
	for (unsigned int buffer_bytes = 256; buffer_bytes <= 2048; buffer_bytes *= 2)
		CHECK(!is_fooled_with(buffer_bytes), "a file on a disk whose path is like a heap's line after %u bytes", buffer_bytes);
}

static void says_what_cannot_be_read(void)
{
	struct mbal_move_request request = { .range_count = 1, .ranges = { { 0x400000, 0x401000 } } };
	struct rlimit before, none;

	REQUIRE(!getrlimit(RLIMIT_NOFILE, &before));
	none = before;
	none.rlim_cur = 0;
	REQUIRE(!setrlimit(RLIMIT_NOFILE, &none));
	CHECK_EQUAL(heap_file_has(&self, &request), -EMFILE, "no file left to ask with is no answer");
	REQUIRE(!setrlimit(RLIMIT_NOFILE, &before));
	CHECK_EQUAL(heap_file_has(&self, &request), 0, "with files again, it is none");
}

int main(void)
{
	self = (struct target){ .tgid = getpid(), .pidfd = process_open(getpid()) };
	REQUIRE(self.pidfd >= 0);
	knows_a_heap();
	knows_what_is_none();
	is_not_fooled_by_paths();
	says_what_cannot_be_read();
	target_close(&self);
	return tap_end();
}

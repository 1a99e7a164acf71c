/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mbal_syscalls.h"
#include "tap.h"

#define NO_STATUS 12345

static char *page_of_my_own(size_t pages)
{
	return mmap(NULL, pages * (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void asks_where_pages_lie(void)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	char *own = page_of_my_own(3);
	void *pages[] = { own, own + page_bytes, own + 2 * page_bytes };
	int statuses[] = { NO_STATUS, NO_STATUS, NO_STATUS };

	own[0] = 1;
	own[page_bytes] = 1;
	munmap(own + 2 * page_bytes, page_bytes);
	CHECK_EQUAL(mbal_pages_probe(), 0);
	CHECK_EQUAL(mbal_pages_move(0, 3, pages, NULL, statuses), 0);
	CHECK(statuses[0] >= 0 && statuses[0] != NO_STATUS);
	CHECK_EQUAL(statuses[1], statuses[0]);
	CHECK_EQUAL(statuses[2], -EFAULT);
	munmap(own, 2 * page_bytes);
}

static void moves_to_the_node_where_it_lies_already(void)
{
	char *own = page_of_my_own(1);
	void *page = own;
	int status = NO_STATUS, node_id;

	own[0] = 1;
	CHECK_EQUAL(mbal_pages_move(0, 1, &page, NULL, &node_id), 0);
	CHECK_EQUAL(mbal_pages_move(0, 1, &page, &node_id, &status), 0);
	CHECK_EQUAL(status, node_id);
	node_id = 1023;
	CHECK_EQUAL(mbal_pages_move(0, 1, &page, &node_id, &status), -ENODEV);
	CHECK_EQUAL(mbal_pages_move(0x7ffffffe, 1, &page, NULL, &status), -ESRCH);
	munmap(own, (size_t)sysconf(_SC_PAGESIZE));
}

static void reads_and_sets_the_affinity(void)
{
	unsigned char mask[1024], narrow[8], before[1024], none[8] = { 0 };

	memset(mask, 0xff, sizeof(mask));
	CHECK_EQUAL(mbal_affinity_get(0, before, sizeof(before)), 0);
	CHECK_EQUAL(mbal_affinity_get(0, mask, sizeof(mask)), 0);
	CHECK_EQUAL(memcmp(mask, before, sizeof(mask)), 0);
	CHECK_EQUAL(mask[sizeof(mask) - 1], 0); /* beyond what the kernel fills */
	CHECK_EQUAL(mbal_affinity_set(0, none, sizeof(none)), -EINVAL);
	CHECK_EQUAL(mbal_affinity_set(0, before, sizeof(before)), 0);
	CHECK_EQUAL(mbal_affinity_get(0x7ffffffe, narrow, sizeof(narrow)), -ESRCH);
	CHECK_EQUAL(mbal_affinity_set(0x7ffffffe, narrow, sizeof(narrow)), -ESRCH);
}

static void reads_up_to_the_first_bad_page(void)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	char *own = page_of_my_own(2);
	char into[16];

	memset(own, 'x', page_bytes);
	munmap(own + page_bytes, page_bytes);
	CHECK_EQUAL(mbal_memory_read((uintptr_t)own, into, sizeof(into)), (long long)sizeof(into));
	CHECK_EQUAL(memcmp(own, into, sizeof(into)), 0);
	CHECK_EQUAL(mbal_memory_read((uintptr_t)own + page_bytes - 7, into, sizeof(into)), 7);
	CHECK_EQUAL(mbal_memory_read((uintptr_t)own + page_bytes, into, sizeof(into)), -EFAULT);
	CHECK_EQUAL(mbal_memory_read(0, into, sizeof(into)), -EFAULT);
	CHECK_EQUAL(mbal_memory_read(~0UL, into, sizeof(into)), -EFAULT);
	munmap(own, page_bytes);
}

static void maps_memory_and_gives_it_back(void)
{
	size_t bytes = 3 * (size_t)sysconf(_SC_PAGESIZE);
	long address = mbal_memory_map(bytes);
	char *own = (char *)address;
	char byte;

	CHECK(address > 0);
	CHECK_EQUAL(own[0], 0);
	own[bytes - 1] = 7;
	CHECK_EQUAL(mbal_memory_unmap(own, bytes), 0);
	CHECK_EQUAL(mbal_memory_read((uintptr_t)own, &byte, 1), -EFAULT);
	CHECK_EQUAL(mbal_memory_map(0), -EINVAL);
	CHECK_EQUAL(mbal_memory_map(1UL << 62), -ENOMEM);
	CHECK_EQUAL(mbal_memory_unmap(own + 1, bytes), -EINVAL);
}

static void finds_symbols_of_loaded_libraries_only(void)
{
	CHECK(mbal_symbol_lookup("libc.so.6", "getpid") == (unsigned long)&getpid);
	CHECK_EQUAL(mbal_symbol_lookup("libc.so.6", "no_such_symbol"), 0);
	CHECK_EQUAL(mbal_symbol_lookup("libnosuch.so", "getpid"), 0);
	CHECK_EQUAL(mbal_symbol_lookup("libanl.so.1", "getpid"), 0); /* there, but not loaded */
	CHECK(dlopen("libanl.so.1", RTLD_LAZY) != NULL);
	CHECK(mbal_symbol_lookup("libanl.so.1", "getpid") == (unsigned long)&getpid);
}

static void the_clock_does_not_go_back(void)
{
	long long first_ns = mbal_monotonic_ns();

	CHECK(first_ns > 0);
	CHECK(mbal_monotonic_ns() >= first_ns);
}

int main(void)
{
	asks_where_pages_lie();
	moves_to_the_node_where_it_lies_already();
	reads_and_sets_the_affinity();
	reads_up_to_the_first_bad_page();
	maps_memory_and_gives_it_back();
	finds_symbols_of_loaded_libraries_only();
	the_clock_does_not_go_back();
	return tap_done();
}

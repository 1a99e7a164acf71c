/* SPDX-License-Identifier: Apache-2.0 */
#include "mbal_tables.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/*
 * A BPF map refuses to be mapped beyond its end; a memory file does not, and a read there would be a SIGBUS.
 */
static int size_check(int fd, __u64 bytes)
{
	struct stat status;

	if (bytes < MBAL_HEADER_BYTES)
		return -EBADMSG;
	if (bytes > INT32_MAX)
		return -EOVERFLOW; /* no Java buffer is that long */
	if (fstat(fd, &status))
		return -errno;
	if (S_ISREG(status.st_mode) && (__u64)status.st_size < bytes)
		return -EBADMSG;
	return 0;
}

int mbal_table_map(int fd, __u64 bytes, __u64 *address)
{
	void *mapped;
	int err;

	err = size_check(fd, bytes);
	if (err)
		return err;
	mapped = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
	if (mapped == MAP_FAILED)
		return -errno;
	if (madvise(mapped, bytes, MADV_DONTFORK)) {
		err = -errno;
		munmap(mapped, bytes);
		return err;
	}
	*address = (__u64)(uintptr_t)mapped;
	return 0;
}

int mbal_table_unmap(__u64 address, __u64 bytes)
{
	return munmap((void *)(uintptr_t)address, bytes) ? -errno : 0;
}

static void unmap_all(struct mbal_opened *opened)
{
	for (int i = 0; i < MBAL_TABLES; i++) {
		if (opened->table_addresses[i])
			mbal_table_unmap(opened->table_addresses[i], opened->answer.reply.table_bytes[i]);
		opened->table_addresses[i] = 0;
	}
}

static int map_all(const struct mbal_fds *fds, struct mbal_opened *opened)
{
	unsigned int count = fds->count;
	int err = count >= MBAL_TABLES_MIN && count <= MBAL_WIRE_TABLES ? 0 : -EBADMSG;

	for (unsigned int i = 0; !err && i < count; i++)
		err = mbal_table_map(fds->fds[i], opened->answer.reply.table_bytes[i],
				     &opened->table_addresses[i]);
	if (err)
		unmap_all(opened);
	return err;
}

int mbal_tables_open(int socket_fd, const struct mbal_request *request, int timeout_ms, struct mbal_opened *opened)
{
	struct mbal_fds fds;
	int err;

	memset(opened, 0, sizeof(*opened));
	err = mbal_client_ask(socket_fd, request, sizeof(*request), timeout_ms, &opened->answer, &fds);
	if (!err && opened->answer.head.error == 0)
		err = map_all(&fds, opened);
	mbal_fds_close(&fds);
	return err;
}

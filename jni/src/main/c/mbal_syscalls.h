/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls behind the doors, without a JVM: each returns 0 or more, or -errno. */
#ifndef MBAL_SYSCALLS_H
#define MBAL_SYSCALLS_H

#include <stddef.h>
#include <sys/types.h>

/* move_pages(2): node_ids NULL asks for the nodes. Returns the number of pages that were not moved. */
long mbal_pages_move(pid_t pid, unsigned long count, void *const *pages, const int *node_ids, int *statuses);

/* Asks on which node a page of the caller's stack lies: 0 where move_pages may be used. */
int mbal_pages_probe(void);

/* Bit n of the mask is CPU n; bits beyond the kernel's own mask are cleared. */
int mbal_affinity_get(pid_t tid, unsigned char *mask, size_t mask_bytes);
int mbal_affinity_set(pid_t tid, const unsigned char *mask, size_t mask_bytes);

/* Copies own memory from an address that may be bad. Returns the bytes read, up to the first bad page. */
ssize_t mbal_memory_read(unsigned long address, void *into, size_t bytes);

/* Private memory of this process, zeroed. Returns its address, or -errno. */
long mbal_memory_map(size_t bytes);
int mbal_memory_unmap(void *address, size_t bytes);

/* The address of a symbol in a library that is loaded already, or 0. */
unsigned long mbal_symbol_lookup(const char *library, const char *symbol);

/* CLOCK_MONOTONIC, the clock of the epochs in a heat table. */
long long mbal_monotonic_ns(void);

#endif

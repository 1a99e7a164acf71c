// SPDX-License-Identifier: Apache-2.0
/* fault_memory: maps, touches and unmaps memory again and again, a page fault a page, until it is ended. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { BYTES = 1 << 20 };

int main(void)
{
	for (;;) {
		char *memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory == MAP_FAILED) {
			perror("fault_memory: mmap");
			return 1;
		}
		memset(memory, 1, BYTES);
		munmap(memory, BYTES);
	}
}

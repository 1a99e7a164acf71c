// SPDX-License-Identifier: Apache-2.0
/* hold_memory PAGES: touches so many pages, prints `START END` in hex, and holds them until it is ended. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	size_t page_count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	size_t bytes = page_count * (size_t)sysconf(_SC_PAGESIZE);
	char *memory;

	if (!page_count) {
		fprintf(stderr, "usage: hold_memory PAGES\n");
		return 2;
	}
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		perror("hold_memory: mmap");
		return 1;
	}
	for (size_t page = 0; page < page_count; page++)
		memory[page * (bytes / page_count)] = 1;
	printf("%p %p\n", (void *)memory, (void *)(memory + bytes));
	fflush(stdout);
	for (;;)
		pause();
}

// SPDX-License-Identifier: Apache-2.0
/* Looking back over given bytes: what is an access that ended at RIP, and what only looks like one. */
#include <stdlib.h>
#include <string.h>

#include "tap.h"

static int read_memory(void *to, unsigned long bytes, unsigned long long address);
#define X86_READ_USER(to, bytes, address) read_memory(to, bytes, address)
#define X86_SEGMENT_BASE(segment) 0
#include "x86_look_back.bpf.h"

#define CODE 0x10000u	/* where RIP is; the bytes before it are given */
#define DATA 0x20000u
#define ZERO_FLAGS 0x44u	/* ZF and PF: what comparing 0 with 0 yields */

static u8 code[32];
static u8 data[4096];

static int read_memory(void *to, unsigned long bytes, unsigned long long address)
{
	if (address >= CODE - 16 && address + bytes <= CODE + 16)
		memcpy(to, code + (address - (CODE - 16)), bytes);
	else if (address >= DATA && address + bytes <= DATA + sizeof(data))
		memcpy(to, data + (address - DATA), bytes);
	else
		return -1;
	return 0;
}

/* The address that looking back finds behind these bytes, with DATA in rdi and r13, and memory all 0; 0: none. */
static u64 found_behind(const char *bytes, size_t count)
{
	static struct x86_walk walk;

	memset(code, 0x90, sizeof(code));
	memcpy(code + 16 - count, bytes, count);
	memset(walk.registers, 0, sizeof(walk.registers));
	walk.registers[7] = DATA;
	walk.registers[13] = DATA + 64;
	walk.registers[X86_RIP] = CODE;
	x86_begin(&walk, ZERO_FLAGS, 1, 1);
	return x86_look_back(&walk) ? walk.stalled.address : 0;
}

#define FOUND_BEHIND(bytes) found_behind(bytes, sizeof(bytes) - 1)

int main(void)
{
	u64 found = FOUND_BEHIND("\x80\x7f\x08\x00");

	tap_check(found == DATA + 8, "cmpb $0, 8(%%rdi): %llx", found);
	found = FOUND_BEHIND("\x49\x8b\x5d\x10");
	tap_check(found == DATA + 64 + 16, "mov 16(%%r13), %%rbx: %llx", found);
	/* movabs $0x7f80d11fdce0, %r10: where a library lies at 0x7f80..., the interpreter has it before each dispatch. */
	found = FOUND_BEHIND("\x49\xba\xe0\xdc\x1f\xd1\x80\x7f\x00\x00");
	tap_check(!found, "the end of an address that is loaded is no cmpb $0, 0(%%rdi): %llx", found);
	found = FOUND_BEHIND("\x48\xb8\xe0\xdc\x1f\xd1\x83\x7f\x00\x00");
	tap_check(!found, "nor a cmpl: %llx", found);
	return tap_done();
}

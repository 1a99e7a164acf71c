/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The tables that BPF writes and everybody else reads, and the names of every counter.
 *
 * One layout, four readers: the BPF programs, the helper, the JNI library and (through the offsets that the
 * JNI library hands out at load) Java. Nothing here is typed a second time anywhere.
 *
 * A table is one BPF array map, mapped as one piece. Its first MBAL_HEADER_BYTES bytes are the header, the rest are
 * `slot_count` slots. Its elements are halves of probe windows in HEAT and THREADS (what the header leaves of the
 * first one never has a key), else slots. Numbers are in host byte order; helper and peer are on one machine.
 */
#ifndef MBAL_ABI_H
#define MBAL_ABI_H

#include <linux/types.h>

#define MBAL_ABI_VERSION 3u
#define MBAL_TABLE_MAGIC 0x31454c4241544c4dULL	/* "MLTABLE1" read as a little-endian number */

#define MBAL_HEADER_BYTES 256u		/* a multiple of every slot size */
#define MBAL_PROBE_WINDOW 8u		/* slots looked at for one key */
#define MBAL_HALF_WINDOW 4u		/* those in one element of the map */
#define MBAL_EPOCH_SHIFT 33u		/* heat halves every 2^33 ns = 8.6 s of CLOCK_MONOTONIC */
#define MBAL_PAGE_SHIFT 12u
#define MBAL_MAX_NODES 56u		/* 16 + 4 * 56 <= 256, the largest slot */
#define MBAL_MAX_SLOTS (1u << 24)
#define MBAL_MIN_SLOTS 1024u

#define MBAL_KEY_EMPTY 0ULL		/* never used; a probe may stop here */
#define MBAL_KEY_BUSY 1ULL		/* being re-keyed: skip it */
#define MBAL_KEY_THREAD (1ULL << 32)	/* a thread table's key is MBAL_KEY_THREAD | tid */
#define MBAL_KEY_PAGE_BITS 44		/* a heat key is process tag << 44 | page number; the tag is 0 in groups of one process */

/*
 * A process of a group of several: its place in the group's process table in the low bits, and how often that place
 * was given away in the high ones, so that a process never inherits the heat of one that ended.
 */
#define MBAL_TAG_PLACE_BITS 14
#define MBAL_TAG_BITS 20
#define MBAL_TAG_PLACE(tag) ((tag) & ((1u << MBAL_TAG_PLACE_BITS) - 1))
#define MBAL_MAX_PROCESSES (1u << MBAL_TAG_PLACE_BITS)	/* places of a process table, at most */

/* One count of counts2 where a source tells latency: so many cycles of a miss divided by the misses outstanding with it. */
#define MBAL_STALL_CYCLES 256u

/* What a table's slots mean. */
enum mbal_table_kind {
	/*
	 * key: see MBAL_KEY_PAGE_BITS. counts: accesses by the CPU's node. counts2: stalls by the CPU's node: samples that say
	 * what a thread waited for (soft), or miss latency / outstanding misses in units of MBAL_STALL_CYCLES (ibs, pebs).
	 */
	MBAL_TABLE_HEAT = 1,
	MBAL_TABLE_THREADS = 2,	/* key: MBAL_KEY_THREAD | tid. counts: accesses by the CPU's node; counts2: accesses by the memory's node, where the source knows it */
	MBAL_TABLE_RECENT = 3,	/* a ring of struct mbal_access, the newest overwriting the oldest; no keys */
	MBAL_TABLE_PROCESSES = 4,	/* struct mbal_process by MBAL_TAG_PLACE(tag); only in groups that may have several */
	MBAL_TABLE_KINDS = 5,
};

/*
 * The start of every table. Everything up to `recorded` is written once, before the map is frozen; the four
 * counters after it are written by BPF with atomic adds and may be read at any time.
 */
struct mbal_table_header {
	__u64 magic;		/* MBAL_TABLE_MAGIC */
	__u32 abi_version;	/* MBAL_ABI_VERSION */
	__u32 kind;		/* enum mbal_table_kind */
	__u32 header_bytes;	/* MBAL_HEADER_BYTES; the first slot starts here */
	__u32 slot_bytes;	/* 32, 64, 128 or 256 for HEAT and THREADS; else the size of what the kind names */
	__u32 slot_count;
	__u32 node_count;	/* counters of each kind in a slot: the highest node id + 1 */
	__u32 counts_offset;	/* bytes into a slot: __u16 counts[node_count], saturating at 65535 */
	__u32 counts2_offset;	/* bytes into a slot: __u16 counts2[node_count], saturating at 65535 */
	__u32 page_shift;	/* a heat key is address >> page_shift */
	__u32 epoch_shift;	/* the current epoch is (__u32)(CLOCK_MONOTONIC ns >> epoch_shift), on both sides */
	__u64 group_id;
	__u32 tgid;		/* the first process of the group, as the initial pid namespace counts; 0: it has none */
	__u32 source;		/* enum mbal_source: what fills it */
	__u8 padding[32];
	/* offset 96: MBAL_HEADER_COUNTERS_OFFSET, 32 bytes, so that they never straddle a map element */
	__u64 recorded;		/* samples counted in this table; RECENT: the number of the next one */
	__u64 replaced;		/* slots taken from a colder key */
	__u64 dropped;		/* samples refused: the window was full of hotter keys, or a race was lost */
	__u64 used;		/* HEAT, THREADS: slots that have a key */
	__u8 reserved_tail[128];
};
#define MBAL_HEADER_COUNTERS_OFFSET 96u

/*
 * The start of every HEAT and THREADS slot; __u16 counts[node_count] and __u16 counts2[node_count] follow at the
 * header's offsets. Counts are as of `epoch`: a reader scales them by 2^-(now_epoch - epoch).
 * Protocol: a writer re-keys by CAS old key -> MBAL_KEY_BUSY, resets the slot, then stores the new key with a full
 * barrier. A reader loads the key with acquire, the rest plainly, and the key again: a change means skip and count.
 */
struct mbal_slot {
	__u64 key;
	__u32 epoch;
	__u16 latency;		/* moving average of miss latency, CPU cycles; 0: the source has none */
	__u8 stores;		/* of the counted accesses, stores; saturating, halved with the epoch */
	__u8 codes;		/* of the counted accesses, instruction fetches; the same */
};

/* What an access was: bits of mbal_access.flags. */
enum mbal_access_flag {
	MBAL_ACCESS_LOAD = 1,
	MBAL_ACCESS_STORE = 2,
	MBAL_ACCESS_CODE = 4,	/* an instruction fetch; vaddr is the code address */
	MBAL_ACCESS_STALL = 8,	/* the access the thread was waiting for (weighted by time), not one picked from those it makes */
	MBAL_ACCESS_REMOTE = 16,	/* the hardware says that another node answered */
	MBAL_ACCESS_TLB_MISS = 32,	/* its translation was in no TLB */
	MBAL_ACCESS_MISS = 64,	/* it missed the nearest cache: only then latency and open_misses mean something */
	MBAL_ACCESS_HINT_FAULT = 128,	/* found by the kernel's NUMA balancing */
	MBAL_ACCESS_KERNEL = 256,	/* the kernel made it on the process's behalf */
};

#define MBAL_NODE_UNKNOWN 0xffffu

/* One access, as every source hands it to account(), as tests inject it, and as RECENT keeps it. 64 bytes. */
struct mbal_access {
	__u64 time_ns;		/* CLOCK_MONOTONIC */
	__u64 vaddr;		/* user virtual address, not page-aligned; 0: none */
	__u64 paddr;		/* physical address; 0: none; always 0 in RECENT, which peers without privileges read */
	__u64 ip;
	__u32 tgid;		/* as the initial pid namespace counts */
	__u32 tid;
	__u32 latency;		/* miss latency, CPU cycles; 0: unknown */
	__u16 cpu_node;		/* node of the CPU that ran */
	__u16 memory_node;	/* node of the page, MBAL_NODE_UNKNOWN where the source cannot tell */
	__u16 flags;		/* enum mbal_access_flag */
	__u8 data_source;	/* as the hardware encodes it; 0: unknown */
	__u8 open_misses;	/* misses outstanding at that moment; 0: unknown */
	__u8 width;		/* bytes; 0: unknown */
	__u8 source;		/* enum mbal_source */
	__u16 weight;		/* counts that it is worth; 0 means 1 */
	__u16 tlb_latency;	/* cycles until the translation was there; 0: unknown */
	__u16 reserved;		/* always 0 */
	__u32 process_tag;	/* of its process in its group, MBAL_TAG_BITS bits; 0 in groups of one process */
};

/* What became of a process of a group. */
enum mbal_process_state {
	MBAL_PROCESS_NONE,
	MBAL_PROCESS_ALIVE,
	MBAL_PROCESS_ENDED,	/* or runs another program, under another tag */
	MBAL_PROCESS_CHANGING,	/* being written: skip it */
};

/*
 * One place of a process table. 64 bytes. The header's counters are, in groups that the helper fills: `recorded`
 * processes that came in, `replaced` that left, `dropped` for which there was no place.
 */
struct mbal_process {
	__u32 tag;
	__u32 tgid;		/* as the initial pid namespace counts */
	__u32 parent_tgid;	/* of the process that made it; 0: it was there before */
	__u32 state;		/* enum mbal_process_state */
	__u64 started_ns;	/* CLOCK_MONOTONIC, when it came into the group */
	__u64 recorded;		/* samples of it that were counted */
	char command[16];	/* the kernel's `comm`, NUL-terminated */
	__u8 reserved[16];
};

/* Where samples come from. X(name in C, name for people, text) in ascending order of worth on one machine. */
#define MBAL_SOURCES(X) \
	X(FAULTS, "faults", "page faults") \
	X(SOFT, "soft", "a timer and a walk over the interrupted instructions") \
	X(PEBS, "pebs", "Intel PEBS memory events") \
	X(IBS, "ibs", "AMD Instruction Based Sampling") \
	X(REPLAY, "replay", "recorded samples")

enum mbal_source {
	MBAL_SOURCE_NONE,
#define X(id, name, text) MBAL_SOURCE_##id,
	MBAL_SOURCES(X)
#undef X
	MBAL_SOURCE_MAX,
};

/*
 * Every sample is counted in SEEN and in exactly one outcome: SEEN = RECORDED + the sum of all DROP_*.
 * One timer tick of the soft source that yields both an access and a stall is two samples.
 * The rest, after the last DROP_, are events that are not outcomes of a sample.
 */
#define MBAL_COUNTERS(X) \
	X(SEEN, "seen", "samples that a source delivered") \
	X(RECORDED, "recorded", "samples counted in a heat table") \
	X(DROP_NOT_TARGET, "not_target", "the process is in no group") \
	X(DROP_KERNEL, "kernel", "the sample hit the kernel") \
	X(DROP_COMPAT, "compat", "32-bit code") \
	X(DROP_NO_CODE, "no_code", "the instructions could not be read") \
	X(DROP_NO_ACCESS, "no_access", "no data access near the interrupted instruction") \
	X(DROP_NO_ADDRESS, "no_address", "an access whose address is not known") \
	X(DROP_BAD_RECORD, "bad_record", "a hardware record that is too short or contradicts itself") \
	X(DROP_PREFETCH, "prefetch", "a software prefetch") \
	X(DROP_OUTSIDE, "outside", "code outside the address ranges that were asked for") \
	X(DROP_USER_ONLY, "user_only", "the kernel made the access, and what was asked for is what programs do themselves") \
	X(DROP_NO_TABLE, "no_table", "the group's table is being made or taken down") \
	X(DROP_TABLE_FULL, "table_full", "a window full of hotter pages") \
	X(DROP_TABLE_RACE, "table_race", "another CPU was re-keying the slot") \
	X(REPLACED, "replaced", "slots taken from a colder page") \
	X(INSERTED, "inserted", "slots taken into use") \
	X(STALLS, "stalls", "recorded samples that say what a thread waited for") \
	X(FETCHES, "fetches", "recorded samples of instruction fetches") \
	X(NODE_UNKNOWN, "node_unknown", "recorded samples whose physical address is in no memory block that is known") \
	X(TARGETS_ADDED, "targets_added", "processes that were followed into a group") \
	X(TARGETS_LOST, "targets_lost", "processes that belong into a group that has no place for them: their samples are not_target") \
	X(TARGETS_ENDED, "targets_ended", "processes of a group that ended")

enum mbal_counter {
#define X(id, name, text) MBAL_COUNTER_##id,
	MBAL_COUNTERS(X)
#undef X
	MBAL_COUNTER_MAX,
};
#define MBAL_COUNTER_FIRST_DROP MBAL_COUNTER_DROP_NOT_TARGET
#define MBAL_COUNTER_LAST_DROP MBAL_COUNTER_DROP_TABLE_RACE

_Static_assert(sizeof(struct mbal_table_header) == MBAL_HEADER_BYTES, "mbal_table_header is part of the ABI");
_Static_assert(__builtin_offsetof(struct mbal_table_header, recorded) == MBAL_HEADER_COUNTERS_OFFSET,
	       "BPF finds the counters here");
_Static_assert(sizeof(struct mbal_slot) == 16, "mbal_slot is part of the ABI");
_Static_assert(sizeof(struct mbal_access) == 64, "mbal_access is part of the ABI");
_Static_assert(sizeof(struct mbal_process) == 64, "mbal_process is part of the ABI");

/* Bytes of a HEAT or THREADS slot for so many nodes: the smallest of 32, 64, 128, 256 that fits; 0 if none does. */
static inline __u32 mbal_slot_bytes(__u32 node_count)
{
	__u32 need = (__u32)sizeof(struct mbal_slot) + 4u * node_count, bytes = 32u;

	while (bytes < need)
		bytes *= 2u;
	return bytes <= MBAL_HEADER_BYTES ? bytes : 0u;
}

/* Bytes of an element of the map of a HEAT or THREADS table. */
static inline __u32 mbal_half_window_bytes(__u32 slot_bytes)
{
	return MBAL_HALF_WINDOW * slot_bytes;
}

/* Slots of a HEAT or THREADS table that can hold so many keys: those of whole elements, and those beside the header. */
static inline __u32 mbal_table_slots(__u32 keys, __u32 slot_bytes)
{
	__u32 element_bytes = mbal_half_window_bytes(slot_bytes);
	__u32 elements = (MBAL_HEADER_BYTES + element_bytes - 1u) / element_bytes + (keys + MBAL_HALF_WINDOW - 1u) / MBAL_HALF_WINDOW;

	return elements * MBAL_HALF_WINDOW - MBAL_HEADER_BYTES / slot_bytes;
}

#endif

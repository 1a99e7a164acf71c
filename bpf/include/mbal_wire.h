/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What an agent or the command line says to the helper, and what it answers: fixed-size structures over a Unix
 * SOCK_SEQPACKET socket, one request, one reply, in host byte order. No request carries text.
 *
 * Who may ask for what: a peer gets tables of its own process; of other processes when it is root or has the same
 * uid and the target is dumpable; status is for everybody.
 */
#ifndef MBAL_WIRE_H
#define MBAL_WIRE_H

#include "mbal_abi.h"

#define MBAL_DEFAULT_SOCKET "/run/membalancer/helper.sock"
#define MBAL_WIRE_MAGIC 0x4c41424du	/* "MBAL" read as a little-endian number */

enum mbal_request_kind {
	MBAL_REQUEST_HELLO = 1,		/* check the ABI version; a helper of another one answers -EPROTO and its own version */
	MBAL_REQUEST_OPEN = 2,		/* make, or find, the group of a process and pass its tables */
	MBAL_REQUEST_CLOSE = 3,		/* give up a group; the same happens when the socket closes */
	MBAL_REQUEST_STATUS = 4,	/* struct mbal_status instead of struct mbal_reply */
	MBAL_REQUEST_ADD = 5,		/* put another process into a group of kind SET */
	MBAL_REQUEST_GROUPS = 6,	/* struct mbal_groups instead of struct mbal_reply */
	MBAL_REQUEST_CLAIM = 7,		/* say what the group's process would want of the fast memory */
	MBAL_REQUEST_INJECT = 8,	/* struct mbal_inject_request: samples for a group; only with the source "replay" */
	MBAL_REQUEST_MOVE = 9,		/* struct mbal_move_request, answered by struct mbal_move_reply */
	MBAL_REQUEST_MAX,
};

/* Whose samples a group keeps. */
enum mbal_target_kind {
	MBAL_TARGET_PROCESS,		/* one process, for everybody who asks for it with the same flags the same group */
	MBAL_TARGET_SET,		/* the processes that are added one by one, the first by OPEN */
	MBAL_TARGET_DESCENDANTS,	/* a process and all that come from it */
	MBAL_TARGET_CHILDREN,		/* the direct children of a process, without itself */
	MBAL_TARGET_CGROUP,		/* all processes of a cgroup (v2) and of those below it */
	MBAL_TARGET_ALL,		/* everything but the helper and the peer that asks */
	MBAL_TARGET_REPLAY,		/* no process: what INJECT brings; only with the source "replay" */
	MBAL_TARGET_MAX,
};

/* What else a group keeps or leaves out. */
enum mbal_group_flag {
	MBAL_GROUP_USER_ONLY = 1,	/* only what programs do themselves, not what the kernel does for them, whatever the source delivers */
};
#define MBAL_GROUP_FLAGS ((__u32)MBAL_GROUP_USER_ONLY)	/* all of them */

#define MBAL_MAX_RANGES 8u
#define MBAL_MAX_RECENT_SLOTS (1u << 20)

struct mbal_address_range {
	__u64 start;		/* first byte */
	__u64 end;		/* the byte after the last one */
};

/*
 * What CLAIM says is cut to what can be true, since every other balancer believes it: the bytes to the resident memory of the
 * group's first process (0 once that left the group; of groups without one, root's CGROUP and ALL, to the machine's memory), the
 * rate to the rate asked for times the CPUs sampled, or, of sources without a rate, to the samples of the busiest second. A
 * number above INT64_MAX is answered with -EINVAL. GROUPS tells what was kept.
 */

/*
 * 192 bytes. Any other length is answered with -EMSGSIZE, any other magic with -EBADMSG. What a kind does not name
 * must be 0.
 */
struct mbal_request {
	__u32 magic;		/* MBAL_WIRE_MAGIC */
	__u16 abi_version;	/* MBAL_ABI_VERSION of the sender */
	__u16 kind;		/* enum mbal_request_kind */
	__u32 tgid;		/* OPEN, ADD: the process, as the sender's pid namespace counts; 0: the sender itself (PROCESS only) */
	__u32 start;		/* GROUPS: how many groups to pass over */
	__u64 group_id;		/* CLOSE, ADD, CLAIM */
	__u64 cgroup_id;	/* OPEN of a CGROUP: the inode number of its folder */
	__u16 target_kind;	/* OPEN: enum mbal_target_kind */
	__u16 range_count;	/* OPEN: only samples whose code address lies in one of ranges; 0: all. Not for PROCESS */
	__u32 recent_slots;	/* OPEN: places of the ring of recent accesses, up to MBAL_MAX_RECENT_SLOTS; 0: the usual. Not for PROCESS */
	__u64 claim_bytes;	/* CLAIM: memory that is hot enough for the fast tier */
	__u64 claim_rate;	/* CLAIM: accesses to it per second, as far as samples tell */
	struct mbal_address_range ranges[MBAL_MAX_RANGES];	/* OPEN: ascending, not overlapping */
	__u32 flags;		/* OPEN: enum mbal_group_flag */
	__u32 reserved;		/* 0 */
};

#define MBAL_WIRE_ACCESSES 256u

/*
 * INJECT. Accesses are counted in the group whatever their tgid, and under their process_tag, which is 0 in a group of kind
 * PROCESS; their time must not go back.
 */
struct mbal_inject_request {
	__u32 magic;
	__u16 abi_version;
	__u16 kind;
	__u32 count;		/* 1..MBAL_WIRE_ACCESSES */
	__u32 reserved;
	__u64 group_id;
	struct mbal_access accesses[MBAL_WIRE_ACCESSES];
};

#define MBAL_WIRE_MOVE_RANGES 256u
#define MBAL_WIRE_MOVE_PAGES 65536u	/* of one request */

/*
 * MOVE: for a peer whose sandbox forbids move_pages, or whose heap is mapped more than once, as that of ZGC is. Other pages that
 * are mapped more than once move for root only, since they may be anybody's. A request moves them if all its pages are of
 * a heap: in shared mappings of memory files (memfd) that their maker named java_heap.
 */
struct mbal_move_request {
	__u32 magic;
	__u16 abi_version;
	__u16 kind;
	__u32 tgid;		/* as in OPEN */
	__u32 node;		/* where to */
	__u32 range_count;	/* 1..MBAL_WIRE_MOVE_RANGES */
	__u32 reserved;
	struct mbal_address_range ranges[MBAL_WIRE_MOVE_RANGES];	/* page-aligned */
};

#define MBAL_WIRE_ERRNOS 16u

/* What became of the pages: asked = moved + the sum of errors. */
struct mbal_move_reply {
	__u32 magic;
	__u16 abi_version;
	__u16 kind;
	__s32 error;		/* 0 or -errno; then nothing was moved */
	__u32 error_count;	/* how many of errors are used */
	__u64 asked;
	__u64 moved;		/* on the node now, those that lay there before included */
	struct {
		__u32 value;	/* errno */
		__u32 pages;
	} errors[MBAL_WIRE_ERRNOS];
};

#define MBAL_WIRE_TABLES 4u

/*
 * 64 bytes. After a successful OPEN, `table_count` descriptors ride along as one SCM_RIGHTS message, in the order of
 * table_bytes; each is a frozen map: mmap(PROT_READ, MAP_SHARED) of table_bytes[i] rounded up to pages.
 */
struct mbal_reply {
	__u32 magic;
	__u16 abi_version;	/* MBAL_ABI_VERSION of the helper */
	__u16 kind;		/* of the request that it answers; 0 when that could not be told */
	__s32 error;		/* 0 or -errno */
	__u32 table_count;	/* 0 to MBAL_WIRE_TABLES: heat, threads, recent, and processes where there may be several */
	__u64 group_id;
	__u64 table_bytes[MBAL_WIRE_TABLES];
	__u32 tgid;		/* of the group, as the initial pid namespace counts */
	__u32 source;		/* enum mbal_source */
};

#define MBAL_WIRE_GROUPS 64u

/* One group, as everybody may see it: no addresses. 64 bytes. */
struct mbal_group_info {
	__u64 group_id;
	__u32 tgid;		/* its first process; 0: it has none */
	__u8 target_kind;	/* enum mbal_target_kind */
	__u8 flags;		/* enum mbal_group_flag */
	__u16 peers;		/* who have it open */
	__u32 processes;	/* alive */
	__u32 claim_age_ms;	/* since the claim was made */
	__u64 memory_bytes;	/* of its tables */
	__u64 recorded;		/* samples in its heat table */
	__u64 dropped;		/* samples that its heat table refused */
	__u64 claim_bytes;	/* what its balancer claimed last, after the cut; 0: nothing */
	__u64 claim_rate;
};

/* The answer to GROUPS. */
struct mbal_groups {
	__u32 magic;
	__u16 abi_version;
	__u16 kind;
	__s32 error;
	__u32 count;		/* in this answer */
	__u32 total;		/* of all groups */
	__u32 reserved;
	struct mbal_group_info groups[MBAL_WIRE_GROUPS];
};

#define MBAL_WHY_BYTES 1024u
#define MBAL_WIRE_COUNTERS 48u

/* The answer to STATUS. */
struct mbal_status {
	__u32 magic;
	__u16 abi_version;
	__u16 kind;		/* MBAL_REQUEST_STATUS */
	__s32 error;
	__u32 helper_pid;
	__u32 source;		/* enum mbal_source, as chosen */
	__u32 rate_asked_hz;	/* samples per second and CPU */
	__u32 rate_hz;		/* after throttling */
	__u32 cpu_count;	/* CPUs sampled */
	__u32 group_count;
	__u32 peer_count;
	__u32 max_cpu_permille;	/* the cap on the helper's own cost, thousandths of one CPU */
	__u32 cost_permille;	/* BPF and helper time over the last second, the same unit */
	__u64 uptime_ns;
	__u64 run_time_ns;	/* in BPF, since start; 0 where the kernel does not count it */
	__u64 run_count;
	__u64 table_memory_bytes;	/* of all groups */
	__u64 requests;		/* answered */
	__u64 requests_refused;	/* answered with an error */
	__u32 counter_count;	/* MBAL_COUNTER_MAX of the helper */
	__u32 rate_real_hz;	/* samples per second and CPU over the last second, whatever became of them */
	__u32 bpf_cost_permille;	/* the part of cost_permille that is time in BPF */
	__u32 event_count;	/* perf events that are open */
	__u64 events_throttled;	/* times that the kernel stopped one for sampling too much; 0 where it does not say */
	__u64 targets;		/* processes that are sampled now */
	__u64 counters[MBAL_WIRE_COUNTERS];	/* enum mbal_counter, summed over the CPUs */
	char version[32];	/* of the helper, NUL-terminated */
	char why[MBAL_WHY_BYTES];	/* why this source, and why none of the better ones; lines, NUL-terminated */
};

_Static_assert(sizeof(struct mbal_request) == 192, "mbal_request is part of the ABI");
_Static_assert(sizeof(struct mbal_group_info) == 64, "mbal_group_info is part of the ABI");
_Static_assert(sizeof(struct mbal_reply) == 64, "mbal_reply is part of the ABI");
_Static_assert(MBAL_COUNTER_MAX <= MBAL_WIRE_COUNTERS, "every counter has a place in mbal_status");

#endif

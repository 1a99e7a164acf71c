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
	MBAL_REQUEST_MAX,
};

/* 32 bytes. Any other length is answered with -EMSGSIZE, any other magic with -EBADMSG. */
struct mbal_request {
	__u32 magic;		/* MBAL_WIRE_MAGIC */
	__u16 abi_version;	/* MBAL_ABI_VERSION of the sender */
	__u16 kind;		/* enum mbal_request_kind */
	__u32 tgid;		/* OPEN: the process, as the sender's pid namespace counts; 0: the sender itself */
	__u32 flags;		/* 0 */
	__u64 group_id;		/* CLOSE */
	__u64 reserved;		/* 0 */
};

/*
 * 64 bytes. After a successful OPEN, `table_count` descriptors ride along as one SCM_RIGHTS message, in the order of
 * table_bytes; each is a frozen map: mmap(PROT_READ, MAP_SHARED) of table_bytes[i] rounded up to pages.
 */
struct mbal_reply {
	__u32 magic;
	__u16 abi_version;	/* MBAL_ABI_VERSION of the helper */
	__u16 kind;		/* of the request that it answers; 0 when that could not be told */
	__s32 error;		/* 0 or -errno */
	__u32 table_count;	/* 0 to 3 */
	__u64 group_id;
	__u64 table_bytes[3];
	__u32 tgid;		/* of the group, as the initial pid namespace counts */
	__u32 source;		/* enum mbal_source */
	__u64 reserved;
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
	__u32 reserved;
	__u64 counters[MBAL_WIRE_COUNTERS];	/* enum mbal_counter, summed over the CPUs */
	char version[32];	/* of the helper, NUL-terminated */
	char why[MBAL_WHY_BYTES];	/* why this source, and why none of the better ones; lines, NUL-terminated */
};

_Static_assert(sizeof(struct mbal_request) == 32, "mbal_request is part of the ABI");
_Static_assert(sizeof(struct mbal_reply) == 64, "mbal_reply is part of the ABI");
_Static_assert(MBAL_COUNTER_MAX <= MBAL_WIRE_COUNTERS, "every counter has a place in mbal_status");

#endif

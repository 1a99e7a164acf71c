/* SPDX-License-Identifier: Apache-2.0 */
/* A real helper with real BPF, and a client that speaks to it. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <stdbool.h>
#include <sys/types.h>

#include "mbal_wire.h"

#define ALICE 65534u
#define BOB 65533u

struct helper_process {
	pid_t pid;
	char socket_path[128];
	char log_path[128];	/* what it says on stderr */
	char ready[256];	/* the line that it says when it serves */
};

/* Says why and returns false where no helper can run. */
bool fixture_can_run(const char *what);

/* Starts one in the foreground with these options, and waits until it is ready. */
void fixture_start(struct helper_process *helper, const char *options);
/* SIGTERM; returns its exit status. */
int fixture_stop(struct helper_process *helper);
/* Runs one that ends by itself: its exit status, and what it said on stderr. */
int fixture_run(const char *options, char *said, size_t said_bytes);
void fixture_read_log(const struct helper_process *helper, char *said, size_t said_bytes);
const char *fixture_helper_path(void);

/* Waits for a condition; false when it has not come true after a long time. */
bool fixture_wait(bool (*holds)(void *argument), void *argument);

/* --- the client --- */

#define CLIENT_FDS 4	/* as many as an answer brings at most */

/* A connected socket, or -errno. */
int client_connect(const char *socket_path);
int client_send(int fd, const void *message, size_t bytes);
/* Bytes received; 0 at the end, or -errno. Up to CLIENT_FDS descriptors, else -1 in their places. */
ssize_t client_receive(int fd, void *message, size_t bytes, int fds[CLIENT_FDS]);
/* One request, one reply: its error, or -ECONNRESET when there is none. */
int client_ask(int fd, const struct mbal_request *request, struct mbal_reply *reply, int fds[CLIENT_FDS]);
struct mbal_request client_request(unsigned int kind);
int client_open(int fd, pid_t tgid, struct mbal_reply *reply, int fds[CLIENT_FDS]);
int client_close(int fd, __u64 group_id);
/* Ends the test program if there is no answer. */
struct mbal_status client_status(int fd);
/* Recorded and each drop, together: what of its samples has come to an outcome. */
__u64 client_sum_of_outcomes(const struct mbal_status *status);
void client_close_fds(int fds[CLIENT_FDS]);

/* A process with that uid that connects, opens its own tables, and then lives on. */
struct client_process {
	pid_t pid;
	__u64 group_id;
};
void client_process_start(struct client_process *process, unsigned int uid, const char *socket_path, void (*live)(void));
void client_process_kill(struct client_process *process);

#endif

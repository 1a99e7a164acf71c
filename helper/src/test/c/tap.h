/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that print `ok` and `not ok` lines, with the values that were compared. */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>
#include <stddef.h>

/* The last argument of each says what must hold. */
void tap_true(bool holds, const char *file, int line, const char *what, ...) __attribute__((format(printf, 4, 5)));
void tap_equal(long long actual, long long expected, const char *file, int line, const char *what);
void tap_text(const char *actual, const char *expected, const char *file, int line, const char *what);
void tap_contains(const char *actual, const char *part, const char *file, int line, const char *what);
void tap_skip(const char *what, const char *reason);

#define CHECK(holds, ...) tap_true((holds), __FILE__, __LINE__, __VA_ARGS__)
#define CHECK_EQUAL(actual, expected, what) \
	tap_equal((long long)(actual), (long long)(expected), __FILE__, __LINE__, (what))
#define CHECK_TEXT(actual, expected, what) tap_text((actual), (expected), __FILE__, __LINE__, (what))
#define CHECK_CONTAINS(actual, part, what) tap_contains((actual), (part), __FILE__, __LINE__, (what))

/* For what must work before there is anything to check: ends the program as failed, with errno. */
#define REQUIRE(holds) ((holds) ? (void)0 : tap_give_up(__FILE__, __LINE__, #holds))
void tap_give_up(const char *file, int line, const char *what) __attribute__((noreturn));

/* The exit status. */
int tap_end(void);

/* --- what several tests need --- */

/* Makes a folder that is removed at exit. */
const char *tap_folder(void);
/* Writes a file below a folder, and the folders on the way. */
void tap_write(const char *folder, const char *path, const char *text);
/*
 * Runs what is given in a child process with that uid and gid, no other groups, and a folder of its own; its checks
 * count. It has no capabilities, or these (a set of 1 << CAP_*), which stay with it through execve.
 */
void tap_as(unsigned int uid, void (*run)(void *argument), void *argument);
void tap_as_with(unsigned int uid, unsigned long long capabilities, void (*run)(void *argument), void *argument);

#endif

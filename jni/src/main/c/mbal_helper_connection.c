/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "mbal_jni.h"
#include "mbal_tables.h"
#include "mbal_wire_client.h"

#define CLASS MBAL_PACKAGE "HelperConnection"

static jint JNICALL connect_to(JNIEnv *env, jclass class, jbyteArray path, jint timeout_ms)
{
	jsize path_bytes = (*env)->GetArrayLength(env, path);
	char copy[PATH_MAX];

	(void)class;
	if ((size_t)path_bytes > sizeof(copy))
		return -ENAMETOOLONG;
	(*env)->GetByteArrayRegion(env, path, 0, path_bytes, (jbyte *)copy);
	return mbal_client_connect(copy, (size_t)path_bytes, timeout_ms);
}

/* For the requests that are answered without descriptors. */
static jint JNICALL ask(JNIEnv *env, jclass class, jint socket_fd, jlong request_address, jint request_bytes,
			jint timeout_ms, jlong answer_address)
{
	struct mbal_fds fds;
	int err;

	(void)env, (void)class;
	err = mbal_client_ask(socket_fd, mbal_pointer(request_address), (size_t)request_bytes, timeout_ms,
			      mbal_pointer(answer_address), &fds);
	mbal_fds_close(&fds);
	return err;
}

static jint JNICALL open_tables(JNIEnv *env, jclass class, jint socket_fd, jlong request_address, jint timeout_ms,
				jlong opened_address)
{
	(void)env, (void)class;
	return mbal_tables_open(socket_fd, mbal_pointer(request_address), timeout_ms, mbal_pointer(opened_address));
}

static jint JNICALL state(JNIEnv *env, jclass class, jint socket_fd)
{
	(void)env, (void)class;
	return mbal_client_state(socket_fd);
}

static jint JNICALL close_socket(JNIEnv *env, jclass class, jint socket_fd)
{
	(void)env, (void)class;
	return close(socket_fd) ? -errno : 0;
}

static const JNINativeMethod methods[] = {
	MBAL_METHOD("connect0", "([BI)I", connect_to),
	MBAL_METHOD("ask0", "(IJIIJ)I", ask),
	MBAL_METHOD("open0", "(IJIJ)I", open_tables),
	MBAL_METHOD("state0", "(I)I", state),
	MBAL_METHOD("close0", "(I)I", close_socket),
};

jint mbal_helper_connection_on_load(JNIEnv *env)
{
	return mbal_register(env, CLASS, methods, MBAL_METHOD_COUNT(methods));
}

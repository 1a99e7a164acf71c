/* SPDX-License-Identifier: Apache-2.0 */
#include "mbal_jni.h"
#include "mbal_syscalls.h"

#define CLASS MBAL_PACKAGE "PageMoves"

_Static_assert(sizeof(void *) == sizeof(jlong), "a LongBuffer of addresses is what move_pages reads");
_Static_assert(sizeof(int) == sizeof(jint), "an IntBuffer of node ids is what move_pages reads and writes");

static jint JNICALL move(JNIEnv *env, jclass class, jint pid, jint count, jlong pages_address,
			 jlong node_ids_address, jlong statuses_address)
{
	(void)env, (void)class;
	return (jint)mbal_pages_move(pid, (unsigned long)count, mbal_pointer(pages_address),
				     mbal_pointer(node_ids_address), mbal_pointer(statuses_address));
}

static jint JNICALL probe(JNIEnv *env, jclass class)
{
	(void)env, (void)class;
	return mbal_pages_probe();
}

static const JNINativeMethod methods[] = {
	MBAL_METHOD("move0", "(IIJJJ)I", move),
	MBAL_METHOD("probe0", "()I", probe),
};

jint mbal_page_moves_on_load(JNIEnv *env)
{
	return mbal_register(env, CLASS, methods, MBAL_METHOD_COUNT(methods));
}

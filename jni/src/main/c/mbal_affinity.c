/* SPDX-License-Identifier: Apache-2.0 */
#include "mbal_jni.h"
#include "mbal_syscalls.h"

#define CLASS MBAL_PACKAGE "Affinity"

static jint JNICALL get(JNIEnv *env, jclass class, jint tid, jlong mask_address, jint mask_bytes)
{
	(void)env, (void)class;
	return mbal_affinity_get(tid, mbal_pointer(mask_address), (size_t)mask_bytes);
}

static jint JNICALL set(JNIEnv *env, jclass class, jint tid, jlong mask_address, jint mask_bytes)
{
	(void)env, (void)class;
	return mbal_affinity_set(tid, mbal_pointer(mask_address), (size_t)mask_bytes);
}

static const JNINativeMethod methods[] = {
	MBAL_METHOD("get0", "(IJI)I", get),
	MBAL_METHOD("set0", "(IJI)I", set),
};

jint mbal_affinity_on_load(JNIEnv *env)
{
	return mbal_register(env, CLASS, methods, MBAL_METHOD_COUNT(methods));
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "mbal_jni.h"
#include "mbal_syscalls.h"

#define CLASS MBAL_PACKAGE "OwnMemory"

static jint JNICALL read_memory(JNIEnv *env, jclass class, jlong address, jlong into_address, jint bytes)
{
	(void)env, (void)class;
	return (jint)mbal_memory_read((unsigned long)address, mbal_pointer(into_address), (size_t)bytes);
}

static const JNINativeMethod methods[] = {
	MBAL_METHOD("read0", "(JJI)I", read_memory),
};

jint mbal_own_memory_on_load(JNIEnv *env)
{
	return mbal_register(env, CLASS, methods, MBAL_METHOD_COUNT(methods));
}

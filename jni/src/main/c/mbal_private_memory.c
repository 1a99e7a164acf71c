/* SPDX-License-Identifier: Apache-2.0 */
#include "mbal_jni.h"
#include "mbal_syscalls.h"

#define CLASS MBAL_PACKAGE "PrivateMemory"

static jlong JNICALL map(JNIEnv *env, jclass class, jint bytes)
{
	(void)env, (void)class;
	return mbal_memory_map((size_t)bytes);
}

/* A buffer that frees nothing: unmap() ends the mapping. */
static jobject JNICALL buffer(JNIEnv *env, jclass class, jlong address, jint bytes)
{
	(void)class;
	return (*env)->NewDirectByteBuffer(env, mbal_pointer(address), bytes);
}

static jint JNICALL unmap(JNIEnv *env, jclass class, jlong address, jint bytes)
{
	(void)env, (void)class;
	return mbal_memory_unmap(mbal_pointer(address), (size_t)bytes);
}

static const JNINativeMethod methods[] = {
	MBAL_METHOD("map0", "(I)J", map),
	MBAL_METHOD("buffer0", "(JI)Ljava/nio/ByteBuffer;", buffer),
	MBAL_METHOD("unmap0", "(JI)I", unmap),
};

jint mbal_private_memory_on_load(JNIEnv *env)
{
	return mbal_register(env, CLASS, methods, MBAL_METHOD_COUNT(methods));
}

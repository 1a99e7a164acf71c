/* SPDX-License-Identifier: Apache-2.0 */
#include "mbal_jni.h"
#include "mbal_tables.h"

#define CLASS MBAL_PACKAGE "GroupTables"

/* A buffer that frees nothing: unmap() ends the mapping. */
static jobject JNICALL buffer(JNIEnv *env, jclass class, jlong address, jlong bytes)
{
	(void)class;
	return (*env)->NewDirectByteBuffer(env, mbal_pointer(address), bytes);
}

static jint JNICALL unmap(JNIEnv *env, jclass class, jlong address, jlong bytes)
{
	(void)env, (void)class;
	return mbal_table_unmap((__u64)address, (__u64)bytes);
}

static const JNINativeMethod methods[] = {
	MBAL_METHOD("buffer0", "(JJ)Ljava/nio/ByteBuffer;", buffer),
	MBAL_METHOD("unmap0", "(JJ)I", unmap),
};

jint mbal_group_tables_on_load(JNIEnv *env)
{
	return mbal_register(env, CLASS, methods, MBAL_METHOD_COUNT(methods));
}

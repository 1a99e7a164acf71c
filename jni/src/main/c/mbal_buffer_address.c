/* SPDX-License-Identifier: Apache-2.0 */
#include "mbal_jni.h"

#define CLASS MBAL_PACKAGE "BufferAddress"

static jlong JNICALL address(JNIEnv *env, jclass class, jobject buffer)
{
	(void)class;
	return (jlong)(uintptr_t)(*env)->GetDirectBufferAddress(env, buffer);
}

static const JNINativeMethod methods[] = {
	MBAL_METHOD("address0", "(Ljava/nio/Buffer;)J", address),
};

jint mbal_buffer_address_on_load(JNIEnv *env)
{
	return mbal_register(env, CLASS, methods, MBAL_METHOD_COUNT(methods));
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "mbal_jni.h"
#include "mbal_syscalls.h"

#define CLASS MBAL_PACKAGE "MonotonicClock"

static jlong JNICALL now_ns(JNIEnv *env, jclass class)
{
	(void)env, (void)class;
	return mbal_monotonic_ns();
}

static const JNINativeMethod methods[] = {
	MBAL_METHOD("nowNs0", "()J", now_ns),
};

jint mbal_monotonic_clock_on_load(JNIEnv *env)
{
	return mbal_register(env, CLASS, methods, MBAL_METHOD_COUNT(methods));
}

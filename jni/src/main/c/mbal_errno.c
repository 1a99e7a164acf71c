/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "mbal_jni.h"

#define CLASS MBAL_PACKAGE "Errno"

/* Null for a number that libc does not know. */
static jstring JNICALL name(JNIEnv *env, jclass class, jint number)
{
	const char *found = strerrorname_np(number);

	(void)class;
	return found ? (*env)->NewStringUTF(env, found) : NULL;
}

static jstring JNICALL text(JNIEnv *env, jclass class, jint number)
{
	const char *found = strerrordesc_np(number);

	(void)class;
	return found ? (*env)->NewStringUTF(env, found) : NULL;
}

static const JNINativeMethod methods[] = {
	MBAL_METHOD("name0", "(I)Ljava/lang/String;", name),
	MBAL_METHOD("text0", "(I)Ljava/lang/String;", text),
};

jint mbal_errno_on_load(JNIEnv *env)
{
	return mbal_register(env, CLASS, methods, MBAL_METHOD_COUNT(methods));
}

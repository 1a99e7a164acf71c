/* SPDX-License-Identifier: Apache-2.0 */
#include "mbal_jni.h"
#include "mbal_syscalls.h"

#define CLASS MBAL_PACKAGE "NativeSymbols"

/* 0 also with an OutOfMemoryError pending. */
static jlong JNICALL lookup(JNIEnv *env, jclass class, jstring library, jstring symbol)
{
	const char *library_name = (*env)->GetStringUTFChars(env, library, NULL);
	const char *symbol_name;
	jlong address = 0;

	(void)class;
	if (!library_name)
		return 0;
	symbol_name = (*env)->GetStringUTFChars(env, symbol, NULL);
	if (symbol_name) {
		address = (jlong)mbal_symbol_lookup(library_name, symbol_name);
		(*env)->ReleaseStringUTFChars(env, symbol, symbol_name);
	}
	(*env)->ReleaseStringUTFChars(env, library, library_name);
	return address;
}

static const JNINativeMethod methods[] = {
	MBAL_METHOD("lookup0", "(Ljava/lang/String;Ljava/lang/String;)J", lookup),
};

jint mbal_native_symbols_on_load(JNIEnv *env)
{
	return mbal_register(env, CLASS, methods, MBAL_METHOD_COUNT(methods));
}

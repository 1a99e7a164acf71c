/* SPDX-License-Identifier: Apache-2.0 */
#include "mbal_abi_names.h"
#include "mbal_jni.h"

#define CLASS MBAL_PACKAGE "AbiLayout"

/* Null past the end of a list, which is how Java finds it. */
static jstring string_or_null(JNIEnv *env, const char *text)
{
	return text ? (*env)->NewStringUTF(env, text) : NULL;
}

static jstring JNICALL value_name(JNIEnv *env, jclass class, jint index)
{
	const struct mbal_abi_value *value = mbal_abi_value_at((size_t)index);

	(void)class;
	return string_or_null(env, value ? value->name : NULL);
}

static jlong JNICALL value_at(JNIEnv *env, jclass class, jint index)
{
	const struct mbal_abi_value *value = mbal_abi_value_at((size_t)index);

	(void)env, (void)class;
	return value ? (jlong)value->value : 0;
}

static jstring JNICALL counter_name(JNIEnv *env, jclass class, jint counter)
{
	(void)class;
	return string_or_null(env, mbal_counter_name((size_t)counter));
}

static jstring JNICALL counter_text(JNIEnv *env, jclass class, jint counter)
{
	(void)class;
	return string_or_null(env, mbal_counter_text((size_t)counter));
}

static jstring JNICALL source_name(JNIEnv *env, jclass class, jint source)
{
	(void)class;
	return string_or_null(env, mbal_source_name((size_t)source));
}

static jstring JNICALL default_socket(JNIEnv *env, jclass class)
{
	(void)class;
	return string_or_null(env, mbal_default_socket());
}

static const JNINativeMethod methods[] = {
	MBAL_METHOD("valueName0", "(I)Ljava/lang/String;", value_name),
	MBAL_METHOD("value0", "(I)J", value_at),
	MBAL_METHOD("counterName0", "(I)Ljava/lang/String;", counter_name),
	MBAL_METHOD("counterText0", "(I)Ljava/lang/String;", counter_text),
	MBAL_METHOD("sourceName0", "(I)Ljava/lang/String;", source_name),
	MBAL_METHOD("defaultSocket0", "()Ljava/lang/String;", default_socket),
};

jint mbal_abi_layout_on_load(JNIEnv *env)
{
	return mbal_register(env, CLASS, methods, MBAL_METHOD_COUNT(methods));
}

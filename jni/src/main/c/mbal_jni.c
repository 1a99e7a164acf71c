/* SPDX-License-Identifier: Apache-2.0 */
#include "mbal_jni.h"

jint mbal_register(JNIEnv *env, const char *class_name, const JNINativeMethod *methods, jint count)
{
	jclass class = (*env)->FindClass(env, class_name);
	jint result;

	if (!class)
		return JNI_ERR;
	result = (*env)->RegisterNatives(env, class, methods, count);
	(*env)->DeleteLocalRef(env, class);
	return result ? JNI_ERR : JNI_OK;
}

/* There is no JNI_OnUnload: no class keeps ids or references, so there is nothing to give back. */
JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved)
{
	JNIEnv *env;

	(void)reserved;
	if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_1_8) != JNI_OK)
		return JNI_ERR;
#define X(name)                                           \
	if (mbal_##name##_on_load(env) != JNI_OK)         \
		return JNI_ERR;
	MBAL_CLASSES(X)
#undef X
	return JNI_VERSION_1_8;
}

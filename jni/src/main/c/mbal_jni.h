/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the single classes share: one class a file, registered when the library is loaded. */
#ifndef MBAL_JNI_H
#define MBAL_JNI_H

#include <jni.h>
#include <stdint.h>

#define MBAL_PACKAGE "org/membalancer/jni/"
#define MBAL_METHOD(name, signature, function) { (char *)(name), (char *)(signature), (void *)(function) }
#define MBAL_METHOD_COUNT(methods) ((jint)(sizeof(methods) / sizeof((methods)[0])))

/* Every class with natives; each has mbal_<name>_on_load() in mbal_<name>.c. */
#define MBAL_CLASSES(X) \
	X(abi_layout) \
	X(affinity) \
	X(buffer_address) \
	X(errno) \
	X(group_tables) \
	X(helper_connection) \
	X(monotonic_clock) \
	X(native_symbols) \
	X(own_memory) \
	X(page_moves) \
	X(private_memory)

#define X(name) jint mbal_##name##_on_load(JNIEnv *env);
MBAL_CLASSES(X)
#undef X

/* Binds natives to a class. JNI_OK, or JNI_ERR with an exception pending that names the class or method. */
jint mbal_register(JNIEnv *env, const char *class_name, const JNINativeMethod *methods, jint count);

/* A Java long is how an address crosses the border. */
static inline void *mbal_pointer(jlong address)
{
	return (void *)(uintptr_t)address;
}

#endif

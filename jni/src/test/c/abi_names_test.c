/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "mbal_abi_names.h"
#include "mbal_tables.h"
#include "tap.h"

static const struct mbal_abi_value *value_of(const char *name)
{
	const struct mbal_abi_value *value;

	for (size_t i = 0; (value = mbal_abi_value_at(i)); i++)
		if (strcmp(value->name, name) == 0)
			return value;
	return NULL;
}

static void values_are_those_of_the_headers(void)
{
	CHECK_EQUAL(value_of("MBAL_ABI_VERSION")->value, MBAL_ABI_VERSION);
	CHECK_EQUAL(value_of("MBAL_TABLE_MAGIC")->value, (long long)MBAL_TABLE_MAGIC);
	CHECK_EQUAL(value_of("MBAL_KEY_THREAD")->value, 1LL << 32);
	CHECK_EQUAL(value_of("mbal_slot.epoch")->value, offsetof(struct mbal_slot, epoch));
	CHECK_EQUAL(value_of("sizeof(mbal_slot)")->value, sizeof(struct mbal_slot));
	CHECK_EQUAL(value_of("sizeof(mbal_status.why)")->value, MBAL_WHY_BYTES);
	CHECK_EQUAL(value_of("MBAL_COUNTER_SEEN")->value, MBAL_COUNTER_SEEN);
	CHECK_EQUAL(value_of("MBAL_SOURCE_REPLAY")->value, MBAL_SOURCE_REPLAY);
	CHECK_EQUAL(value_of("mbal_opened.table_addresses")->value,
		    offsetof(struct mbal_opened, table_addresses));
	CHECK(value_of("mbal_slot.no_such_field") == NULL);
}

static void names_are_unique(void)
{
	const struct mbal_abi_value *value;
	int twice = 0;

	for (size_t i = 0; (value = mbal_abi_value_at(i)); i++)
		twice += value_of(value->name) != value;
	CHECK_EQUAL(twice, 0);
}

static void lists_end_where_their_enum_ends(void)
{
	CHECK(strcmp(mbal_counter_name(MBAL_COUNTER_DROP_TABLE_FULL), "table_full") == 0);
	CHECK(strcmp(mbal_counter_text(MBAL_COUNTER_SEEN), "samples that a source delivered") == 0);
	CHECK(mbal_counter_name(MBAL_COUNTER_MAX - 1) != NULL);
	CHECK(mbal_counter_name(MBAL_COUNTER_MAX) == NULL);
	CHECK(mbal_counter_text(MBAL_COUNTER_MAX) == NULL);
	CHECK(strcmp(mbal_source_name(MBAL_SOURCE_NONE), "none") == 0);
	CHECK(strcmp(mbal_source_name(MBAL_SOURCE_IBS), "ibs") == 0);
	CHECK(mbal_source_name(MBAL_SOURCE_MAX) == NULL);
	CHECK(mbal_abi_value_at((size_t)-1) == NULL);
}

int main(void)
{
	values_are_those_of_the_headers();
	names_are_unique();
	lists_end_where_their_enum_ends();
	return tap_done();
}

// SPDX-License-Identifier: Apache-2.0
#include "soft_window.h"

#include "mbal_soft.h"
#include "tap.h"

int main(void)
{
	CHECK_EQUAL(soft_window(997, 1), MBAL_SOFT_LONG_WINDOW, "as without options");
	CHECK_EQUAL(soft_window(1, 1), MBAL_SOFT_LONG_WINDOW, "the lowest rate");
	CHECK_EQUAL(soft_window(3333, 1), MBAL_SOFT_LONG_WINDOW, "a quarter of the rate is left");
	CHECK_EQUAL(soft_window(3334, 1), MBAL_SOFT_SHORT_WINDOW, "less than a quarter");
	CHECK_EQUAL(soft_window(4000, 1), MBAL_SOFT_SHORT_WINDOW, "4 kHz");
	CHECK_EQUAL(soft_window(4000, 3), MBAL_SOFT_LONG_WINDOW, "4 kHz, with three times the budget");
	CHECK_EQUAL(soft_window(20000, 3), MBAL_SOFT_SHORT_WINDOW, "the highest rate");
	return tap_end();
}

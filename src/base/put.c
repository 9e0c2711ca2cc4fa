/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/put.c - the table of digits, and numbers of a million and more; see put.h.
 */
#include "base/put.h"

/* clang-format off */
#define ONES(p) p "0" p "1" p "2" p "3" p "4" p "5" p "6" p "7" p "8" p "9"
#define TENS(p) ONES(p "0") ONES(p "1") ONES(p "2") ONES(p "3") ONES(p "4") \
	ONES(p "5") ONES(p "6") ONES(p "7") ONES(p "8") ONES(p "9")
const char put_triples[3001] =
	TENS("0") TENS("1") TENS("2") TENS("3") TENS("4")
	TENS("5") TENS("6") TENS("7") TENS("8") TENS("9");
/* clang-format on */

char *put_groups(char *to, uint64_t number, unsigned apart)
{
	unsigned group[7], count = 0;

	do {
		group[count++] = (unsigned)(number % 1000);
		number /= 1000;
	} while (number);
	to = put_small(to, group[--count]);
	while (count) {
		*to = ' ';
		to = put_three(to + apart, group[--count]);
	}
	return to;
}

const uint64_t put_powers[20] = {
        0,
        10,
        100,
        1000,
        10000,
        100000,
        1000000,
        10000000,
        100000000,
        1000000000,
        10000000000,
        100000000000,
        1000000000000,
        10000000000000,
        100000000000000,
        1000000000000000,
        10000000000000000,
        100000000000000000,
        1000000000000000000,
        UINT64_C(10000000000000000000),
};

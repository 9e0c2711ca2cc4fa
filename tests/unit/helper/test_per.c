/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Aligned PER: each kind of type, and messages that say more than they have. Encodings are from
 * the rules of X.691, by hand.
 */
#include "helper/per.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

#define NUMBER 1 /* notes */
#define OCTETS 2

#define NOTED(from, to) {.kind = PER_INTEGER, .low = (from), .high = (to), .note = NUMBER}

static const struct per_type to_7 = NOTED(0, 7);
static const struct per_type from_5_to_5 = NOTED(5, 5);
static const struct per_type to_254 = NOTED(0, 254);
static const struct per_type to_255 = NOTED(0, 255);
static const struct per_type from_1_to_65535 = NOTED(1, 65535);
static const struct per_type to_262143 = NOTED(0, 262143);
static const struct per_type from_1_to_max = NOTED(1, UINT32_MAX);

static const struct per_type two_octets = PER_OCTETS_FROM(2, 2);
static const struct per_type octets_3 = {
	.kind = PER_OCTETS, .low = 3, .high = 3, .note = OCTETS};
static const struct per_type octets_to_20 = {
	.kind = PER_OCTETS, .low = 1, .high = 20, .note = OCTETS};
static const struct per_type octets_to_256 = {
	.kind = PER_OCTETS, .low = 0, .high = 256, .note = OCTETS};
static const struct per_type octets_any = {.kind = PER_OCTETS, .note = OCTETS};
static const struct per_type three_flags = PER_BOOLEANS(3);
static const struct per_type digits = {.kind = PER_STRING, .bits = 4, .low = 1, .high = 128};
static const struct per_type few_digits = {.kind = PER_STRING, .bits = 4, .low = 0, .high = 3};
static const struct per_type wide = {.kind = PER_STRING, .bits = 16, .low = 1, .high = 256};

/* A flag before each puts it where no byte begins. */
#define BEHIND_FLAG(name, t)                                                                       \
	static const struct per_type name =                                                        \
		PER_SEQUENCE_OF_FIELDS(false, {.type = &per_boolean}, {.type = &(t)})
BEHIND_FLAG(flag_to_7, to_7);
BEHIND_FLAG(flag_from_5_to_5, from_5_to_5);
BEHIND_FLAG(flag_to_254, to_254);
BEHIND_FLAG(flag_to_255, to_255);
BEHIND_FLAG(flag_from_1_to_65535, from_1_to_65535);
BEHIND_FLAG(flag_to_262143, to_262143);
BEHIND_FLAG(flag_from_1_to_max, from_1_to_max);
BEHIND_FLAG(flag_octets_3, octets_3);
BEHIND_FLAG(flag_octets_to_20, octets_to_20);
BEHIND_FLAG(flag_octets_to_256, octets_to_256);
BEHIND_FLAG(flag_octets_any, octets_any);

#define FLAG_AND_NUMBER(name, t)                                                                   \
	static const struct per_type name = PER_SEQUENCE_OF_FIELDS(                                \
		false, {.type = &per_boolean}, {.type = &(t)}, {.type = &to_7})
FLAG_AND_NUMBER(two_octets_number, two_octets);
FLAG_AND_NUMBER(flags_number, three_flags);
FLAG_AND_NUMBER(digits_number, digits);
FLAG_AND_NUMBER(few_digits_number, few_digits);
FLAG_AND_NUMBER(wide_number, wide);
FLAG_AND_NUMBER(null_number, per_null);

static const struct per_type numbers = PER_LIST_OF(&to_7);
static const struct per_type two_to_five = {
	.kind = PER_LIST, .low = 2, .high = 5, .of = &to_7};

/* { a INTEGER(0..7) OPTIONAL, b OCTETS(3) OPTIONAL, ..., x NULL, c INTEGER(0..255) OPTIONAL } */
static const struct per_type sequence = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &to_7, .flags = PER_OPTIONAL, .tag = 1},
	{.type = &octets_3, .flags = PER_OPTIONAL, .tag = 2},
	{.type = &to_255, .flags = PER_ADDED, .place = 1, .tag = 3});

/* { zero INTEGER(0..7), one what follows is of no interest, two NULL,
 *   ..., three INTEGER(0..255) } */
static const struct per_type choice = PER_CHOICE_OF_FIELDS(true, 3, NULL,
	{.type = &to_7, .place = 0, .tag = 4, .flags = PER_MARK},
	{.type = &per_null, .place = 2},
	{.type = &to_255, .flags = PER_ADDED, .place = 0, .tag = 5});
static const struct per_type choice_number = PER_SEQUENCE_OF_FIELDS(false,
	{.type = &choice}, {.type = &to_7});
static const struct per_type others = PER_CHOICE_OF_FIELDS(false, 3, &to_7,
	{.type = &per_null, .place = 1});

static const struct per_type inner = {.kind = PER_OCTETS, .of = &choice_number};
static const struct per_type inner_list = PER_LIST_OF(&inner);

/* Holds itself. */
static const struct per_type deep;
static const struct per_type deep = PER_SEQUENCE_OF_FIELDS(false, {.type = &deep});
static const struct per_type nulls = PER_LIST_OF(&per_null);
static const struct per_type many_nulls = {
	.kind = PER_LIST, .low = 0, .high = 65535, .of = &per_null};

static const struct {
	const char *name;
	const struct per_type *type;
	const char *hex;
	const char *notes; /* "-": cannot be read */
} cases[] = {
	/* 10.5.7: up to 255 values in bits, 256 in an aligned byte, up to 64K in two. */
	{"3 bits", &flag_to_7, "50", "5"},
	{"no bits", &flag_from_5_to_5, "80", "5"},
	{"8 bits", &flag_to_254, "7f00", "254"},
	{"8 bits, too much", &flag_to_254, "7f80", "-"},
	{"a byte", &flag_to_255, "80ff", "255"},
	{"two bytes", &flag_from_1_to_65535, "800102", "259"},
	{"two bytes, too much", &flag_from_1_to_65535, "80ffff", "-"},
	/* More: a count of bytes in bits, then they. */
	{"of three, one", &flag_to_262143, "0007", "7"},
	{"of three, three", &flag_to_262143, "4003ffff", "262143"},
	{"of three, too much", &flag_to_262143, "40040000", "-"},
	{"of three, four", &flag_to_262143, "6000000001", "-"},
	{"of four, four", &flag_from_1_to_max, "60fffffffe", "4294967295"},
	{"of four, too much", &flag_from_1_to_max, "60ffffffff", "-"},
	{"of four, short", &flag_from_1_to_max, "600000", "-"},
	/* 16: fixed and up to two bytes long is not aligned; all else is, behind its length. */
	{"two octets", &two_octets_number, "aaaac0", "4"},
	{"octets", &flag_octets_3, "80010203", "@1"},
	{"up to 20", &flag_octets_to_20, "08010203", "@1"},
	{"up to 20, too many", &flag_octets_to_20, "5001020304050607080910111213141516171819202122",
	 "-"},
	{"none of 256", &flag_octets_to_256, "000000", ""},
	{"any", &flag_octets_any, "8003010203", "@2"},
	{"any, none", &flag_octets_any, "8000", ""},
	{"any, more than there is", &flag_octets_any, "80040102", "-"},
	{"any, in fragments", &flag_octets_any, "80c1", "-"},
	{"flags", &flags_number, "0a", "5"},
	{"null", &null_number, "50", "5"},
	/* 27: strings. */
	{"digits", &digits_number, "02123a", "5"},
	{"few digits are not aligned", &few_digits_number, "424c", "3"},
	{"wide", &wide_number, "800100410042a0", "5"},
	/* 19: lists. */
	{"list", &numbers, "035300", "2 4 6"},
	{"empty list", &numbers, "00", ""},
	{"list, more than there is", &numbers, "0453", "-"},
	{"list of two to five", &two_to_five, "1a", "3 2"},
	{"list of five", &two_to_five, "ffffff", "7 7 7 7 7"},
	{"list of five, short", &two_to_five, "ffff", "-"},
	/* 18: sequences. */
	{"nothing optional", &sequence, "00", ""},
	{"both optional", &sequence, "74010203", "5a1 @1a2"},
	{"one", &sequence, "20010203", "@1a2"},
	{"two additions", &sequence, "8070010001ff", "255a3"},
	{"three, the last one unknown", &sequence, "809801ff02abcd", "255a3"},
	{"more than 64", &sequence, "9041", "-"},
	/* 22: choices. */
	{"choice", &choice_number, "0e80", "ma4 3a4 5"},
	{"choice, nothing of interest", &choice_number, "20", ""},
	{"choice, null", &choice_number, "48", "2"},
	{"choice of three, the fourth", &choice_number, "60", "-"},
	{"choice, added", &choice_number, "8001ffa0", "255a5 5"},
	{"choice, added and unknown", &choice_number, "8101ffa0", "5"},
	{"choice of others", &others, "18", "3"},
	{"choice of others, another", &others, "98", "3"},
	{"choice of others, the null", &others, "40", ""},
	/* What is encoded for itself. */
	{"inner", &inner, "020e80", "ma4 3a4 5"},
	{"inner that is none", &inner_list, "0301ff020e8001ff", "ma4 3a4 5"},
	{"inner that ends", &inner_list, "0201200148", "2"},
	{"inner beyond the end", &inner_list, "010348", "-"},
	/* Bounds. */
	{"itself", &deep, "00", "-"},
	{"endless", &many_nulls, "ffff", "-"},
	{"long", &nulls, "87d0", ""},
	{"more notes than there is room", &numbers,
	 "4100000000000000000000000000000000000000000000000000", "-"},
	{"nothing", &to_7, "", "-"},
};

static uint32_t from_hex(const char *hex, uint8_t *data)
{
	uint32_t size = (uint32_t)strlen(hex) / 2;

	for (uint32_t i = 0; i < size; i++) {
		unsigned byte;

		sscanf(hex + 2 * i, "%2x", &byte);
		data[i] = (uint8_t)byte;
	}
	return size;
}

/* Numbers as they are, octets as @offset, marks as m; tags behind an a. */
static void print_notes(const struct per_notes *notes, char *text)
{
	*text = '\0';
	for (uint32_t i = 0; i < notes->count; i++) {
		const struct per_note *n = &notes->note[i];

		if (i)
			text += sprintf(text, " ");
		if (n->note == NUMBER)
			text += sprintf(text, "%u", n->value);
		else if (n->note == OCTETS)
			text += sprintf(text, "@%u", n->offset);
		else
			text += sprintf(text, "m");
		if (n->tag)
			text += sprintf(text, "a%u", n->tag);
	}
}

static void test_types(void **state)
{
	struct per_notes notes;
	char text[PER_NOTES * 16];
	unsigned wrong = 0;

	(void)state;
	for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
		uint8_t *data = malloc(strlen(cases[i].hex) / 2 + 1);
		uint32_t size = from_hex(cases[i].hex, data);

		if (!per_read(cases[i].type, data, size, size, &notes)) {
			assert_int_equal(notes.count, 0);
			strcpy(text, "-");
		} else {
			print_notes(&notes, text);
		}
		free(data);
		if (strcmp(text, cases[i].notes) != 0) {
			print_error("%s: %s, not %s\n", cases[i].name, text, cases[i].notes);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

/* A part of a message: what was noted before the cut counts. */
static void test_cut(void **state)
{
	static const uint8_t message[] = {3, 2, 0x0e, 0x80, 1, 0x48, 2, 0x0e, 0x80};
	static const char *const want[] = {
		"", "", "", "ma4 3a4", "ma4 3a4 5", "ma4 3a4 5", "ma4 3a4 5 2", "ma4 3a4 5 2",
		"ma4 3a4 5 2 ma4 3a4", "ma4 3a4 5 2 ma4 3a4 5"};
	struct per_notes notes;
	char text[PER_NOTES * 16];

	(void)state;
	for (uint32_t present = 0; present <= sizeof message; present++) {
		uint8_t *data = malloc(present + 1);

		memcpy(data, message, present);
		assert_true(per_read(&inner_list, data, sizeof message, present, &notes));
		print_notes(&notes, text);
		assert_string_equal(text, want[present]);
		assert_int_equal(notes.whole, present == sizeof message);
		free(data);
	}
	assert_int_equal(notes.used, sizeof message);
	assert_false(per_read(&inner_list, message, 65536, sizeof message, &notes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

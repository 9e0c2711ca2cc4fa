/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages of DNS: questions byte by byte, and what answers tell, broken and false ones too.
 */
#include "daemon/dns_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

#define Q "\1a\2bc\0"        /* a.bc, at 12 */
#define ASKED "\0\1\0\1"     /* A, IN */
#define HEAD(flags, questions, answers) "\x12\x34" flags "\0" questions "\0" answers "\0\0\0\0"
#define OK "\x81\x80"
#define A_RR(owner, ttl, addr) owner "\0\1\0\1" ttl "\0\4" addr
#define CNAME_RR(owner, ttl, size, name) owner "\0\5\0\1" ttl "\0" size name
#define SELF "\xc0\x0c"
#define TEXT(literal) literal, sizeof(literal) - 1

static void test_questions(void **state)
{
	static const uint8_t v4[] = "\x12\x34\1\0\0\1\0\0\0\0\0\0" Q ASKED;
	static const uint8_t v6[] = "\x12\x34\1\0\0\1\0\0\0\0\0\1" Q "\0\x1c\0\1"
	                            "\0\0\x29\x10\0\0\0\0\0\0\0";
	uint8_t out[DNS_QUESTION_MAX];
	char label[65], name[256];

	(void)state;
	assert_int_equal(dns_write_question(out, 0x1234, TEXT("a.bc"), WEIR_IPV4, 0), sizeof v4 - 1);
	assert_memory_equal(out, v4, sizeof v4 - 1);
	assert_int_equal(dns_write_question(out, 0x1234, TEXT("a.bc."), WEIR_IPV6, 4096),
	                 sizeof v6 - 1);
	assert_memory_equal(out, v6, sizeof v6 - 1);
	assert_int_equal(dns_write_question(out, 1, "", 0, WEIR_IPV4, 0), 0);
	assert_int_equal(dns_write_question(out, 1, TEXT("."), WEIR_IPV4, 0), 0);
	assert_int_equal(dns_write_question(out, 1, TEXT("a..b"), WEIR_IPV4, 0), 0);
	assert_int_equal(dns_write_question(out, 1, TEXT(".a"), WEIR_IPV4, 0), 0);
	memset(label, 'x', sizeof label);
	assert_int_equal(dns_write_question(out, 1, label, 63, WEIR_IPV4, 0), 12 + 65 + 4);
	assert_int_equal(dns_write_question(out, 1, label, 64, WEIR_IPV4, 0), 0);
	for (size_t i = 0; i < sizeof name; i++)
		name[i] = i % 64 == 63 ? '.' : 'x';
	assert_int_equal(dns_write_question(out, 1, name, 253, WEIR_IPV4, 512), DNS_QUESTION_MAX);
	assert_int_equal(dns_write_question(out, 1, name, 254, WEIR_IPV4, 512), 0);
}

struct told {
	union weir_addr addr[8];
	unsigned count;
};

static void tell(void *ctx, const union weir_addr *addr)
{
	struct told *told = ctx;

	assert_true(told->count < ARRAY_COUNT(told->addr));
	told->addr[told->count++] = *addr;
}

static const struct {
	const char *what, *message;
	size_t len;
	enum dns_result result;
	unsigned count;
	uint32_t ttl;
} answers[] = {
        {"one", TEXT(HEAD(OK, "\1", "\1") Q ASKED A_RR(SELF, "\0\0\1\0", "\xc0\0\2\1")),
         DNS_ADDRESSES, 1, 256},
        {"in capitals", TEXT(HEAD(OK, "\1", "\1") "\1A\2Bc\0" ASKED
                             A_RR("\1a\2BC\0", "\0\0\0\x3c", "\xc0\0\2\1")),
         DNS_ADDRESSES, 1, 60},
        {"two, the shorter time", TEXT(HEAD(OK, "\1", "\2") Q ASKED
                                       A_RR(SELF, "\0\0\0\x3c", "\xc0\0\2\1")
                                       A_RR(SELF, "\0\0\0\x1e", "\xc0\0\2\2")),
         DNS_ADDRESSES, 2, 30},
        {"a time without a meaning", TEXT(HEAD(OK, "\1", "\1") Q ASKED
                                          A_RR(SELF, "\x80\0\0\1", "\xc0\0\2\1")),
         DNS_ADDRESSES, 1, 0},
        {"an alias, behind what it means", TEXT(HEAD(OK, "\1", "\2") Q ASKED
                                                A_RR("\1z\0", "\0\0\0\x3c", "\xc0\0\2\1")
                                                CNAME_RR(SELF, "\0\0\0\x0a", "\3", "\1z\0")),
         DNS_ADDRESSES, 1, 10},
        {"an alias of itself", TEXT(HEAD(OK, "\1", "\1") Q ASKED
                                    CNAME_RR(SELF, "\0\0\0\x0a", "\2", SELF)),
         DNS_NO_ADDRESS, 0, 0},
        {"another name's address", TEXT(HEAD(OK, "\1", "\1") Q ASKED
                                        A_RR("\1z\0", "\0\0\0\x3c", "\xc0\0\2\1")),
         DNS_NO_ADDRESS, 0, 0},
        {"another type", TEXT(HEAD(OK, "\1", "\1") Q ASKED SELF "\0\x10\0\1\0\0\0\1\0\4abcd"),
         DNS_NO_ADDRESS, 0, 0},
        {"a wrong size", TEXT(HEAD(OK, "\1", "\1") Q ASKED SELF "\0\1\0\1\0\0\0\1\0\3abc"),
         DNS_NO_ADDRESS, 0, 0},
        {"fewer than promised", TEXT(HEAD(OK, "\1", "\5") Q ASKED
                                     A_RR(SELF, "\0\0\0\x3c", "\xc0\0\2\1")),
         DNS_ADDRESSES, 1, 60},
        {"cut in a record", TEXT(HEAD(OK, "\1", "\1") Q ASKED SELF "\0\1\0\1\0\0\0\1\0\4abc"),
         DNS_NO_ADDRESS, 0, 0},
        {"a name that points at itself", TEXT(HEAD(OK, "\1", "\1") Q ASKED
                                              A_RR("\xc0\x16", "\0\0\0\x3c", "\xc0\0\2\1")),
         DNS_NO_ADDRESS, 0, 0},
        {"a name that points on", TEXT(HEAD(OK, "\1", "\1") Q ASKED
                                       A_RR("\xc0\x20", "\0\0\0\x3c", "\xc0\0\2\1")),
         DNS_NO_ADDRESS, 0, 0},
        {"a label of no kind", TEXT(HEAD(OK, "\1", "\1") Q ASKED
                                    A_RR("\x40\0", "\0\0\0\x3c", "\xc0\0\2\1")),
         DNS_NO_ADDRESS, 0, 0},
        {"nothing", TEXT(HEAD(OK, "\1", "\0") Q ASKED), DNS_NO_ADDRESS, 0, 0},
        {"no name", TEXT(HEAD("\x81\x83", "\1", "\0") Q ASKED), DNS_NO_NAME, 0, 0},
        {"no name, but of what?", TEXT(HEAD("\x81\x83", "\0", "\0")), DNS_NOT_OURS, 0, 0},
        {"failed", TEXT(HEAD("\x81\x82", "\1", "\0") Q ASKED), DNS_FAILED, 0, 0},
        {"refused", TEXT(HEAD("\x81\x85", "\1", "\0") Q ASKED), DNS_REFUSED, 0, 0},
        {"misunderstood", TEXT(HEAD("\x81\x81", "\0", "\0")), DNS_MISUNDERSTOOD, 0, 0},
        {"not implemented", TEXT(HEAD("\x81\x84", "\1", "\0") Q ASKED), DNS_MISUNDERSTOOD, 0, 0},
        {"cut", TEXT(HEAD("\x83\x80", "\1", "\1") Q ASKED
                     A_RR(SELF, "\0\0\1\0", "\xc0\0\2\1")),
         DNS_CUT, 0, 0},
        {"a question", TEXT(HEAD("\1\0", "\1", "\0") Q ASKED), DNS_NOT_OURS, 0, 0},
        {"another name", TEXT(HEAD(OK, "\1", "\0") "\1a\2bd\0" ASKED), DNS_NOT_OURS, 0, 0},
        {"another type's", TEXT(HEAD(OK, "\1", "\0") Q "\0\x1c\0\1"), DNS_NOT_OURS, 0, 0},
        {"another number", TEXT("\x12\x35" OK "\0\1\0\0\0\0\0\0" Q ASKED), DNS_NOT_OURS, 0, 0},
        {"two questions", TEXT(HEAD(OK, "\2", "\0") Q ASKED), DNS_NOT_OURS, 0, 0},
        {"too short", TEXT("\x12\x34" OK "\0\1\0\0"), DNS_NOT_OURS, 0, 0},
        {"empty", TEXT(""), DNS_NOT_OURS, 0, 0},
};

/* On the heap, so that whoever reads behind its end is found out. */
static enum dns_result read_copy(const char *message, size_t len, struct told *told, uint32_t *ttl)
{
	uint8_t question[DNS_QUESTION_MAX], *copy = malloc(len ? len : 1);
	size_t size = dns_write_question(question, 0x1234, TEXT("a.bc"), WEIR_IPV4, 1232);
	enum dns_result result;

	assert_non_null(copy);
	copy = realloc(copy, len ? len : 1);
	memcpy(copy, message, len);
	result = dns_read_answer(copy, len, question, size, tell, told, ttl);
	free(copy);
	return result;
}

static void test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(answers); i++) {
		struct told told = {0};
		uint32_t ttl = 0;
		enum dns_result result = read_copy(answers[i].message, answers[i].len, &told, &ttl);

		if (result != answers[i].result || told.count != answers[i].count ||
		    ttl != answers[i].ttl)
			fail_msg("%s: result %d, %u addresses, TTL %u", answers[i].what, (int)result,
			         told.count, ttl);
		if (told.count)
			assert_memory_equal(&told.addr[0], "\xc0\0\2\1\0\0\0\0", 8);
	}
}

/* Every beginning of an answer is a message too, if a broken one. */
static void test_beginnings(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(answers); i++) {
		for (size_t len = 0; len < answers[i].len; len++) {
			struct told told = {0};
			uint32_t ttl = 0;

			read_copy(answers[i].message, len, &told, &ttl);
			assert_true(told.count <= answers[i].count);
		}
	}
}

/* The name's answer, with so many aliases on the way to its address. */
static enum dns_result read_chain(unsigned aliases, struct told *told)
{
	static const char head[] = HEAD(OK, "\1", "\x20") Q ASKED;
	static const char first[] = CNAME_RR(SELF, "\0\0\0\x0a", "\3", "\1\0\0");
	static const char next[] = CNAME_RR("\1\0\0", "\0\0\0\x0a", "\3", "\1\0\0");
	static const char last[] = A_RR("\1\0\0", "\0\0\0\x0a", "\xc0\0\2\1");
	char message[1024];
	size_t len = sizeof head - 1;
	uint32_t ttl;

	memcpy(message, head, len);
	for (unsigned i = 0; i <= aliases; i++) {
		const char *record = i == 0 ? first : i < aliases ? next : last;
		size_t size = i == 0 ? sizeof first - 1 : i < aliases ? sizeof next - 1 : sizeof last - 1;

		memcpy(message + len, record, size);
		if (i)
			message[len + 1] = (char)i;
		if (i < aliases)
			message[len + size - 2] = (char)(i + 1);
		len += size;
	}
	return read_copy(message, len, told, &ttl);
}

static void test_aliases(void **state)
{
	struct told told = {0};

	(void)state;
	assert_int_equal(read_chain(DNS_ALIASES, &told), DNS_ADDRESSES);
	assert_int_equal(told.count, 1);
	assert_int_equal(read_chain(DNS_ALIASES + 1, &told), DNS_NO_ADDRESS);
}

/* => the answer's meaning, whose record's name goes through so many pointers */
static enum dns_result read_pointers(unsigned pointers, struct told *told)
{
	static const char head[] = HEAD(OK, "\1", "\2") Q ASKED;
	static const char last[] = "\0\1\0\1\0\0\0\x0a\0\4\xc0\0\2\1";
	char message[1024];
	size_t len = sizeof head - 1, at;
	uint32_t ttl;

	/* A record that holds nothing but pointers, each to the one before; the first to a.bc. */
	memcpy(message, head, len);
	memcpy(message + len, "\0\0\x10\0\1\0\0\0\0", 9);
	put_be16(message + len + 9, (uint16_t)(2 * (pointers - 1)));
	len += 11;
	at = 12;
	for (unsigned i = 1; i < pointers; i++, len += 2) {
		put_be16(message + len, (uint16_t)(0xc000u | at));
		at = len;
	}
	put_be16(message + len, (uint16_t)(0xc000u | at));
	len += 2;
	memcpy(message + len, last, sizeof last - 1);
	return read_copy(message, len + sizeof last - 1, told, &ttl);
}

static void test_pointers(void **state)
{
	struct told told = {0};

	(void)state;
	assert_int_equal(read_pointers(1, &told), DNS_ADDRESSES);
	assert_int_equal(read_pointers(127, &told), DNS_ADDRESSES);
	assert_int_equal(told.count, 2);
	assert_int_equal(read_pointers(128, &told), DNS_NO_ADDRESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_questions),
	        cmocka_unit_test(test_answers),
	        cmocka_unit_test(test_beginnings),
	        cmocka_unit_test(test_aliases),
	        cmocka_unit_test(test_pointers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

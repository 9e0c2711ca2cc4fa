/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fragment table: stories of a datagram each, then memory, time and what the
 * whole looks like.
 *
 * A story is a line of fragments and a line of answers. A fragment is
 * OFFSET+LENGTH, followed by m (more fragments), d (DF), eN (ECN field N), cN (only N
 * bytes of payload captured). An answer is h (held), C (complete), or the first
 * letters of the reason that it was refused with.
 */
#include "packet/frag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "assemble.h"
#include "base/bytes.h"

#define MEMORY (1u << 20)

struct fixture {
	struct alloc alloc;
	struct frag_table *table;
	long allocs_left; /* before they fail; negative: never */
};

static void *own_alloc(void *ctx, size_t size, size_t align)
{
	struct fixture *f = ctx;

	(void)align;
	if (f->allocs_left == 0)
		return NULL;
	if (f->allocs_left > 0)
		f->allocs_left--;
	return calloc(1, size);
}

static void own_free(void *ctx, void *ptr, size_t size)
{
	(void)ctx;
	(void)size;
	free(ptr);
}

static void open_table(struct fixture *f, uint32_t memory)
{
	const struct weir_allocator hooks = {.alloc = own_alloc, .free = own_free, .ctx = f};
	const uint8_t seed[32] = {1};
	struct hash_key key;

	memset(f, 0, sizeof *f);
	f->allocs_left = -1;
	alloc_init(&f->alloc, &hooks);
	hash_key_init(&key, seed, 1);
	f->table = frag_table_create(&f->alloc, &key, memory);
	assert_non_null(f->table);
}

/* Nothing may be left of a table. */
static void close_table(struct fixture *f)
{
	frag_table_destroy(f->table);
	assert_int_equal(f->alloc.used, 0);
}

struct fragment {
	uint32_t id, offset, length;
	uint32_t captured; /* of the payload */
	bool ip6, more, df;
	uint8_t ecn;
	uint8_t proto; /* 0: UDP */
};

/* The byte at an offset of every datagram. */
static uint8_t byte_at(uint32_t offset)
{
	return (uint8_t)(offset * 7 + (offset >> 8));
}

static uint32_t build(uint8_t *b, const struct fragment *f)
{
	uint32_t header = f->ip6 ? 48 : 20;
	uint8_t proto = f->proto ? f->proto : 17;

	memset(b, 0, header);
	if (f->ip6) {
		b[0] = 0x60;
		b[1] = (uint8_t)(f->ecn << 4);
		put_be16(b + 4, (uint16_t)(8 + f->length));
		b[6] = 44;
		b[7] = 64;
		b[23] = 1;
		b[39] = 2;
		b[40] = proto;
		put_be16(b + 42, (uint16_t)(f->offset | f->more));
		put_be32(b + 44, f->id);
	} else {
		b[0] = 0x45;
		b[1] = f->ecn;
		put_be16(b + 2, (uint16_t)(20 + f->length));
		put_be16(b + 4, (uint16_t)f->id);
		put_be16(b + 6, (uint16_t)(f->offset / 8 | f->more << 13 | f->df << 14));
		b[8] = 64;
		b[9] = proto;
		b[15] = 1;
		b[19] = 2;
		put_be16(b + 10, slow_checksum(NULL, 0, b, 20));
	}
	for (uint32_t i = 0; i < f->length; i++)
		b[header + i] = byte_at(f->offset + i);
	return header + f->length;
}

/* Adds a fragment. => the answer; *reason is set if it was refused */
static enum frag_result add(struct fixture *f, const struct fragment *fr, weir_time now,
                            struct frag_whole *whole, enum weir_reason *reason)
{
	const struct packet_checks checks = {.checksum = true};
	uint32_t size, cap, header = fr->ip6 ? 48 : 20;
	enum frag_result result;
	struct weir_packet io = {0};
	struct packet p;
	uint8_t *b = malloc(70000);

	assert_non_null(b);
	size = build(b, fr);
	cap = fr->captured < fr->length ? header + fr->captured : size;
	io.data = malloc(cap); /* the exact size, for the sanitizer */
	assert_non_null(io.data);
	memcpy(io.data, b, cap);
	io.caplen = cap;
	io.len = size;
	p.io = &io;
	packet_parse(&p, &checks);
	assert_int_equal(p.kind, PACKET_FRAGMENT);
	result = frag_add(f->table, &p, now, whole);
	assert_int_equal(io.reason != WEIR_R_NONE, result == FRAG_REFUSED);
	*reason = (enum weir_reason)io.reason;
	free(io.data);
	free(b);
	return result;
}

static const char *answer(enum frag_result result, enum weir_reason reason)
{
	static const char *const names[] = {"none",
#define X(name, counter, text) counter,
	                                    WEIR_REASONS(X)
#undef X
	};

	if (result == FRAG_REFUSED)
		return strncmp(names[reason], "frag-", 5) ? names[reason] : names[reason] + 5;
	return result == FRAG_HELD ? "h" : "C";
}

static struct fragment read_fragment(const char *word, bool ip6)
{
	struct fragment f = {.id = 7, .ip6 = ip6, .captured = UINT32_MAX};
	char *rest;

	f.offset = (uint32_t)strtoul(word, &rest, 10);
	assert_int_equal(*rest, '+');
	f.length = (uint32_t)strtoul(rest + 1, &rest, 10);
	while (*rest) {
		char what = *rest++;

		if (what == 'm')
			f.more = true;
		else if (what == 'd')
			f.df = true;
		else if (what == 'e')
			f.ecn = (uint8_t)strtoul(rest, &rest, 10);
		else if (what == 'c')
			f.captured = (uint32_t)strtoul(rest, &rest, 10);
		else
			fail_msg("fragment %s", word);
	}
	return f;
}

/* The whole is a packet of its own, and its payload that of all fragments. */
static void check_whole(const struct frag_whole *w, bool ip6)
{
	uint32_t header = ip6 ? 40 : 20;

	if (ip6) {
		assert_int_equal(w->data[6], 17);
		assert_int_equal(be16(w->data + 4), w->len - 40);
	} else {
		assert_int_equal(be16(w->data + 2), w->len);
		assert_int_equal(be16(w->data + 6) & 0xbfff, 0);
		assert_int_equal(slow_checksum(NULL, 0, w->data, 20), 0);
	}
	for (uint32_t i = 0; header + i < w->caplen; i++)
		assert_int_equal(w->data[header + i], byte_at(i));
}

struct story {
	const char *family; /* "4", "6" or both */
	const char *fragments, *answers;
	uint32_t length; /* of the payload, if it completes */
	uint8_t ecn;
	uint32_t present; /* of the payload, up to the first hole; 0: all */
};

static const struct story stories[] = {
        /* in order, backwards, with the middle last */
        {"46", "0+1480m 1480+520", "h C", 2000, 0, 0},
        {"46", "1480+520 0+1480m", "h C", 2000, 0, 0},
        {"46", "0+24m 48+5 24+24m", "h h C", 53, 0, 0},
        {"46", "40+8m 32+8m 24+8m 16+8m 48+1 0+16m", "h h h h h C", 49, 0, 0},
        {"4", "0+8m 8+8", "h C", 16, 0, 0}, /* tiny, but IPv4 knows no rule against it */
        {"6", "0+8m 8+8", "h C", 16, 0, 0}, /* a UDP header just fits */
        {"4", "0+65512m 65512+3", "h C", 65515, 0, 0},
        {"6", "0+65504m 65504+31", "h C", 65535, 0, 0},
        /* duplicates harm nothing, whether of the first, the middle or the end */
        {"46", "0+24m 0+24m 24+8", "h duplicate C", 32, 0, 0},
        {"46", "24+8 24+8 0+24m", "h duplicate C", 32, 0, 0},
        {"46", "8+8m 24+8 8+8m 24+8 0+8m 16+8m", "h h duplicate duplicate h C", 32, 0, 0},
        /* an overlap ends the datagram: what comes later waits in vain */
        {"46", "0+24m 16+16 24+8", "h overlap h", 0, 0, 0},
        {"46", "8+16m 0+16m 0+8m", "h overlap h", 0, 0, 0},
        {"46", "0+24m 8+8m 24+8", "h overlap h", 0, 0, 0},
        {"46", "8+8m 0+24m 0+8m", "h overlap h", 0, 0, 0},
        {"46", "0+24m 0+16m 24+8", "h overlap h", 0, 0, 0},
        {"46", "0+8m 16+8m 8+24", "h h overlap", 0, 0, 0},
        {"46", "0+24m 32+8m 16+24m 40+8", "h h overlap h", 0, 0, 0},
        /* the same piece as last and as not last */
        {"46", "8+8m 8+8 0+8m", "h overlap h", 0, 0, 0},
        {"46", "8+8 8+8m 0+8m", "h overlap h", 0, 0, 0},
        /* two ends, something behind the end, an end before what is there */
        {"46", "24+8 32+8 0+24m", "h bounds h", 0, 0, 0},
        {"46", "24+8 16+8 0+24m", "h bounds h", 0, 0, 0},
        {"46", "24+8 32+8m 0+24m", "h bounds h", 0, 0, 0},
        {"46", "24+8m 16+8 0+24m", "h bounds h", 0, 0, 0},
        /* wrong by themselves; the datagram goes on */
        {"46", "0+24m 24+7m 24+7", "h length C", 31, 0, 0},
        {"46", "0+24m 24+0m 24+8", "h length C", 32, 0, 0},
        {"46", "0+24m 24+0 24+8", "h length C", 32, 0, 0},
        {"4", "65512+4 0+8m", "too-long h", 0, 0, 0},
        {"4", "65528+8m", "too-long", 0, 0, 0},
        {"6", "65528+8 0+8m", "too-long h", 0, 0, 0},
        /* ECN: congestion counts for all, a mixture with incapable ones is forged */
        {"46", "0+24me2 24+8e2", "h C", 32, 2, 0},
        {"46", "0+24me2 24+8e3", "h C", 32, 3, 0},
        {"46", "0+24me3 24+8e2", "h C", 32, 3, 0},
        {"46", "0+24me1 24+8e3", "h C", 32, 3, 0},
        {"46", "0+24me1 24+8e2", "h C", 32, 1, 0},
        {"46", "0+24me3 24+8e3", "h C", 32, 3, 0},
        {"46", "0+24me0 24+8e3", "h ecn", 0, 0, 0},
        {"46", "0+24me2 24+8e0", "h ecn", 0, 0, 0},
        {"46", "0+24me1 24+8me2 32+8e0", "h h ecn", 0, 0, 0},
        /* cut short by the capture: whole by its lengths, but not by its bytes */
        {"46", "0+24mc10 24+8", "h C", 32, 0, 10},
        {"46", "24+8c3 0+8m 8+16mc5", "h h C", 32, 0, 13},
        {"46", "0+24m 24+8c0", "h C", 32, 0, 24},
        {"46", "24+8 0+24mc1", "h C", 32, 0, 1},
};

static void tell(const struct story *s, bool ip6)
{
	char fragments[200], answers[200], *rest = fragments, *expected = answers, *word;
	struct frag_whole whole = {0};
	struct fixture f;

	open_table(&f, MEMORY);
	strcpy(fragments, s->fragments);
	strcpy(answers, s->answers);
	while ((word = strsep(&rest, " "))) {
		struct fragment fr = read_fragment(word, ip6);
		enum weir_reason reason;
		enum frag_result result = add(&f, &fr, WEIR_SEC, &whole, &reason);
		const char *want = strsep(&expected, " ");

		if (!want || strcmp(want, answer(result, reason)))
			fail_msg("IPv%c %s: %s gives %s", ip6 ? '6' : '4', s->fragments, word,
			         answer(result, reason));
		if (result == FRAG_COMPLETE) {
			check_whole(&whole, ip6);
			assert_int_equal(whole.len, s->length + (ip6 ? 40 : 20));
			assert_int_equal(ip6 ? whole.data[1] >> 4 : whole.data[1], s->ecn);
			assert_int_equal(whole.caplen < whole.len, s->present != 0);
			assert_int_equal(whole.caplen,
			                 (s->present ? s->present : s->length) + (ip6 ? 40 : 20));
		}
	}
	assert_null(expected);
	close_table(&f);
}

static void test_stories(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(stories); i++) {
		if (strchr(stories[i].family, '4'))
			tell(&stories[i], false);
		if (strchr(stories[i].family, '6'))
			tell(&stories[i], true);
	}
}

/* IPv6 packets that are lines of assemble.h, one after another, and the last answer. */
static void test_ip6_chain(void **state)
{
	static const struct {
		const char *first, *second, *answers;
		uint32_t length; /* of the whole */
		uint32_t nh_at;  /* of its next-header field and value */
		uint8_t nh;
	} rows[] = {
	        /* the headers before the fragment header stay, and name what comes after it */
	        {"ip6:00 2c00 *6 1100000100000007 udp", "ip6:00 2c00 *6 1100000800000007 *5", "h C",
	         61, 40, 17},
	        /* the first fragment's next header counts, not the second's */
	        {"ip6:2c 1100000100000007 udp", "ip6:2c 0600000800000007 *5", "h C", 53, 6, 17},
	        {"ip6:2c 0600000800000007 *5", "ip6:2c 1100000100000007 udp", "h C", 53, 6, 17},
	        /* all headers are in the first fragment (RFC 7112) */
	        {"ip6:2c 0600000100000007 *16", NULL, "tiny", 0, 0, 0},
	        {"ip6:2c 0600000100000007 tcp:02 *4", NULL, "h", 0, 0, 0},
	        {"ip6:2c 3c00000100000007 0601 *6", NULL, "tiny", 0, 0, 0},
	        {"ip6:2c 3c00000100000007 0600 *6", NULL, "tiny", 0, 0, 0},
	        {"ip6:2c 3c00000100000007 1100 *6 udp", NULL, "h", 0, 0, 0},
	        {"ip6:2c 8400000100000007 *8", NULL, "tiny", 0, 0, 0},
	        {"ip6:2c 2100000100000007 *8", NULL, "tiny", 0, 0, 0},
	        {"ip6:2c 8800000100000007 *8", NULL, "h", 0, 0, 0},
	        {"ip6:2c 3a00000100000007 *8", NULL, "h", 0, 0, 0},
	        {"ip6:2c 3200000100000007 *8", NULL, "h", 0, 0, 0},
	        {"ip6:2c 3b00000100000007 *8", NULL, "h", 0, 0, 0},
	        /* what a capture cut away cannot be blamed */
	        {"ip6:2c 0600000100000007 *24 cut:52", NULL, "h", 0, 0, 0},
	        {"ip6:2c 3c00000100000007 0601 *22 cut:56", NULL, "h", 0, 0, 0},
	        /* no fragment inside a fragment */
	        {"ip6:2c 2c00000100000007 1100000100000008 udp", NULL, "nested", 0, 0, 0},
	        {"ip6:2c 3c00000100000007 2c00 *6 1100000100000008", NULL, "nested", 0, 0, 0},
	        {"ip6:2c 2c00000000000007 1100000000000008 udp", NULL, "nested", 0, 0, 0},
	        {"ip6:2c 2c00000000000007", NULL, "nested", 0, 0, 0},
	        /* atomic fragments stand alone, whatever waits under their identification */
	        {"ip6:2c 1100000000000007 udp", NULL, "C", 48, 6, 17},
	        {"ip6:00 2c00 *6 1100000000000007 udp", NULL, "C", 56, 40, 17},
	        {"ip6:2c 1100000800000007 *8", "ip6:2c 1100000000000007 udp", "h C", 48, 6, 17},
	        {"ip6:2c 0600000000000007 *4", NULL, "C", 44, 6, 6},
	        {"ip6:2c 3b00000000000007", NULL, "C", 40, 6, 59},
	        {"ip6:2c 3c3c000100000007 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 "
	         "3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6",
	         NULL, "ip6-chain-long", 0, 0, 0},
	};
	const struct packet_checks checks = {.checksum = true};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		const char *lines[2] = {rows[i].first, rows[i].second};
		struct frag_whole whole = {0};
		char told[100] = "";
		struct fixture f;

		open_table(&f, MEMORY);
		for (int n = 0; n < 2 && lines[n]; n++) {
			struct assembled a = assemble(lines[n]);
			struct weir_packet io = {.data = a.data, .caplen = a.caplen, .len = a.len};
			struct packet p = {.io = &io};
			enum frag_result result;

			packet_parse(&p, &checks);
			assert_int_equal(p.kind, PACKET_FRAGMENT);
			result = frag_add(f.table, &p, 0, &whole);
			strcat(told, n ? " " : "");
			strcat(told, answer(result, (enum weir_reason)io.reason));
			free(a.data);
		}
		if (strcmp(told, rows[i].answers))
			fail_msg("%s: %s", rows[i].first, told);
		if (rows[i].length) {
			assert_int_equal(whole.len, rows[i].length);
			assert_int_equal(whole.data[rows[i].nh_at], rows[i].nh);
			assert_int_equal(be16(whole.data + 4), whole.len - 40);
		}
		close_table(&f);
	}
}

/* DF stays if the largest fragment has it. */
static void test_df(void **state)
{
	static const struct {
		const char *fragments;
		bool df;
	} rows[] = {
	        {"0+24m 24+8", false}, {"0+24md 24+8", true},  {"0+24m 24+8d", false},
	        {"0+8m 8+16d", true},  {"0+16md 16+16", true}, {"0+24md 24+8d", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		char copy[100], *rest = copy, *word;
		struct frag_whole whole = {0};
		enum weir_reason reason;
		struct fixture f;

		open_table(&f, MEMORY);
		strcpy(copy, rows[i].fragments);
		while ((word = strsep(&rest, " "))) {
			struct fragment fr = read_fragment(word, false);

			add(&f, &fr, 0, &whole, &reason);
		}
		assert_non_null(whole.data);
		assert_int_equal(be16(whole.data + 6), rows[i].df ? 0x4000 : 0);
		close_table(&f);
	}
}

/* The options of the first fragment stay, those of others do not. */
static void test_options(void **state)
{
	static const char *const lines[] = {"ip4:11 01010100 udp !0=46 !6=2000",
	                                    "ip4:11 *8 0102030405 !0=47 !6=0001"};
	const struct packet_checks checks = {.checksum = true};
	struct frag_whole whole = {0};
	struct fixture f;

	(void)state;
	open_table(&f, MEMORY);
	for (int n = 0; n < 2; n++) {
		struct assembled a = assemble(lines[n]);
		struct weir_packet io = {.data = a.data, .caplen = a.caplen, .len = a.len};
		struct packet p = {.io = &io};

		packet_parse(&p, &checks);
		assert_int_equal(frag_add(f.table, &p, 0, &whole), n ? FRAG_COMPLETE : FRAG_HELD);
		free(a.data);
	}
	assert_int_equal(whole.len, 24 + 8 + 5);
	assert_int_equal(whole.data[0], 0x46);
	assert_int_equal(slow_checksum(NULL, 0, whole.data, 24), 0);
	assert_int_equal(whole.data[36], 5);
	close_table(&f);
}

/* Fragments belong together by addresses, identification and, on IPv4, protocol. */
static void test_keys(void **state)
{
	struct fragment first = {.id = 7, .length = 24, .more = true, .captured = UINT32_MAX};
	struct fragment last = {.id = 7, .offset = 24, .length = 8, .captured = UINT32_MAX};
	struct frag_whole whole;
	enum weir_reason reason;
	struct fixture f;

	(void)state;
	open_table(&f, MEMORY);
	assert_int_equal(add(&f, &first, 0, &whole, &reason), FRAG_HELD);
	last.id = 8;
	assert_int_equal(add(&f, &last, 0, &whole, &reason), FRAG_HELD);
	last.id = 7;
	last.proto = 6;
	assert_int_equal(add(&f, &last, 0, &whole, &reason), FRAG_HELD);
	last.proto = 0;
	last.ip6 = true;
	assert_int_equal(add(&f, &last, 0, &whole, &reason), FRAG_HELD);
	last.ip6 = false;
	assert_int_equal(add(&f, &last, 0, &whole, &reason), FRAG_COMPLETE);
	close_table(&f);
}

static void test_time(void **state)
{
	struct fragment first = {.id = 7, .length = 24, .more = true, .captured = UINT32_MAX};
	struct fragment last = {.id = 7, .offset = 24, .length = 8, .captured = UINT32_MAX};
	struct frag_whole whole;
	struct frag_stats stats;
	enum weir_reason reason;
	struct fixture f;

	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		weir_time wait = (ip6 ? 60 : 30) * WEIR_SEC, start = 5 * WEIR_SEC;

		first.ip6 = last.ip6 = ip6;
		open_table(&f, MEMORY);
		add(&f, &first, start, &whole, &reason);
		assert_int_equal(add(&f, &last, start + wait - 1, &whole, &reason), FRAG_COMPLETE);
		add(&f, &first, start + wait, &whole, &reason);
		assert_int_equal(add(&f, &last, start + 2 * wait, &whole, &reason), FRAG_HELD);
		frag_stats_get(f.table, &stats);
		assert_int_equal(stats.expired, 1);
		assert_int_equal(stats.reassembled, 1);
		frag_expire(f.table, start + 3 * wait - 1);
		frag_stats_get(f.table, &stats);
		assert_int_equal(stats.expired, 1);
		assert_true(stats.held > 0);
		frag_expire(f.table, start); /* back in time is no time */
		frag_expire(f.table, start + 3 * wait);
		frag_stats_get(f.table, &stats);
		assert_int_equal(stats.expired, 2);
		assert_int_equal(stats.held, 0);
		close_table(&f);
	}
}

/* More than fits: the oldest go, and `held` never passes the bound. */
static void test_memory(void **state)
{
	const uint32_t memory = 64 << 10;
	struct frag_whole whole;
	struct frag_stats stats;
	enum weir_reason reason;
	struct fixture f;

	(void)state;
	open_table(&f, memory);
	for (uint32_t id = 0; id < 500; id++) {
		struct fragment first = {.id = id,
		                         .length = 1000,
		                         .more = true,
		                         .ip6 = id % 3 == 0,
		                         .captured = UINT32_MAX};

		assert_int_equal(add(&f, &first, id, &whole, &reason), FRAG_HELD);
		frag_stats_get(f.table, &stats);
		assert_true(stats.held <= memory);
	}
	assert_in_range(stats.expired, 430, 499);
	/* The newest is there, the oldest is not. */
	struct fragment last = {.id = 499, .offset = 1000, .length = 8, .captured = UINT32_MAX};

	assert_int_equal(add(&f, &last, 500, &whole, &reason), FRAG_COMPLETE);
	last.id = 1;
	assert_int_equal(add(&f, &last, 500, &whole, &reason), FRAG_HELD);
	close_table(&f);
}

/* A datagram larger than the bound: refused, and nothing stays. */
static void test_too_little_memory(void **state)
{
	struct fragment fr = {.id = 7, .length = 8000, .more = true, .captured = UINT32_MAX};
	struct frag_whole whole;
	struct frag_stats stats;
	enum weir_reason reason;
	struct fixture f;

	(void)state;
	open_table(&f, 4000);
	assert_int_equal(add(&f, &fr, 0, &whole, &reason), FRAG_REFUSED);
	assert_int_equal(reason, WEIR_R_FRAG_MEMORY);
	frag_stats_get(f.table, &stats);
	assert_int_equal(stats.held, 0);
	close_table(&f);
	open_table(&f, 0);
	fr.length = 8;
	assert_int_equal(add(&f, &fr, 0, &whole, &reason), FRAG_REFUSED);
	assert_int_equal(reason, WEIR_R_FRAG_MEMORY);
	close_table(&f);
}

/* Every allocation fails in turn: a refusal, no leak, and the table goes on. */
static void test_no_memory(void **state)
{
	static const char *const words[] = {"0+24m",  "24+24m", "48+24m",
	                                    "72+24m", "96+24m", "120+8"};
	struct frag_whole whole;
	enum weir_reason reason;
	struct fixture f;
	bool refused = true;

	(void)state;
	for (long n = 0; refused; n++) {
		refused = false;
		open_table(&f, MEMORY);
		f.allocs_left = n;
		for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
			struct fragment fr = read_fragment(words[i], false);

			if (add(&f, &fr, 0, &whole, &reason) != FRAG_REFUSED)
				continue;
			assert_int_equal(reason, WEIR_R_FRAG_MEMORY);
			refused = true;
			f.allocs_left = -1;
		}
		close_table(&f);
		assert_true(n < 100);
	}
}

/* As many pieces as a datagram can have, in an order that no neighbour was there before. */
static void test_many_pieces(void **state)
{
	struct frag_whole whole;
	enum weir_reason reason;
	struct fixture f;
	uint32_t count = 65504 / 8, at = 0;

	(void)state;
	open_table(&f, 4 << 20);
	for (uint32_t i = 0; i < count; i++) {
		struct fragment fr = {.id = 7,
		                      .offset = at * 8,
		                      .length = 8,
		                      .more = at != count - 1,
		                      .captured = UINT32_MAX};

		assert_int_equal(add(&f, &fr, 0, &whole, &reason),
		                 i == count - 1 ? FRAG_COMPLETE : FRAG_HELD);
		at = (at + 3001) % count; /* 3001 and 8188 have no common divisor */
	}
	assert_int_equal(whole.len, 20 + 65504);
	check_whole(&whole, false);
	frag_table_release(f.table);
	close_table(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_stories),   cmocka_unit_test(test_ip6_chain),
	        cmocka_unit_test(test_df),        cmocka_unit_test(test_options),
	        cmocka_unit_test(test_keys),      cmocka_unit_test(test_time),
	        cmocka_unit_test(test_memory),    cmocka_unit_test(test_too_little_memory),
	        cmocka_unit_test(test_no_memory), cmocka_unit_test(test_many_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

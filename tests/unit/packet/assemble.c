/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assemble.c - the words of assemble.h; slow and plain, since the code under test
 * must not check itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "assemble.h"

#define ROOM 70000

struct work {
	uint8_t b[ROOM];
	uint32_t size;
	int l4;        /* offset of the transport header to make right, -1 for none */
	uint8_t proto; /* of it */
	uint32_t pad, cut, brief;
	char late[16][80]; /* the @ words */
	int lates;
};

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

uint16_t slow_checksum(const uint8_t *pseudo, uint32_t pseudo_size, const uint8_t *data,
                       uint32_t size)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < pseudo_size; i++)
		sum += i % 2 ? pseudo[i] : (uint32_t)pseudo[i] << 8;
	for (uint32_t i = 0; i < size; i++) {
		sum += i % 2 ? data[i] : (uint32_t)data[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static uint32_t slow_crc32c(const uint8_t *data, uint32_t size)
{
	uint32_t crc = 0xffffffff;

	for (uint32_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
	}
	return ~crc;
}

static uint8_t *take(struct work *w, uint32_t size)
{
	uint8_t *at = w->b + w->size;

	assert_true(w->size + size <= ROOM);
	w->size += size;
	return at;
}

static uint32_t put_hex(uint8_t *to, const char *hex)
{
	uint32_t size = 0;
	unsigned byte;

	for (; *hex; hex += 2, size++) {
		if (sscanf(hex, "%2x", &byte) != 1 || !hex[1])
			fail_msg("not a word of assemble.h: %s", hex);
		to[size] = (uint8_t)byte;
	}
	return size;
}

static void put_ip4(struct work *w, unsigned proto, uint8_t src, uint8_t dst)
{
	uint8_t *h = take(w, 20);

	h[0] = 0x45;
	h[5] = 1;
	h[8] = 64;
	h[9] = (uint8_t)proto;
	put_hex(h + 12, "0a0000000a000000");
	h[15] = src;
	h[19] = dst;
}

static void put_ip6(struct work *w, unsigned proto, uint8_t src, uint8_t dst)
{
	uint8_t *h = take(w, 40);

	h[0] = 0x60;
	h[6] = (uint8_t)proto;
	h[7] = 64;
	put_hex(h + 8, "20010db8");
	put_hex(h + 24, "20010db8");
	h[23] = src;
	h[39] = dst;
}

/* A transport header with the usual ports; the first one of a packet is made right. */
static uint8_t *put_transport(struct work *w, uint8_t proto, uint32_t size)
{
	uint8_t *h;

	if (w->l4 < 0) {
		w->l4 = (int)w->size;
		w->proto = proto;
	}
	h = take(w, size);
	put16(h, 1000);
	put16(h + 2, 2000);
	return h;
}

static void put_dccp(struct work *w, unsigned type)
{
	uint8_t *h = put_transport(w, 33, 28);

	h[4] = 7;
	h[8] = (uint8_t)(type << 1 | 1);
}

static void put_icmp(struct work *w, uint8_t proto, unsigned type_code)
{
	uint8_t *h = put_transport(w, proto, 8);

	put16(h, type_code);
	put16(h + 2, 0);
	put16(h + 4, 0x1234);
}

static void put_word(struct work *w, const char *word)
{
	unsigned v, n;
	uint8_t *h;

	if (sscanf(word, "ip4:%x", &v) == 1) {
		put_ip4(w, v, 1, 2);
	} else if (sscanf(word, "ip6:%x", &v) == 1) {
		put_ip6(w, v, 1, 2);
	} else if (sscanf(word, "q4:%x", &v) == 1) {
		put_ip4(w, v, 2, 9);
	} else if (sscanf(word, "q6:%x", &v) == 1) {
		put_ip6(w, v, 2, 9);
	} else if (sscanf(word, "tcp:%x", &v) == 1) {
		h = put_transport(w, 6, 20);
		h[12] = 0x50;
		h[13] = (uint8_t)v;
	} else if (!strcmp(word, "udp")) {
		put_transport(w, 17, 8);
	} else if (!strcmp(word, "udplite")) {
		put_transport(w, 136, 8);
	} else if (!strcmp(word, "sctp")) {
		put_transport(w, 132, 12);
	} else if (sscanf(word, "dccp:%x", &v) == 1) {
		put_dccp(w, v);
	} else if (sscanf(word, "icmp:%x", &v) == 1) {
		put_icmp(w, 1, v);
	} else if (sscanf(word, "icmp6:%x", &v) == 1) {
		put_icmp(w, 58, v);
	} else if (sscanf(word, "*%u", &n) == 1) {
		take(w, n);
	} else if (sscanf(word, "pad:%u", &n) == 1) {
		w->pad = n;
	} else if (sscanf(word, "cut:%u", &n) == 1) {
		w->cut = n;
	} else if (sscanf(word, "short:%u", &n) == 1) {
		w->brief = n;
	} else if (word[0] == '@' || word[0] == '!') {
		assert_true(w->lates < 16 && strlen(word) < sizeof w->late[0]);
		strcpy(w->late[w->lates++], word);
	} else {
		take(w, put_hex(w->b + w->size, word));
	}
}

static void change(struct work *w, char when)
{
	for (int i = 0; i < w->lates; i++) {
		char *value;

		if (w->late[i][0] != when)
			continue;
		put_hex(w->b + strtoul(w->late[i] + 1, &value, 10), strchr(w->late[i], '=') + 1);
	}
}

/* Lengths that the headers give, before anything is changed by hand. */
static void make_lengths(struct work *w)
{
	if (w->b[0] >> 4 == 4)
		put16(w->b + 2, w->size);
	else
		put16(w->b + 4, w->size - 40);
	if (w->l4 >= 0 && w->proto == 17)
		put16(w->b + w->l4 + 4, w->size - (uint32_t)w->l4);
}

static uint32_t pseudo_header(const struct work *w, uint8_t *to, uint32_t length)
{
	bool ip4 = w->b[0] >> 4 == 4;
	uint32_t addresses = ip4 ? 8 : 32;

	memset(to, 0, 40);
	memcpy(to, w->b + (ip4 ? 12 : 8), addresses);
	to[addresses + (ip4 ? 1 : 7)] = w->proto;
	put16(to + addresses + 2, length);
	return addresses + (ip4 ? 4 : 8);
}

static void make_checksums(struct work *w)
{
	static const uint8_t field[256] = {
	        [1] = 2, [6] = 16, [17] = 6, [33] = 6, [58] = 2, [136] = 6};
	uint32_t length = w->size - (uint32_t)w->l4, covered = length, size;
	uint8_t pseudo[40], *l4 = w->l4 < 0 ? NULL : w->b + w->l4;
	uint32_t header = (w->b[0] & 15u) * 4;

	if (w->l4 >= 0 && w->proto == 132) {
		uint32_t crc = slow_crc32c(l4, length);

		for (int i = 0; i < 4; i++)
			l4[8 + i] = (uint8_t)(crc >> (8 * i));
	} else if (w->l4 >= 0) {
		size = pseudo_header(w, pseudo, length);
		if (w->proto == 136 && (l4[4] || l4[5]))
			covered = (uint32_t)l4[4] << 8 | l4[5];
		put16(l4 + field[w->proto], 0);
		put16(l4 + field[w->proto], slow_checksum(pseudo, w->proto == 1 ? 0 : size, l4,
		                                          covered < length ? covered : length));
	}
	if (w->b[0] >> 4 == 4 && header <= w->size) {
		put16(w->b + 10, 0);
		put16(w->b + 10, slow_checksum(NULL, 0, w->b, header));
	}
}

struct assembled assemble(const char *line)
{
	struct work *w = calloc(1, sizeof *w);
	char *copy = strdup(line), *rest = copy, *word;
	struct assembled a;

	assert_non_null(w);
	assert_non_null(copy);
	w->l4 = -1;
	while ((word = strsep(&rest, " ")))
		if (*word)
			put_word(w, word);
	make_lengths(w);
	change(w, '!');
	make_checksums(w);
	change(w, '@');
	a.len = w->brief ? w->brief : w->size + w->pad;
	a.caplen = w->cut ? w->cut : a.len;
	a.data = malloc(a.caplen);
	assert_non_null(a.data);
	memcpy(a.data, w->b, a.caplen);
	free(copy);
	free(w);
	return a;
}

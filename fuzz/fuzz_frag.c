/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_frag.c - any sequence of packets and times into the defragmenter.
 *
 * The first byte of the input is the memory bound in KiB. Then packets: a byte of seconds
 * since the one before (the upper half of its range counts as none), a byte of bytes that
 * the capture has cut away, two bytes of length, the packet. IPv4 header checksums are made right,
 * since the fuzzer would not guess them. What a table promises is checked after each.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "packet/checksum.h"
#include "packet/frag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static void make_checksum(uint8_t *b, uint32_t size)
{
	uint32_t header = size ? (b[0] & 15u) * 4 : 0;
	uint16_t check;

	if (header < 20 || header > size || b[0] >> 4 != 4)
		return;
	put_be16(b + 10, 0);
	check = (uint16_t)~checksum_fold(checksum_sum(b, header, 0));
	memcpy(b + 10, &check, sizeof check);
}

/* A whole is a packet that stands, and never a fragment again. */
static void check_whole(const struct frag_whole *w)
{
	const struct packet_checks checks = {.checksum = true};
	struct weir_packet io;
	struct packet p;

	memset(&io, 0, sizeof io);
	memset(&p, 0, sizeof p);
	io.data = w->data;
	io.caplen = w->caplen;
	io.len = w->len;
	p.io = &io;
	packet_parse(&p, &checks);
	must(p.kind != PACKET_FRAGMENT);
	must(p.kind != PACKET_MALFORMED || !p.drop);
	must(p.len == w->len);
}

static void feed(struct frag_table *table, const uint8_t *data, uint32_t size, uint32_t cut,
                 weir_time now)
{
	const struct packet_checks checks = {.checksum = false};
	struct frag_whole whole = {0};
	struct weir_packet io;
	struct packet p;

	memset(&io, 0, sizeof io);
	io.caplen = size;
	io.len = size + cut;
	io.data = malloc(size ? size : 1);
	if (!io.data)
		return;
	memcpy(io.data, data, size);
	make_checksum(io.data, size);
	p.io = &io;
	packet_parse(&p, &checks);
	if (p.kind == PACKET_FRAGMENT) {
		enum frag_result result = frag_add(table, &p, now, &whole);

		must((result == FRAG_REFUSED) == (io.reason != WEIR_R_NONE));
		if (result == FRAG_COMPLETE)
			check_whole(&whole);
	}
	free(io.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct weir_allocator own = {0};
	const uint8_t seed[32] = {0};
	struct frag_table *table;
	struct frag_stats stats;
	struct hash_key key;
	struct alloc alloc;
	weir_time now = 0;
	uint32_t memory;

	if (size < 1)
		return 0;
	memory = data[0] * 1024u;
	data++;
	size--;
	alloc_init(&alloc, &own);
	hash_key_init(&key, seed, 0);
	table = frag_table_create(&alloc, &key, memory);
	if (!table)
		return 0;
	while (size >= 4) {
		uint32_t length = be16(data + 2), cut = data[1];

		now += data[0] < 128 ? data[0] * WEIR_SEC : 0;
		data += 4;
		size -= 4;
		if (length > size)
			length = (uint32_t)size;
		feed(table, data, length, cut, now);
		frag_stats_get(table, &stats);
		must(stats.held <= memory);
		if (length & 1)
			frag_table_release(table);
		data += length;
		size -= length;
	}
	frag_expire(table, now + 60 * WEIR_SEC);
	frag_stats_get(table, &stats);
	must(stats.held == 0);
	frag_table_destroy(table);
	must(alloc.used == 0);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_engine.c - the whole engine from bytes: packets, time, listing, removing, marks,
 * settings, requests, events and failing allocations, in any order.
 *
 * Four bytes choose the engine's shape; then come steps, each an operation's byte and
 * what it takes (see run_step()). A packet is either raw bytes, or an IP header that is
 * made here around a transport part of the input, which gets much further. Limits are
 * small, so that tables fill, lists are walked and early drop happens within a few
 * hundred bytes. When the input ends, the engine must add up: see check().
 */
#include <stdbool.h>
#include <string.h>
#include <weir/weir.h>

#include "memory.h"

#define BATCH 8
#define PACKET_MAX 2048
#define LIST_MAX 512
#define DAY (UINT64_C(86400) * WEIR_SEC)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct run {
	const uint8_t *data;
	size_t left;
	struct memory memory;
	struct weir_engine *engine;
	struct weir_settings settings;
	unsigned workers;
	weir_time now;
	uint64_t cursor[4];
	uint64_t chosen; /* id of a connection seen in a listing */
	uint64_t fed;    /* packets that went into workers */
	struct weir_packet packets[BATCH];
	uint8_t bytes[BATCH][PACKET_MAX];
	size_t count;
};

static uint8_t take8(struct run *run)
{
	if (!run->left)
		return 0;
	run->left--;
	return *run->data++;
}

static uint16_t take16(struct run *run)
{
	uint8_t high = take8(run);

	return (uint16_t)(high << 8 | take8(run));
}

static size_t take(struct run *run, uint8_t *to, size_t size)
{
	if (size > run->left)
		size = run->left;
	memcpy(to, run->data, size);
	run->data += size;
	run->left -= size;
	return size;
}

static struct weir_worker *some_worker(struct run *run, uint8_t pick)
{
	return weir_engine_worker(run->engine, pick % run->workers);
}

static void check_packet(struct run *run, const struct weir_packet *packet)
{
	char text[160];
	int length = weir_reason_text(packet, text, sizeof(text));

	MUST(length >= 0);
	MUST(memchr(text, 0, sizeof(text)));
	MUST(packet->verdict < WEIR_VERDICT_COUNT);
	MUST(packet->state < WEIR_STATE_COUNT);
	MUST(packet->reason < WEIR_REASON_COUNT);
	MUST((packet->out != NULL) ==
	     (packet->verdict == WEIR_ACCEPT || packet->verdict == WEIR_HANDOVER));
	MUST(packet->verdict != WEIR_DROP || packet->reason != WEIR_R_NONE);
	MUST(packet->state != WEIR_STATE_INVALID || packet->reason != WEIR_R_NONE);
	MUST(!packet->created || packet->conn);
	MUST(packet->verdict != WEIR_HANDOVER || packet->worker < run->workers);
	if (packet->out) {
		uint8_t sum = 0; /* every byte that leaves must be readable */

		for (uint32_t i = 0; i < packet->out_len; i++)
			sum ^= ((volatile uint8_t *)packet->out)[i];
		(void)sum;
	}
}

static void flush(struct run *run, uint8_t pick)
{
	if (!run->count)
		return;
	weir_process(some_worker(run, pick), run->packets, run->count, run->now);
	run->fed += run->count;
	for (size_t i = 0; i < run->count; i++)
		check_packet(run, &run->packets[i]);
	for (size_t i = 0; i < run->count; i++) {
		struct weir_packet *packet = &run->packets[i];

		if (packet->verdict != WEIR_HANDOVER)
			continue;
		weir_process(some_worker(run, (uint8_t)packet->worker), packet, 1, run->now);
		run->fed++;
		check_packet(run, packet);
	}
	run->count = 0;
}

static struct weir_packet *next_packet(struct run *run)
{
	struct weir_packet *packet;

	if (run->count == BATCH)
		flush(run, 0);
	packet = &run->packets[run->count];
	memset(packet, 0, sizeof(*packet));
	packet->data = run->bytes[run->count];
	return packet;
}

static void ipv4_checksum(uint8_t *p, size_t size)
{
	size_t header = (size_t)(p[0] & 15) * 4;
	uint32_t sum = 0;

	if (size < 20 || p[0] >> 4 != 4 || header < 20 || header > size)
		return;
	p[10] = p[11] = 0;
	for (size_t i = 0; i < header; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	p[10] = (uint8_t)(~sum >> 8);
	p[11] = (uint8_t)~sum;
}

/* Raw bytes: flags (1: mend the IPv4 checksum, 2: the capture was cut short), length. */
static void step_raw(struct run *run)
{
	struct weir_packet *packet = next_packet(run);
	uint8_t flags = take8(run);
	uint16_t length = take16(run) % PACKET_MAX;

	packet->port = flags >> 4;
	packet->caplen = (uint32_t)take(run, packet->data, length);
	if (flags & 1)
		ipv4_checksum(packet->data, packet->caplen);
	if (flags & 2)
		packet->len = packet->caplen + take8(run);
	run->count++;
}

/* An IP header around bytes of the input: flags (1: IPv6, 2: the other way round, rest: which
 * pair of hosts), protocol, length. */
static void step_packet(struct run *run)
{
	struct weir_packet *packet = next_packet(run);
	uint8_t flags = take8(run), protocol = take8(run), *p = packet->data;
	uint8_t host[2] = {(uint8_t)(1 + (flags >> 2 & 3)), (uint8_t)(1 + (flags >> 4 & 3))};
	size_t header = flags & 1 ? 40 : 20, length = take8(run);

	memset(p, 0, header);
	length = take(run, p + header, length);
	packet->caplen = (uint32_t)(header + length);
	packet->flags = WEIR_PKT_CHECKSUM_OK;
	if (flags & 1) {
		p[0] = 0x60;
		p[4] = (uint8_t)(length >> 8);
		p[5] = (uint8_t)length;
		p[6] = protocol;
		p[7] = 255;
		p[8] = p[24] = 0xfd;
		p[23] = host[!!(flags & 2)];
		p[39] = host[!(flags & 2)];
		p[22] = flags & 2 ? 1 : 0;
		p[38] = flags & 2 ? 0 : 1;
	} else {
		p[0] = 0x45;
		p[2] = (uint8_t)((header + length) >> 8);
		p[3] = (uint8_t)(header + length);
		p[8] = 64;
		p[9] = protocol;
		p[12] = p[16] = 10;
		p[14] = flags & 2 ? 1 : 0;
		p[15] = host[!!(flags & 2)];
		p[18] = flags & 2 ? 0 : 1;
		p[19] = host[!(flags & 2)];
		ipv4_checksum(p, header);
	}
	run->count++;
}

/* A few connections from where the last listing ended; one of them is remembered. */
static void step_list(struct run *run)
{
	struct weir_conn conns[8];
	uint8_t pick = take8(run);
	unsigned worker = pick % run->workers;
	size_t count;

	flush(run, pick);
	count = weir_conn_list(some_worker(run, pick), &run->cursor[worker], run->now, conns,
			       1 + (pick >> 5));
	MUST(count <= 1u + (pick >> 5));
	if (!count)
		run->cursor[worker] = 0;
	else
		run->chosen = conns[(pick >> 2) % count].id;
}

static void step_change(struct run *run)
{
	uint8_t pick = take8(run);
	struct weir_worker *worker = some_worker(run, pick);
	struct weir_conn conn;
	int error;

	flush(run, pick);
	switch (pick >> 6) {
	case 0:
		error = weir_conn_remove(worker, run->chosen, run->now);
		MUST(error == WEIR_OK || error == WEIR_ENOENT);
		MUST(weir_conn_get(worker, run->chosen, run->now, &conn) == WEIR_ENOENT);
		break;
	case 1:
		error = weir_conn_mark(worker, run->chosen, pick);
		MUST(error == WEIR_OK || error == WEIR_ENOENT);
		MUST(weir_conn_mark(worker, run->chosen, 65536) != WEIR_OK);
		break;
	case 2:
		error = weir_conn_fasttrack(worker, run->chosen);
		MUST(error == WEIR_OK || error == WEIR_ENOENT || error == WEIR_EINVAL);
		break;
	default:
		run->chosen ^= (uint64_t)take16(run) << (pick & 48); /* an id that never was */
		error = weir_conn_get(worker, run->chosen, run->now, &conn);
		MUST(error == WEIR_ENOENT || conn.id == run->chosen);
	}
}

static void step_settings(struct run *run)
{
	struct weir_settings settings = run->settings, got;
	uint8_t which = take8(run), value = take8(run);

	flush(run, which);
	settings.enabled = which & 0x80 ? value % 3 : settings.enabled;
	settings.loose = value & 1;
	settings.liberal = value >> 1 & 1;
	settings.checksum = value >> 2 & 1;
	settings.ignore_invalid_rst = value >> 3 & 1;
	settings.timeout[which % WEIR_TIMEOUT_COUNT] = (uint64_t)value * value * WEIR_SEC / 4;
	if (weir_settings_set(run->engine, &settings) == WEIR_OK)
		run->settings = settings;
	weir_settings_get(run->engine, &got);
	MUST(!memcmp(got.timeout, run->settings.timeout, sizeof(got.timeout)));
}

/* A request through the mailbox: it must be served by polling alone. */
static void step_request(struct run *run)
{
	uint8_t pick = take8(run);
	struct weir_worker *worker = some_worker(run, pick);
	struct weir_conn conns[4];
	struct weir_request request;

	flush(run, pick);
	memset(&request, 0, sizeof(request));
	request.op = (enum weir_request_op)(pick >> 6);
	request.id = run->chosen;
	request.conns = conns;
	request.capacity = 4;
	weir_request_post(worker, &request);
	for (int i = 0; i < 10000 && !weir_request_done(&request); i++)
		weir_poll(worker, run->now);
	MUST(weir_request_done(&request));
	MUST(request.op == WEIR_REQUEST_COUNT || request.count <= 4);
	MUST(request.error == WEIR_OK || request.error == WEIR_ENOENT);
}

static void step_events(struct run *run)
{
	struct weir_event events[16];
	uint8_t pick = take8(run);
	size_t count = weir_event_read(some_worker(run, pick), events, 1 + (pick >> 4));

	MUST(count <= 1u + (pick >> 4));
	for (size_t i = 0; i < count; i++) {
		MUST(events[i].type < WEIR_EVENT_COUNT && events[i].why < WEIR_END_COUNT);
		MUST(events[i].conn.id);
		MUST((events[i].type == WEIR_EVENT_DESTROYED) == (events[i].why != WEIR_END_NONE));
	}
}

static void run_step(struct run *run)
{
	uint8_t op = take8(run);

	switch (op & 15) {
	case 0:
	case 1:
		step_raw(run);
		break;
	case 2:
	case 3:
	case 4:
	case 5:
		step_packet(run);
		break;
	case 6:
		flush(run, op >> 4);
		break;
	case 7: /* time goes on: up to 65 s, or up to 18 hours */
		flush(run, op >> 4);
		run->now += take16(run) * (op & 16 ? WEIR_SEC : WEIR_MSEC);
		break;
	case 8:
		step_list(run);
		break;
	case 9:
		step_change(run);
		break;
	case 10:
		step_settings(run);
		break;
	case 11:
		flush(run, op >> 4);
		weir_poll(some_worker(run, op >> 4), run->now);
		break;
	case 12:
		flush(run, op >> 4);
		weir_expire(some_worker(run, op >> 4), run->now);
		break;
	case 13:
		step_request(run);
		break;
	case 14:
		step_events(run);
		break;
	default: /* memory runs short, or gets ready */
		if (op & 128)
			weir_prepare(run->engine);
		else
			run->memory.refuse = op >> 4;
	}
}

/* Every connection is listed once, can be got by its id, and the counts agree. */
static void check(struct run *run)
{
	static struct weir_conn conns[LIST_MAX];
	struct weir_conn conn;
	struct weir_stats stats;
	uint64_t listed = 0, ended = 0, verdicts = 0;

	flush(run, 0);
	run->memory.refuse = 0;
	for (unsigned i = 0; i < run->workers; i++) {
		struct weir_worker *worker = weir_engine_worker(run->engine, i);
		uint64_t cursor = 0;
		size_t count;

		weir_expire(worker, run->now);
		while ((count = weir_conn_list(worker, &cursor, run->now, conns + listed,
					       LIST_MAX - listed)) != 0) {
			for (size_t k = 0; k < count; k++) {
				MUST(weir_conn_get(worker, conns[listed + k].id, run->now, &conn) ==
				     WEIR_OK);
				MUST(conn.id == conns[listed + k].id);
				MUST(conn.status & WEIR_STATUS_CONFIRMED);
			}
			listed += count;
			MUST(listed < LIST_MAX);
		}
	}
	for (uint64_t i = 0; i < listed; i++)
		for (uint64_t k = i + 1; k < listed; k++)
			MUST(conns[i].id != conns[k].id);

	weir_stats_get(run->engine, &stats);
	for (int i = 0; i < WEIR_END_COUNT; i++)
		ended += stats.ended[i];
	for (int i = 0; i < WEIR_VERDICT_COUNT; i++)
		verdicts += stats.verdict[i];
	MUST(stats.packets == run->fed);
	MUST(verdicts == stats.packets);
	MUST(stats.connections == listed);
	MUST(stats.created - ended == stats.connections);
	MUST(stats.half_open <= stats.connections);
	MUST(stats.connections_v6 <= stats.connections);
	MUST(stats.connections <= stats.peak);
	/* Each worker has an equal share of the places, and one at least. */
	MUST(stats.peak < run->settings.max_entries + run->workers);

	for (unsigned i = 0; i < run->workers; i++)
		weir_expire(weir_engine_worker(run->engine, i), run->now + 89 * DAY);
	weir_stats_get(run->engine, &stats);
	MUST(stats.connections == 0 && stats.half_open == 0 && stats.connections_v6 == 0);
	MUST(stats.fragments_held == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run run;
	struct weir_config config;

	memset(&run, 0, sizeof(run));
	run.data = data;
	run.left = size;
	run.now = 1000 * WEIR_SEC;

	weir_config_init(&config);
	config.workers = run.workers = 1 + (take8(&run) & 1);
	config.event_ring = take8(&run) & 1 ? 16 : 0;
	config.settings.max_entries = 16 + take8(&run) % 64;
	config.settings.max_half_open = take8(&run) % 32;
	config.frag_memory = 16384;
	config.allocator.alloc = memory_alloc;
	config.allocator.free = memory_free;
	config.allocator.ctx = &run.memory;
	run.settings = config.settings;
	MUST(weir_engine_create(&run.engine, &config) == WEIR_OK);

	while (run.left)
		run_step(&run);
	check(&run);
	weir_engine_destroy(run.engine);
	MUST(run.memory.bytes == 0);
	return 0;
}

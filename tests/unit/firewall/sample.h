/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample.h - for tests of the firewall: a small ruleset, a packet written as a line of words
 * (../packet/assemble.h), and a walk of the one past the other.
 */
#ifndef TESTS_FIREWALL_SAMPLE_H
#define TESTS_FIREWALL_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../packet/assemble.h"
#include "firewall/worker_state.h"
#include "track/table.h"
#include "unit/memory.h"

#define SAMPLE_CHAINS 100

struct sample {
	struct memory memory;
	struct alloc alloc;
	struct weir_ruleset rules;
	struct weir_chain chains[SAMPLE_CHAINS];
	struct weir_rules_error error;
	struct ruleset *ruleset;
	struct shared_lists *lists; /* names of lists */
	struct firewall *firewall;
	enum weir_table table;
	enum weir_hook hook;
	struct assembled bytes;
	struct weir_packet io;
	struct packet packet;
	struct conn6 conn;
	struct ext_pool ext;
	struct walk walk;
	unsigned logs, listed;
	struct weir_log log;       /* the last */
	struct weir_listed entry; /* the last */
};

static inline void sample_log(void *ctx, const struct weir_log *log)
{
	struct sample *s = ctx;

	s->logs++;
	s->log = *log;
}

static inline void sample_listed(void *ctx, const struct weir_listed *listed)
{
	struct sample *s = ctx;

	s->listed++;
	s->entry = *listed;
}

/* A sample without rules; the chain asked is chains[0], in both families. */
static inline void sample_begin(struct sample *s, enum weir_table table, enum weir_hook hook)
{
	struct weir_allocator hooks = {memory_alloc, memory_free, &s->memory};

	memset(s, 0, sizeof *s);
	s->memory.random = 1;
	s->memory.fail_from = s->memory.fail_to = UINT64_MAX;
	alloc_init(&s->alloc, &hooks);
	ext_pool_create(&s->ext, &s->alloc);
	s->table = table;
	s->hook = hook;
	for (unsigned i = 0; i < SAMPLE_CHAINS; i++)
		s->chains[i].name = "unnamed";
	s->chains[0].name = weir_hook_text(table, hook);
	for (unsigned f = 0; f < 2; f++) {
		for (unsigned t = 0; t < WEIR_TABLE_COUNT; t++) {
			for (unsigned h = 0; h < WEIR_HOOK_COUNT; h++)
				s->rules.tables[f][t].builtin[h] = WEIR_NO_CHAIN;
		}
		s->rules.tables[f][table].chains = s->chains;
		s->rules.tables[f][table].count = 1;
		s->rules.tables[f][table].builtin[hook] = 0;
	}
}

static inline void sample_chain(struct sample *s, unsigned index, const char *name,
				const struct weir_rule *rules, size_t count)
{
	s->chains[index] = (struct weir_chain){name, rules, count};
	for (unsigned f = 0; f < 2; f++) {
		if (s->rules.tables[f][s->table].count <= index)
			s->rules.tables[f][s->table].count = index + 1;
	}
}

static inline void sample_rules(struct sample *s, const struct weir_rule *rules, size_t count)
{
	sample_chain(s, 0, s->chains[0].name, rules, count);
}

/* Compiles, and makes the worker's part if there is none yet. */
static inline void sample_compile(struct sample *s)
{
	struct firewall_sink sink = {s, sample_log, sample_listed};
	struct dynamic_name *names;

	ruleset_destroy(s->ruleset, &s->alloc);
	s->ruleset = ruleset_create(&s->alloc, &s->rules, &s->error);
	if (!s->ruleset)
		fail_msg("%s", s->error.text);
	if (!s->lists)
		s->lists = shared_lists_create(&s->alloc, &(struct hash_key){{1}}, 1);
	assert_non_null(s->lists);
	names = shared_lists_name(s->lists, s->ruleset);
	assert_non_null(names);
	shared_names_take(s->lists, names, s->ruleset);
	if (!s->firewall)
		s->firewall = firewall_create(&s->alloc, 1, &sink);
	assert_non_null(s->firewall);
	assert_true(firewall_adopt(s->firewall, s->ruleset));
}

/* A packet that is new, of no connection, from interface 1 to 2. */
static inline void sample_packet(struct sample *s, const char *line)
{
	struct packet_checks checks = {false};

	free(s->bytes.data);
	s->bytes = assemble(line);
	memset(&s->io, 0, sizeof s->io);
	memset(&s->packet, 0, sizeof s->packet);
	s->io.data = s->bytes.data;
	s->io.caplen = s->bytes.caplen;
	s->io.len = s->bytes.len;
	s->packet.io = &s->io;
	packet_parse(&s->packet, &checks);
	s->walk = (struct walk){
		.packet = &s->packet,
		.state = WEIR_STATE_NEW,
		.family = s->bytes.data[0] >> 4,
		.in = 1,
		.out = 2,
		.in_port = 1,
		.out_port = 2,
		.tuple = s->packet.tuple,
		.ext = &s->ext,
		.decided = UINT32_MAX,
	};
	if (s->packet.kind == PACKET_FRAGMENT) {
		s->walk.tuple.proto = s->packet.frag_proto;
		s->walk.tuple.family = s->walk.family;
	}
}

/* Gives the packet a connection. */
static inline struct conn *sample_conn(struct sample *s)
{
	struct tuple reply;

	assert_true(tuple_invert(&s->packet.tuple, &reply));
	conn_begin(&s->conn, &s->packet.tuple, &reply);
	s->walk.conn = &s->conn.conn;
	return &s->conn.conn;
}

static inline enum walk_verdict sample_ask(struct sample *s)
{
	return firewall_ask(s->firewall, s->ruleset, s->table, s->hook, &s->walk);
}

static inline uint64_t sample_count(const struct sample *s, uint32_t counter)
{
	struct weir_rule_counters c;

	firewall_counters(s->firewall, counter, &c, 1);
	return c.packets;
}

/* Nothing is left behind. */
static inline void sample_end(struct sample *s)
{
	firewall_destroy(s->firewall);
	shared_lists_destroy(s->lists);
	ruleset_destroy(s->ruleset, &s->alloc);
	ext_pool_destroy(&s->ext);
	free(s->bytes.data);
	assert_int_equal(s->memory.blocks, 0);
	assert_int_equal(s->memory.bytes, 0);
}

#endif

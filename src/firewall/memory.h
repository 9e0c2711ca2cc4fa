/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/memory.h - the matches that remember something or read what a packet carries:
 * connection-limit, tls-host, content, layer7, time, psd, random, nth,
 * per-connection-classifier, limit and dst-limit.
 *
 * Life: what a ruleset needs for them (a compiled expression) hangs on its matches. What they
 * remember is a worker's struct memory; a new ruleset takes it over by the rule's counter, the
 * match's type and its number among the rule's matches of that type (struct slot).
 */
#ifndef FIREWALL_MEMORY_H
#define FIREWALL_MEMORY_H

#include "firewall/ruleset.h"

struct memory;

/* Whether a match is one of these. */
static inline bool memory_keeps(uint8_t type)
{
	return type >= WEIR_MATCH_CONNECTION_LIMIT;
}

/* Checks a match (`is` is filled in, its text copied) and makes what it needs.
 * => NULL, or what is wrong; *no_memory: there is none */
const char *memory_compile(struct ruleset *ruleset, struct alloc *alloc, struct match *match,
			   bool *no_memory);
void memory_release(struct match *match, struct alloc *alloc); /* frees match->compiled */

struct memory *memory_create(struct alloc *alloc, uint64_t seed); /* => NULL: no memory */
void memory_destroy(struct memory *memory);                      /* NULL is fine */

/* => false: no memory, nothing was changed */
bool memory_adopt(struct memory *memory, const struct ruleset *ruleset);

/* Whether it holds, before it is negated; called when all matches before it have held.
 * MATCH_NEVER also when there is no memory, which is counted. */
enum match_result memory_match(struct memory *memory, const struct ruleset *ruleset,
			       const struct match *match, struct walk *walk);
uint64_t memory_failures(const struct memory *memory);

/* Whether a match's answer may differ between packets of one connection. Of a layer7-protocol
 * it does until its beginning has gone by: then memory_match() says so (walk->only_once). */
bool memory_varies(const struct weir_match *match);

void memory_conn_begin(struct memory *memory, const struct ruleset *ruleset,
		       const struct conn *conn, uint8_t family);
void memory_conn_end(struct memory *memory, const struct ruleset *ruleset,
		     const struct conn *conn, uint8_t family);

/* As if all connections had ended: for when nobody told of it for a while. */
void memory_conns_forget(struct memory *memory);

/* Forgets what is over, a slice at a time. */
void memory_expire(struct memory *memory, weir_time now, unsigned work);

#endif

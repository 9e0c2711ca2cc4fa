/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules.h - the rules, lists, addresses and routes of the menus in the engine, and what
 * the engine tells of them: counters, entries that rules add to lists, lines for the log.
 *
 * They reach the engine as an observer of the model: a change that the engine refuses is taken
 * back. Without a rule, an address or a route the engine has no ruleset, and tracks alone.
 *
 * Life: rules_bind() after the engine was made, rules_unbind() once the model is gone.
 * Threads: with the model's lock held.
 */
#ifndef DAEMON_RULES_H
#define DAEMON_RULES_H

#include "daemon/engine_access.h"
#include "daemon/rules_build.h"

struct rules;

/* What it asks of the world. */
struct rules_world {
	void *ctx;
	/* The wall-clock time in nanoseconds since 1970 UTC, and local time's offset in seconds. */
	uint64_t (*now)(void *ctx, int32_t *offset);
	void (*log)(void *ctx, const char *topics, const char *message);
	bool replay; /* the engine's time is the wall-clock's own, and stands still between packets */
};

/* Builds the rules, sets them and binds the menus. access stays the caller's.
 * => NULL: *error says why; nothing where there is no memory */
struct rules *rules_bind(struct model *model, struct engine_access *access,
                         const struct rules_world *world, struct strbuf *error);
void rules_unbind(struct rules *rules); /* NULL is fine */

/* Takes in what the engine tells, and minds the clock. To be called ten times a second or so,
 * and after packets when somebody looks. */
void rules_tick(struct rules *rules);

/* model_expire(): of entries that rules have added the engine knows that they are over. */
uint64_t rules_expire(struct rules *rules);

/* Whether anything decides about packets. */
bool rules_any(const struct rules *rules);

/* Entries of address lists that are names, which nobody resolves. */
size_t rules_unresolved(const struct rules *rules);

/* The interface of that name, or the port of that default-name.
 * => WEIR_INTERFACE_NONE: there is none */
uint16_t rules_interface(const struct rules *rules, const char *name);
/* The interface that frames with these VLAN tags, the outer first, come in by: that of the VLAN on
 * the interface or on its bridge; where there is none, the interface itself. */
uint16_t rules_tagged(const struct rules *rules, uint16_t interface, const uint16_t *vlan,
                      unsigned count);
/* Its name; "(unknown 0)" for what is none, as RouterOS writes. Good until the next change. */
const char *rules_interface_name(const struct rules *rules, uint16_t interface);

/* The id of the rule of nat that a counter is, or was before it was removed. => 0: none; rules may
 * be NULL */
uint64_t rules_nat_rule(const struct rules *rules, uint32_t counter);

/* What is to be said of the changes just published to who made them: lines. What nobody has taken
 * when the next change is published or the clock ticks is logged. => false: nothing */
bool rules_take_notice(struct rules *rules, struct strbuf *out);
/* The same, to the log. */
void rules_log_notice(struct rules *rules);

/* The name of a mark. => NULL: it has none; rules may be NULL */
const char *rules_mark_name(const struct rules *rules, uint32_t mark);

/* Whether an address is the router's own. */
bool rules_own_address(const struct rules *rules, uint8_t family, const union weir_addr *addr);

/* The interface that the route to an address leads to. => WEIR_INTERFACE_NONE: there is no way */
uint16_t rules_interface_of(const struct rules *rules, uint8_t family,
                            const union weir_addr *addr);

/* Whether packets to an address may leave by an interface: it has a route to it in any table, as
 * precise as that of main or more. */
bool rules_leads(const struct rules *rules, uint8_t family, const union weir_addr *addr,
                 uint16_t interface);
/* Whether a port is the interface, or the interface is the bridge that it is a port of. */
bool rules_same_side(const struct rules *rules, uint16_t port, uint16_t interface);

/* Where the rule of a counter stands. => NULL: there is none */
const struct rule_place *rules_place(const struct rules *rules, uint32_t counter);
/* The ruleset in force. */
const struct rules_build *rules_current(const struct rules *rules);
struct model *rules_model(const struct rules *rules);

#endif

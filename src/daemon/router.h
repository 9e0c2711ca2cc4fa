/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/router.h - a router put together: the model, the engine behind its menus, log, files,
 * clock, scheduler and store, and what consoles need of them.
 *
 * Life: router_create(), the ports that the machine has, router_load(), router_make(); then
 * consoles and, for a live one, router_tick(). router_destroy() after all consoles have ended and the engine is at
 * rest. Threads: the one that made it; what others may do stands at each part.
 */
#ifndef DAEMON_ROUTER_H
#define DAEMON_ROUTER_H

#include "daemon/configuration.h"
#include "daemon/console_server.h"
#include "daemon/engine_access.h"

struct router;

struct router_options {
	const char *config; /* NULL: nothing is loaded or stored */
	const char *files;  /* directory; NULL: none */
	bool frozen;        /* changes are not stored */
	bool replay;        /* time stands still, but for router_set_time(); nothing is stored, and
	                       the configuration must be there */
};

/* => STATUS_OK and *router; else an exit status after a line on stderr */
int router_create(struct router **router, const struct router_options *options);
void router_destroy(struct router *router); /* NULL is fine */

/* An interface that the machine has. */
int router_add_port(struct router *router, const char *name);

/* Loads the configuration; tells on stderr what is wrong with it and what was passed over.
 * => an exit status as above */
int router_load(struct router *router);

/* Makes the engine by what is configured, and begins to store changes. => an exit status */
int router_make(struct router *router);

struct event_base;

/* Resolves names of hosts in address lists from the event loop, which outlives the router; after
 * router_make(). => an exit status */
int router_resolve(struct router *router, struct event_base *base);

/* Changes a tracking setting by "name=value", before router_make(). => an exit status as above */
int router_set_tracking(struct router *router, const char *assignment);

struct model *router_model(struct router *router);
struct engine_access *router_engine(struct router *router);
struct rules *router_rules(struct router *router); /* once it is made */

/* The time of a replay, in nanoseconds since 1970 UTC. */
void router_set_time(struct router *router, uint64_t now);

/* => consoles on this router, given back by console_server_destroy(); NULL: no memory */
struct console_server *router_consoles(struct router *router);

/* Does what is due by the clock. => nanoseconds until it wants to be called again */
uint64_t router_tick(struct router *router);

#endif

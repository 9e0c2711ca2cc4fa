/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/list_names.h - names of hosts in address lists: each is asked for as long as its entry
 * is there and not disabled, and its addresses stand in the same list as dynamic entries, with
 * the name as their comment and what is left of their time as their timeout.
 *
 * A name is asked for again a second before its addresses' time is over, so that none is missing
 * between two answers; after a failure soon, then later and later. What was known stays until its
 * time is over.
 *
 * Life: list_names_create() once the rules are bound, list_names_stop() before the event loop
 * ends, list_names_destroy() once the model is gone. Threads: create, stop and tick in the event
 * loop's; the model's lock is held for create and tick. Sessions that change entries only leave
 * word for the next tick, and what comes from servers is kept until then: neither waits for
 * the other.
 * Cost: some 200 bytes a name and 150 an address; a tick looks at all names when one is due.
 */
#ifndef DAEMON_LIST_NAMES_H
#define DAEMON_LIST_NAMES_H

#include <event2/event.h>

#include "model/model.h"

struct list_names;

struct list_names_world {
	void *ctx;
	void (*log)(void *ctx, const char *topics, const char *message);
};

/* => NULL: no memory */
struct list_names *list_names_create(struct model *model, struct event_base *base,
                                     const struct list_names_world *world);
/* Nothing is asked any more. NULL is fine, for both. */
void list_names_stop(struct list_names *names);
void list_names_destroy(struct list_names *names);

/* Takes in what was changed and what was answered, and asks what is due. To be called ten times a
 * second or so. */
void list_names_tick(struct list_names *names);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/active.h - /user active: who is logged in now.
 *
 * Life: active_create() until after the model's end. Threads: with the model's lock held.
 */
#ifndef SYSTEM_ACTIVE_H
#define SYSTEM_ACTIVE_H

#include "model/model.h"
#include "system/clock.h"

struct active;

/* => NULL: no memory */
struct active *active_create(struct model *model, struct clock *clock);
void active_destroy(struct active *active); /* NULL is fine */

/* Somebody is logged in from now on: "admin", "192.0.2.1" or "", "ssh", "full". Texts are
 * copied. => the row's id; 0: no memory, it is not shown */
uint64_t active_add(struct active *active, const char *name, const char *address, const char *via,
		    const char *group);
void active_remove(struct active *active, uint64_t id); /* 0 is fine */

#endif

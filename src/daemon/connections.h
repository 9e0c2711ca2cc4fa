/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/connections.h - the engine behind the menus: its connections in /ip firewall connection
 * and its twin of IPv6, the tracking settings and their totals.
 *
 * The tracking settings, and those of helpers, reach the engine as an observer of the model: a change that the engine
 * refuses is taken back.
 */
#ifndef DAEMON_CONNECTIONS_H
#define DAEMON_CONNECTIONS_H

#include "daemon/engine_access.h"
#include "model/model.h"

struct tracking_bond;

/* Binds the menus and observes the model. `always` tracks with enabled=auto even where no rule
 * asks for it (there is no configuration). => NULL: no memory; else given back by
 * connections_unbind() once the model is gone */
struct tracking_bond *connections_bind(struct model *model, struct engine_access *access,
                                       bool always);
void connections_unbind(struct tracking_bond *bond);

/* What is to be said of the change just published to who made it: lines, until the next change.
 * => false: nothing */
bool connections_take_notice(struct tracking_bond *bond, struct strbuf *out);

/* The engine's settings as the model has them. => false: no memory */
bool connections_settings(struct model *model, bool always, struct weir_settings *settings);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/expectations.h - what the engine's helpers expect, in /ip firewall connection expectation
 * and its twin of IPv6.
 */
#ifndef DAEMON_EXPECTATIONS_H
#define DAEMON_EXPECTATIONS_H

#include "daemon/engine_access.h"
#include "model/model.h"

/* Binds the menus. Both must live as long as the model. */
void expectations_bind(struct model *model, struct engine_access *access);

#endif

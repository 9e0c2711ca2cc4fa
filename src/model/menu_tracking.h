/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_tracking.h - /ip firewall connection tracking, and what it means to the engine.
 */
#ifndef MODEL_MENU_TRACKING_H
#define MODEL_MENU_TRACKING_H

#include <weir/settings.h>

#include "model/menu.h"

extern const struct menu menu_tracking;

/* Gives the engine's settings what a property of the menu holds. Read-only ones, and those that
 * the engine does not know, change nothing. */
void tracking_apply(struct weir_settings *settings, const struct property *property,
                    const struct value *value);

#endif

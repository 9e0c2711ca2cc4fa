/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_tracking.h - /ip firewall connection tracking over struct
 * weir_settings.
 */
#ifndef MODEL_MENU_TRACKING_H
#define MODEL_MENU_TRACKING_H

#include <weir/settings.h>

#include "model/menu.h"

extern const struct menu menu_tracking;

/* The menu's one item: the settings, and what there is to count. */
struct tracking {
	struct weir_settings settings;
	uint64_t total_ip4, total_ip6; /* connections now */
};

/* Changes a setting by "name=value", such as "udp-timeout=1m".
 * => false: nothing was changed, and *error has one line that says what was expected */
bool tracking_set(struct weir_settings *settings, const char *assignment, struct strbuf *error);

/* The item as a source for print_menu(). */
struct tracking_source {
	struct menu_source source; /* hand &tracking.source to print_menu() */
	const struct tracking *tracking;
	bool done;
};

void tracking_source_init(struct tracking_source *source, const struct tracking *tracking);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_listeners.c - the ports that the router itself listens on, so that no connection is
 * translated to one of them; see rules_build.h.
 *
 * They are those of the services that are enabled in /ip service, for both families and all of
 * the router's addresses. Whether a service is there at all does not matter: its port is kept.
 */
#include "base/bytes.h"
#include "daemon/rules_build.h"
#include "model/menus.h"
#include "model/syntax.h"

#define LISTENERS_MAX 128 /* services and families; the menu has eight rows */
#define TCP 6

static bool take_service(struct rules_build *build, const struct item *item)
{
	static const uint8_t families[] = {WEIR_IPV4, WEIR_IPV6};
	struct number_range port;
	struct kept kept;

	if (!build_kept(build, item, "port", &kept) ||
	    !number_range_parse(kept.text, kept.len, UINT16_MAX, &port))
		return true;
	for (size_t i = 0; i < ARRAY_COUNT(families); i++) {
		if (build->set.listener_count == LISTENERS_MAX)
			return true;
		build->listeners[build->set.listener_count++] = (struct weir_listener){
		        .family = families[i],
		        .protocol = TCP,
		        .port = (uint16_t)port.first,
		};
	}
	return true;
}

bool build_listeners(struct rules_build *build)
{
	build->listeners = build_take(build, LISTENERS_MAX, sizeof *build->listeners);
	build->set.listeners = build->listeners;
	return build->listeners && build_each(build, &menu_ip_service, take_service);
}

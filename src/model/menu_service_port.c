/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_service_port.c - the table of /ip firewall service-port: the helpers that read
 * protocols which name further connections, such as FTP.
 *
 * Its rows are fixed. Constant data.
 */
#include "model/menu_table.h"

/* clang-format off */
static const struct property properties[] = {
	ID
	P("name", "the helper", STRING, .brief = 1, .show = PROP_NAME | PROP_FIXED)
	P("ports", "ports that it listens to", NUMBER_UP_TO(65535), FORM(KIND_LIST), .brief = 2)
	P("sip-direct-media", "whether media may flow past the server", BOOL)
	P("sip-timeout", "how long a SIP connection stays without traffic",
	  TIME_OF(WEIR_SEC, WEIR_SEC * UINT32_MAX))
	DISABLED(1)
	INVALID(1)
};
/* clang-format on */

static const char *const rows[] = {
        "name=ftp ports=21",
        "name=tftp ports=69",
        "name=irc ports=6667",
        "name=h323",
        "name=sip ports=5060,5061 sip-direct-media=yes sip-timeout=1h",
        "name=pptp",
        "name=udplite",
        "name=dccp",
        "name=sctp",
        "name=rtsp ports=554 disabled=yes",
        NULL,
};

const struct menu menu_service_port = {
        .path = "/ip firewall service-port",
        .help = "helpers for protocols that open further connections",
        .properties = properties,
        .count = ARRAY_COUNT(properties),
        .store = MENU_FIXED,
        .export_key = EXPORT_BY_NAME,
        .rows = rows,
        .rows_v6 = 9,
};

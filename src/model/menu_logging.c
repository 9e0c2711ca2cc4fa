/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_logging.c - the tables of the log: its lines, which of them go where, and what
 * there is to send them to.
 *
 * What an action has besides its target depends on the target; those properties are derived.
 * Constant data.
 */
#include "model/menu_table.h"

#include <string.h>

#include "model/model.h"

/* clang-format off */
static const struct value_name topics[] = {
	{0, "info", NULL}, {1, "error", NULL}, {2, "warning", NULL}, {3, "critical", NULL},
	{4, "debug", NULL}, {5, "packet", NULL}, {6, "raw", NULL}, {7, "account", NULL},
	{8, "acme-client", NULL}, {9, "amt", NULL}, {10, "async", NULL}, {11, "backup", NULL},
	{12, "bfd", NULL}, {13, "bgp", NULL}, {14, "bridge", NULL}, {15, "calc", NULL},
	{16, "caps", NULL}, {17, "certificate", NULL}, {18, "clock", NULL},
	{19, "container", NULL}, {20, "ddns", NULL}, {21, "dhcp", NULL}, {22, "disk", NULL},
	{23, "dns", NULL}, {24, "dot1x", NULL}, {25, "dude", NULL}, {26, "e-mail", NULL},
	{27, "event", NULL}, {28, "evpn", NULL}, {29, "fetch", NULL}, {30, "firewall", NULL},
	{31, "gps", NULL}, {32, "gsm", NULL}, {33, "health", NULL}, {34, "hotspot", NULL},
	{35, "igmp-proxy", NULL}, {36, "interface", NULL}, {37, "iot", NULL}, {38, "ipsec", NULL},
	{39, "iscsi", NULL}, {40, "isdn", NULL}, {41, "isis", NULL}, {42, "kvm", NULL},
	{43, "l2tp", NULL}, {44, "ldp", NULL}, {45, "live", NULL}, {46, "lora", NULL},
	{47, "lte", NULL}, {48, "macsec", NULL}, {49, "manager", NULL}, {50, "mlag", NULL},
	{51, "mme", NULL}, {52, "mpls", NULL}, {53, "mqtt", NULL}, {54, "mvrp", NULL},
	{55, "natpmp", NULL}, {56, "netinstall", NULL}, {57, "netwatch", NULL}, {58, "ntp", NULL},
	{59, "ospf", NULL}, {60, "ovpn", NULL}, {61, "pim", NULL}, {62, "poe-out", NULL},
	{63, "ppp", NULL}, {64, "pppoe", NULL}, {65, "pptp", NULL}, {66, "ptp", NULL},
	{67, "queue", NULL}, {68, "radius", NULL}, {69, "radvd", NULL}, {70, "read", NULL},
	{71, "rip", NULL}, {72, "romon", NULL}, {73, "route", NULL}, {74, "rpki", NULL},
	{75, "rsvp", NULL}, {76, "script", NULL}, {77, "sertcp", NULL}, {78, "simulator", NULL},
	{79, "smb", NULL}, {80, "snmp", NULL}, {81, "ssh", NULL}, {82, "sstp", NULL},
	{83, "state", NULL}, {84, "store", NULL}, {85, "stp", NULL}, {86, "system", NULL},
	{87, "telephony", NULL}, {88, "tftp", NULL}, {89, "timer", NULL}, {90, "tr069", NULL},
	{91, "update", NULL}, {92, "upnp", NULL}, {93, "ups", NULL}, {94, "v6", NULL},
	{95, "vpls", NULL}, {96, "vrrp", NULL}, {97, "watchdog", NULL}, {98, "web-proxy", NULL},
	{99, "wifi", NULL}, {100, "wireguard", NULL}, {101, "wireless", NULL},
	{102, "write", NULL}, {103, "zerotier", NULL}, {0, NULL, NULL},
};

static const struct property logging[] = {
	ID
	COMMENT
	P("topics", "lines that have all of these topics, and none of those with !", ENUM(topics),
	  FORM(KIND_LIST | KIND_EACH_NOT | KIND_EMPTY), .initial = "info", .brief = 1,
	  .show = PROP_ALWAYS)
	P("regex", "lines that match this expression", STRING, FORM(KIND_EMPTY), .initial = "",
	  .brief = 2, SINCE(7, 17))
	P("action", "where they go", REFERENCE("/system logging action"), .initial = "memory",
	  .brief = 3)
	P("prefix", "what they begin with", STRING, FORM(KIND_EMPTY), .initial = "",
	  .brief = 4)
	DISABLED(1)
	INVALID(1)
	FLAG("default", '*', 0, "it is always there")
};

static const struct value_name targets[] = {
	{0, "disk", NULL}, {1, "echo", NULL}, {2, "email", NULL}, {3, "memory", NULL},
	{4, "remote", NULL}, {5, "support", NULL}, {0, NULL, NULL},
};

static const struct value_name facilities[] = {
	{0, "kern", NULL}, {1, "user", NULL}, {2, "mail", NULL}, {3, "daemon", NULL},
	{4, "auth", NULL}, {5, "syslog", NULL}, {6, "lpr", NULL}, {7, "news", NULL},
	{8, "uucp", NULL}, {9, "cron", NULL}, {10, "authpriv", NULL}, {11, "ftp", NULL},
	{12, "ntp", NULL}, {13, "local0", NULL}, {14, "local1", NULL}, {15, "local2", NULL},
	{16, "local3", NULL}, {17, "local4", NULL}, {18, "local5", NULL}, {19, "local6", NULL},
	{20, "local7", NULL}, {0, NULL, NULL},
};

static const struct value_name severities[] = {
	{0, "auto", NULL}, {1, "emergency", NULL}, {2, "alert", NULL}, {3, "critical", NULL},
	{4, "error", NULL}, {5, "warning", NULL}, {6, "notice", NULL}, {7, "info", NULL},
	{8, "debug", NULL}, {0, NULL, NULL},
};

static const struct value_name time_formats[] = {
	{0, "bsd-syslog", NULL}, {1, "iso8601", NULL}, {0, NULL, NULL},
};

static const struct value_name log_formats[] = {
	{0, "bsd-syslog", NULL}, {1, "default", NULL}, {2, "syslog", NULL}, {0, NULL, NULL},
};

static const struct value_name transports[] = {
	{0, "udp", NULL}, {1, "tcp", NULL}, {0, NULL, NULL},
};

#define DERIVED .show = PROP_DERIVED
#define UNUSED .show = PROP_DERIVED | PROP_INERT /* there is no mail, TCP or VRF here */

static const struct property action[] = {
	ID
	COMMENT
	P("name", "what the rules of logging call it", STRING, .brief = 1,
	  .show = PROP_NAME | PROP_REQUIRED)
	P("target", "what becomes of the lines", ENUM(targets), .initial = "memory", .brief = 2,
	  .show = PROP_ALWAYS)
	P("memory-lines", "lines that are kept", NUMBER_OF(1, 65535), DERIVED)
	P("memory-stop-on-full", "whether the oldest are kept, not the newest", BOOL, DERIVED)
	P("disk-file-name", "file that they are written to", STRING, DERIVED)
	P("disk-lines-per-file", "lines in one file", NUMBER_OF(1, 65535), DERIVED)
	P("disk-file-count", "files at most", NUMBER_OF(1, 65535), DERIVED)
	P("disk-stop-on-full", "whether the oldest are kept, not the newest", BOOL, DERIVED)
	P("remember", "whether they are shown to who comes later", BOOL, UNUSED)
	P("remote", "where they are sent to", ADDRESS(0), .brief = 3, DERIVED)
	P("remote-port", "the port there", NUMBER_UP_TO(65535), DERIVED)
	P("remote-protocol", "how they are sent", ENUM(transports), SINCE(7, 18), UNUSED)
	P("remote-log-format", "form of a line", ENUM(log_formats), SINCE(7, 18), DERIVED)
	P("src-address", "address that they are sent from", ADDRESS(0), DERIVED)
	P("vrf", "VRF that they are sent in", STRING, SINCE(7, 19), UNUSED)
	P("bsd-syslog", "whether the form is that of RFC 3164", BOOL, DERIVED)
	P("syslog-time-format", "form of the time", ENUM(time_formats), DERIVED)
	P("syslog-facility", "facility in them", ENUM(facilities), DERIVED)
	P("syslog-severity", "severity in them", ENUM(severities), DERIVED)
	P("email-to", "whom they are mailed to", STRING, FORM(KIND_EMPTY), UNUSED)
	P("email-start-tls", "whether the mail is encrypted", BOOL, UNUSED)
	FLAG("default", '*', 0, "it is always there")
};

static const struct property lines[] = {
	ID
	P("time", "when", STRING, READ_ONLY, .brief = 1)
	P("topics", "what it is about, and how bad it is", ENUM(topics), FORM(KIND_LIST),
	  READ_ONLY, .brief = 2)
	P("message", "what happened", STRING, READ_ONLY, .brief = 3)
	P("buffer", "the action that kept it", STRING,
	  .show = PROP_READ_ONLY | PROP_ON_REQUEST)
};

/* What a target has, and what it is at first. */
static const struct {
	const char *target, *property, *initial;
} options[] = {
	{"memory", "memory-lines", "1000"},
	{"memory", "memory-stop-on-full", "no"},
	{"disk", "disk-file-name", "log"},
	{"disk", "disk-lines-per-file", "1000"},
	{"disk", "disk-file-count", "2"},
	{"disk", "disk-stop-on-full", "no"},
	{"echo", "remember", "yes"},
	{"remote", "remote", "0.0.0.0"},
	{"remote", "remote-port", "514"},
	{"remote", "remote-protocol", "udp"},
	{"remote", "remote-log-format", "default"},
	{"remote", "src-address", "0.0.0.0"},
	{"remote", "vrf", "main"},
	{"remote", "bsd-syslog", "no"},
	{"remote", "syslog-time-format", "bsd-syslog"},
	{"remote", "syslog-facility", "daemon"},
	{"remote", "syslog-severity", "auto"},
	{"email", "email-to", ""},
	{"email", "email-start-tls", "no"},
};
/* clang-format on */

static bool derive(const struct item_view *view, const struct property *property,
                   struct strbuf *kept)
{
	const char *target = view_text(view, "target");

	for (size_t i = 0; target && i < ARRAY_COUNT(options); i++) {
		if (strcmp(options[i].target, target) == 0 &&
		    strcmp(options[i].property, property->name) == 0) {
			strbuf_str(kept, options[i].initial);
			return true;
		}
	}
	return false;
}

static const char *const rules[] = {
        "topics=info action=memory",
        "topics=error action=memory",
        "topics=warning action=memory",
        "topics=critical action=echo",
        NULL,
};

static const char *const actions[] = {
        "name=memory target=memory",
        "name=disk target=disk",
        "name=echo target=echo",
        "name=remote target=remote",
        NULL,
};

const struct menu menu_logging = {
        .path = "/system logging",
        .help = "which lines of the log go where",
        .properties = logging,
        .count = ARRAY_COUNT(logging),
        .store = MENU_SET,
        .export_key = EXPORT_BY_INDEX,
        .rows = rules,
};

const struct menu menu_logging_action = {
        .path = "/system logging action",
        .help = "what lines of the log can be sent to",
        .properties = action,
        .count = ARRAY_COUNT(action),
        .store = MENU_SET,
        .export_key = EXPORT_BY_INDEX,
        .rows = actions,
        .derive = derive,
};

const struct menu menu_log = {
        .path = "/log",
        .help = "what has happened",
        .properties = lines,
        .count = ARRAY_COUNT(lines),
        .store = MENU_LIVE,
        .lines = true,
        .not_exported = true,
};

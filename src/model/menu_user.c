/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_user.c - who may do what, and by which service: the tables of /user and
 * /ip service.
 *
 * A group's policy is kept with every right that it has first, and then, with `!`, those that
 * it has not. Constant data; the policy's syntax is a pure function.
 */
#include "model/menu_table.h"

#include <string.h>

#include "model/model.h"

enum { UNSAID, GRANTED, DENIED };

static int policy_index(const char *text, size_t len)
{
	static const char *const names[] = {
#define X(name, text) text,
	        POLICIES(X)
#undef X
	};
	int found = -1;

	for (int i = 0; i < POLICY_COUNT; i++) {
		if (strncmp(names[i], text, len) != 0)
			continue;
		if (names[i][len] == '\0')
			return i;
		if (found >= 0)
			return -1; /* several begin so */
		found = i;
	}
	return len ? found : -1;
}

static const char *policy_name(int policy)
{
	static const char *const names[] = {
#define X(name, text) text,
	        POLICIES(X)
#undef X
	};

	return names[policy];
}

static bool read_words(const char *text, size_t len, uint8_t said[POLICY_COUNT])
{
	const char *end = text + len;

	while (text < end) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		const char *stop = comma ? comma : end;
		bool no = text < stop && *text == '!';
		int policy = policy_index(text + no, (size_t)(stop - text) - no);

		if (policy < 0)
			return false;
		said[policy] = no ? DENIED : GRANTED;
		text = comma ? comma + 1 : end;
		if (comma && text == end)
			return false;
	}
	return true;
}

/* Rights that are not said are denied. RouterOS 6 has dude and tikapp, RouterOS 7 rest-api: which
 * of them are said tells who speaks. */
static void complete(uint8_t said[POLICY_COUNT])
{
	bool old = said[POLICY_DUDE] || said[POLICY_TIKAPP];

	for (int i = 0; i < POLICY_COUNT; i++) {
		if (i == POLICY_DUDE || i == POLICY_TIKAPP || (i == POLICY_REST_API && old))
			continue;
		if (said[i] == UNSAID)
			said[i] = DENIED;
	}
}

static bool read_policy(const struct value_kind *kind, const char *text, size_t len,
                        struct strbuf *canonical, struct strbuf *error)
{
	uint8_t said[POLICY_COUNT] = {UNSAID};
	bool first = true;

	(void)kind, (void)error;
	if (!read_words(text, len, said))
		return false;
	complete(said);
	for (unsigned pass = GRANTED; pass <= DENIED; pass++) {
		for (int i = 0; i < POLICY_COUNT; i++) {
			if (said[i] != pass)
				continue;
			strbuf_printf(canonical, "%s%s%s", first ? "" : ",",
			              pass == DENIED ? "!" : "", policy_name(i));
			first = false;
		}
	}
	return true;
}

static const struct value_syntax syntax_policy = {
        .expected = "rights such as read,write,!ftp",
        .read = read_policy,
};

/* clang-format off */
#define INERT .show = PROP_INERT

static const struct value_name policies[] = {
#define X(name, text) {POLICY_##name, text, NULL},
	POLICIES(X)
#undef X
	{0, NULL, NULL},
};

static const struct property user[] = {
	ID
	COMMENT
	P("name", "the login name", STRING, .brief = 1, .show = PROP_NAME | PROP_REQUIRED)
	P("group", "the group whose rights it has", REFERENCE("/user group"), .brief = 2,
	  .show = PROP_REQUIRED)
	P("address", "networks that it may log in from; none: any", PREFIX(0),
	  FORM(KIND_LIST | KIND_EMPTY), .initial = "", .brief = 3)
	P("password", "the password; it is stored as a hash", SYNTAX(syntax_password),
	  FORM(KIND_EMPTY), .show = PROP_SENSITIVE)
	P("inactivity-timeout", "how long a session may be idle", TIME, .initial = "10m",
	  SINCE(7, 0), INERT)
	P("last-logged-in", "when it logged in last", STRING, READ_ONLY, .brief = 4)
	DISABLED(0)
	FLAG("expired", 'E', 0, "its password has to be changed")
};

static const struct property group[] = {
	ID
	COMMENT
	P("name", "what users name as their group", STRING, .brief = 1,
	  .show = PROP_NAME | PROP_REQUIRED)
	P("policy", "its rights; those with ! it has not", ENUM(policies), .kind.syntax = &syntax_policy,
	  .initial = "", .brief = 2, .show = PROP_ALWAYS)
	P("skin", "skin of the web page", STRING, .initial = "default", .brief = 3, INERT)
};

static const struct property active[] = {
	ID
	P("when", "since when", STRING, READ_ONLY, .brief = 1)
	P("name", "who", STRING, READ_ONLY, .brief = 2)
	P("address", "from where", ADDRESS(0), READ_ONLY, .brief = 3)
	P("via", "by which service", STRING, READ_ONLY, .brief = 4)
	P("group", "with the rights of which group", STRING, READ_ONLY, .brief = 5)
	P("radius", "whether RADIUS let it in", BOOL, READ_ONLY)
};

static const struct value_name tls_versions[] = {
	{0, "any", NULL}, {1, "only-1.2", NULL}, {0, NULL, NULL},
};

static const struct property service[] = {
	ID
	P("name", "the service", STRING, .brief = 1, .show = PROP_NAME | PROP_FIXED)
	P("port", "the TCP port that it listens to", NUMBER_OF(1, 65535), .brief = 2)
	P("address", "networks that may connect; none: any", PREFIX(0),
	  FORM(KIND_LIST | KIND_EMPTY), .initial = "", .brief = 3)
	P("certificate", "certificate of its TLS", STRING, .brief = 4)
	P("tls-version", "TLS versions that it speaks", ENUM(tls_versions), SINCE(6, 48))
	P("vrf", "VRF that it listens in", STRING, .initial = "main", SINCE(7, 1), .brief = 5,
	  INERT)
	P("max-sessions", "sessions at a time", NUMBER_OF(1, 1000), .initial = "20",
	  SINCE(7, 16), .brief = 6)
	DISABLED(1)
	INVALID(1)
};
/* clang-format on */

static const char *const users[] = {"name=admin group=full", NULL};

static const char *const groups[] = {
        "name=read policy=local,telnet,ssh,reboot,read,test,winbox,password,web,sniff,sensitive,"
        "api,romon,rest-api",
        "name=write policy=local,telnet,ssh,reboot,read,write,test,winbox,password,web,sniff,"
        "sensitive,api,romon,rest-api",
        "name=full policy=local,telnet,ssh,ftp,reboot,read,write,policy,test,winbox,password,web,"
        "sniff,sensitive,api,romon,rest-api",
        NULL,
};

static const char *const services[] = {
        "name=telnet port=23",
        "name=ftp port=21",
        "name=www port=80",
        "name=ssh port=22",
        "name=www-ssl port=443 certificate=none tls-version=any disabled=yes",
        "name=api port=8728",
        "name=winbox port=8291",
        "name=api-ssl port=8729 certificate=none tls-version=any",
        NULL,
};

const struct menu menu_user = {
        .path = "/user",
        .help = "who may log in",
        .properties = user,
        .count = ARRAY_COUNT(user),
        .store = MENU_SET,
        .export_key = EXPORT_BY_NAME,
        .not_exported = true,
        .rows = users,
};

const struct menu menu_user_group = {
        .path = "/user group",
        .help = "rights that users have in common",
        .properties = group,
        .count = ARRAY_COUNT(group),
        .store = MENU_SET,
        .export_key = EXPORT_BY_NAME,
        .rows = groups,
};

const struct menu menu_user_active = {
        .path = "/user active",
        .help = "who is logged in",
        .properties = active,
        .count = ARRAY_COUNT(active),
        .store = MENU_LIVE,
        .not_exported = true,
};

const struct menu menu_ip_service = {
        .path = "/ip service",
        .help = "the services that the router is managed by",
        .properties = service,
        .count = ARRAY_COUNT(service),
        .store = MENU_FIXED,
        .export_key = EXPORT_BY_NAME,
        .rows = services,
};

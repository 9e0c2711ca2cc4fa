/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_dns.c - the table of /ip dns: whom names of hosts are asked of, and how long.
 *
 * Constant data; its two syntaxes are pure functions.
 */
#include "model/menu_table.h"

#include "base/addr.h"
#include "model/syntax_part.h"

#define SERVERS_MAX 16 /* no configuration has more of them than a person would list */

#define WAIT_MIN (WEIR_SEC / 10)
#define WAIT_MAX (WEIR_SEC * 600)

/* With a TTL it is still less than the timeout of an address list's entry may be. */
#define EXTRA_MAX (WEIR_SEC * 3600 * 24 * 7 * 34)

/* clang-format off */
#define INERT .show = PROP_INERT

static const struct value_syntax syntax_servers, syntax_cache_size;

static const struct property dns[] = {
	P("servers", "the servers that are asked; none: those of the machine",
	  SYNTAX(syntax_servers), FORM(KIND_EMPTY), .initial = "")
	P("dynamic-servers", "the machine's own, while servers is empty", STRING, READ_ONLY)
	P("use-doh-server", "the server of DNS over HTTPS", STRING, FORM(KIND_EMPTY), .initial = "",
	  SINCE(6, 47), INERT)
	P("verify-doh-cert", "whether its certificate is looked at", BOOL, .initial = "no",
	  SINCE(6, 47), INERT)
	P("doh-max-server-connections", "connections to it at most", NUMBER_OF(1, UINT16_MAX),
	  .initial = "5", SINCE(7, 8), INERT)
	P("doh-max-concurrent-queries", "questions to it at once", NUMBER_OF(1, UINT16_MAX),
	  .initial = "50", SINCE(7, 8), INERT)
	P("doh-timeout", "how long its answer may take", TIME, .initial = "5s", SINCE(7, 8), INERT)
	P("allow-remote-requests", "whether the router answers questions of others", BOOL,
	  .initial = "no", INERT)
	P("max-udp-packet-size", "bytes of an answer at most; longer ones come by TCP",
	  NUMBER_OF(50, UINT16_MAX), .initial = "4096")
	P("query-server-timeout", "how long one server may take", TIME_OF(WAIT_MIN, WAIT_MAX),
	  .initial = "2s")
	P("query-total-timeout", "how long all of them together may take",
	  TIME_OF(WAIT_MIN, WAIT_MAX), .initial = "10s")
	P("max-concurrent-queries", "questions at once", NUMBER_OF(1, UINT16_MAX), .initial = "100")
	P("max-concurrent-tcp-sessions", "those of them that go by TCP", NUMBER_OF(1, UINT16_MAX),
	  .initial = "20")
	P("cache-size", "room for answers that are kept for others", SYNTAX(syntax_cache_size),
	  .initial = "2048KiB", INERT)
	P("cache-max-ttl", "how long they are kept at most", TIME, .initial = "1w", INERT)
	P("address-list-extra-time", "how much longer than its TTL an address stays in a list",
	  TIME_UP_TO(EXTRA_MAX),
	  .initial = "0s", SINCE(7, 16))
	P("vrf", "the VRF that the servers are reached by", STRING, FORM(KIND_EMPTY),
	  .initial = "main", SINCE(7, 15), INERT)
	P("mdns-repeat-ifaces", "interfaces that multicast DNS is repeated on", REFERENCE("/interface"),
	  FORM(KIND_LIST | KIND_EMPTY), .initial = "", SINCE(7, 16), INERT)
};
/* clang-format on */

/* Addresses separated by commas, each without a port. */
static bool read_servers(const struct value_kind *kind, const char *text, size_t len,
                         struct strbuf *canonical, struct strbuf *error)
{
	struct part rest = {text, len}, piece;
	unsigned count = 0;
	bool more = true;

	(void)kind;
	while (more) {
		union weir_addr addr;
		char shown[ADDR_TEXT];
		uint8_t family;

		more = part_cut(&rest, ',', &piece);
		if (!addr_parse(piece.text, piece.len, &family, &addr))
			return false;
		if (++count > SERVERS_MAX) {
			strbuf_printf(error, "too many servers, %d at most", SERVERS_MAX);
			return false;
		}
		if (count > 1)
			strbuf_char(canonical, ',');
		strbuf_add(canonical, shown, addr_print(shown, family, &addr));
	}
	return true;
}

/* KiB, with or without saying so. */
static bool read_cache_size(const struct value_kind *kind, const char *text, size_t len,
                            struct strbuf *canonical, struct strbuf *error)
{
	struct part part = {text, len};
	uint64_t size;

	(void)kind;
	(void)error;
	if (len > 3 && memcmp(text + len - 3, "KiB", 3) == 0)
		part.len -= 3;
	if (!part_number(part, UINT32_MAX, &size))
		return false;
	strbuf_u64(canonical, size);
	strbuf_str(canonical, "KiB");
	return true;
}

static const struct value_syntax syntax_servers = {
        "addresses of servers, separated by commas", read_servers};
static const struct value_syntax syntax_cache_size = {"a number of KiB, such as 2048KiB",
                                                      read_cache_size};

const struct menu menu_dns = {
        .path = "/ip dns",
        .help = "how names of hosts are resolved",
        .properties = dns,
        .count = ARRAY_COUNT(dns),
        .settings = true,
        .store = MENU_SETTINGS,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/value_address.c - addresses, prefixes and MAC addresses as values: read, written,
 * compared. value.c has them in its table.
 *
 * Threads: pure functions. Cost: no allocation but the strbuf's.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/put.h"
#include "model/value_type.h"

/* Addresses */

static bool parse_port(const char *text, size_t len, struct value *value)
{
	uint64_t port;

	if (!value_digits(text, len, 10, &port) || port > UINT16_MAX)
		return false;
	value->with_port = true;
	value->port = (uint16_t)port;
	return true;
}

static bool read_address(const char *text, size_t len, struct value *value)
{
	struct value v = {.type = VALUE_ADDRESS};
	const char *colon;

	if (len && text[0] == '[') {
		const char *close = memchr(text, ']', len);
		size_t rest;

		if (close == NULL || !addr_parse_v6(text + 1, (size_t)(close - text) - 1, &v.addr))
			return false;
		v.family = WEIR_IPV6;
		rest = len - (size_t)(close - text) - 1;
		if (rest && (close[1] != ':' || !parse_port(close + 2, rest - 1, &v)))
			return false;
		*value = v;
		return true;
	}
	colon = memchr(text, ':', len);
	if (colon && addr_parse_v4(text, (size_t)(colon - text), &v.addr)) {
		v.family = WEIR_IPV4;
		if (!parse_port(colon + 1, len - (size_t)(colon - text) - 1, &v))
			return false;
	} else if (!addr_parse(text, len, &v.family, &v.addr)) {
		return false;
	}
	*value = v;
	return true;
}

bool value_parse_address(const struct value_kind *kind, const char *text, size_t len,
                         struct value *value)
{
	struct value v;

	if (!read_address(text, len, &v) || (kind->family && v.family != kind->family))
		return false;
	*value = v;
	return true;
}

char *value_put_address(char *to, const struct value_kind *kind, const struct value *value,
                        enum value_form form)
{
	bool port = value->with_port && !value->port_apart;

	(void)kind, (void)form;
	if (value->family == WEIR_IPV4) {
		to = put_ipv4(to, value->addr.v4);
	} else {
		if (port)
			*to++ = '[';
		to += addr_print(to, value->family, &value->addr);
		if (port)
			*to++ = ']';
	}
	if (port) {
		*to++ = ':';
		to = put_u64(to, value->port);
	}
	return to;
}

int value_compare_address(const struct value *a, const struct value *b)
{
	int order = addr_compare(a->family, &a->addr, b->family, &b->addr);

	if (order || !a->with_port || !b->with_port)
		return order;
	return (a->port > b->port) - (a->port < b->port);
}

void value_expected_address(const struct value_kind *kind, struct strbuf *out)
{
	(void)kind;
	strbuf_str(out, "an address such as 192.0.2.1, 192.0.2.1:80, 2001:db8::1 or "
	                "[2001:db8::1]:80");
}

/* Prefixes */

/* The bits of a netmask in dotted form. => false: it is none */
static bool netmask(const char *text, size_t len, uint8_t *bits)
{
	union weir_addr addr;
	uint32_t mask;

	if (!addr_parse_v4(text, len, &addr))
		return false;
	mask = be32(&addr);
	if (mask & (~mask >> 1))
		return false;
	*bits = (uint8_t)__builtin_popcount(mask);
	return true;
}

bool value_parse_prefix(const struct value_kind *kind, const char *text, size_t len,
                        struct value *value)
{
	const char *slash = memchr(text, '/', len);
	char plain[ADDR_TEXT + 4];
	struct prefix p;
	uint8_t bits;

	if (slash && netmask(slash + 1, len - (size_t)(slash - text) - 1, &bits)) {
		size_t addr_len = (size_t)(slash - text);
		union weir_addr addr;

		if (!addr_parse_v4(text, addr_len, &addr))
			return false;
		memcpy(plain, text, addr_len + 1);
		len = (size_t)(put_small(plain + addr_len + 1, bits) - plain);
		text = plain;
	}
	if (!prefix_parse(text, len, &p) || (kind->family && p.family != kind->family))
		return false;
	*value = (struct value){
	        .type = VALUE_PREFIX, .family = p.family, .length = p.bits, .addr = p.addr};
	return true;
}

char *value_put_prefix(char *to, const struct value_kind *kind, const struct value *value,
                       enum value_form form)
{
	(void)kind, (void)form;
	if (value->family == WEIR_IPV4)
		to = put_ipv4(to, value->addr.v4);
	else
		to += addr_print(to, value->family, &value->addr);
	if (value->length == addr_bits(value->family))
		return to;
	*to++ = '/';
	return put_small(to, value->length);
}

int value_compare_prefix(const struct value *a, const struct value *b)
{
	int order = addr_compare(a->family, &a->addr, b->family, &b->addr);

	return order ? order : (a->length > b->length) - (a->length < b->length);
}

void value_expected_prefix(const struct value_kind *kind, struct strbuf *out)
{
	if (kind->family == WEIR_IPV6)
		strbuf_str(out, "a prefix such as 2001:db8::/32");
	else if (kind->family == WEIR_IPV4)
		strbuf_str(out, "a prefix such as 10.0.0.0/8");
	else
		strbuf_str(out, "a prefix such as 10.0.0.0/8 or 2001:db8::/32");
}

/* MAC addresses */

/* Six pairs of digits with `:` or `-` between them. */
bool value_parse_mac(const struct value_kind *kind, const char *text, size_t len,
                     struct value *value)
{
	struct value v = {.type = VALUE_MAC};

	(void)kind;
	if (len != 17)
		return false;
	for (size_t i = 0; i < 6; i++) {
		uint64_t byte;

		if (!value_digits(text + 3 * i, 2, 16, &byte))
			return false;
		if (i < 5 && text[3 * i + 2] != ':' && text[3 * i + 2] != '-')
			return false;
		v.mac[i] = (uint8_t)byte;
	}
	*value = v;
	return true;
}

char *value_put_mac(char *to, const struct value_kind *kind, const struct value *value,
                    enum value_form form)
{
	static const char hex[] = "0123456789ABCDEF";

	(void)kind, (void)form;
	for (size_t i = 0; i < 6; i++) {
		*to++ = hex[value->mac[i] >> 4];
		*to++ = hex[value->mac[i] & 15];
		*to++ = ':';
	}
	return to - 1;
}

int value_compare_mac(const struct value *a, const struct value *b)
{
	return memcmp(a->mac, b->mac, sizeof a->mac);
}

void value_expected_mac(const struct value_kind *kind, struct strbuf *out)
{
	(void)kind;
	strbuf_str(out, "a MAC address such as 02:00:5E:10:00:01");
}

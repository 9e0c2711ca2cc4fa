/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/syntax_address.c - addresses as a firewall and an interface have them: one, a prefix
 * (10.0.0.0/8, 10.0.0.0/255.0.0.0), a range (10.0.0.1-10.0.0.9, IPv4 only); in address lists a
 * DNS name too.
 *
 * Bits beyond a prefix become zero, but not those of an interface's address, which has both in
 * one. The length is left out where it is the whole address.
 *
 * Threads: pure functions. Cost: no allocation but the strbuf's.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/put.h"
#include "model/syntax_part.h"

#define NAME_LONGEST 253
#define LABEL_LONGEST 63
#define V6_DEFAULT_LENGTH 64 /* of an interface's address without a length */

/* The last address of a prefix. */
static union weir_addr last_of(const struct value *prefix)
{
	union weir_addr last = prefix->addr;
	unsigned bytes = addr_bits(prefix->family) / 8;

	for (unsigned i = 0; i < bytes; i++) {
		unsigned keep = prefix->length > 8 * i ? prefix->length - 8u * i : 0;

		if (keep < 8)
			last.v6[i] |= (uint8_t)(0xffu >> keep);
	}
	return last;
}

static bool parse_range(const char *text, size_t len, struct address_range *range)
{
	struct part rest = {text, len}, first;
	struct address_range r = {.family = WEIR_IPV4};

	if (!part_cut(&rest, '-', &first) || !addr_parse_v4(first.text, first.len, &r.first) ||
	    !addr_parse_v4(rest.text, rest.len, &r.last) ||
	    addr_compare(r.family, &r.first, r.family, &r.last) > 0)
		return false;
	*range = r;
	return true;
}

bool address_range_parse(const char *text, size_t len, uint8_t family, struct address_range *range)
{
	struct value_kind kind = {.type = VALUE_PREFIX, .family = family};
	struct value value;

	if (value_parse(&kind, text, len, &value)) {
		range->family = value.family;
		range->first = value.addr;
		range->last = last_of(&value);
		return true;
	}
	return family != WEIR_IPV6 && parse_range(text, len, range);
}

static void put_address(struct strbuf *out, uint8_t family, const union weir_addr *addr)
{
	char text[ADDR_TEXT];

	strbuf_add(out, text, addr_print(text, family, addr));
}

/* The length of the prefix that an IPv4 range is. => false: it is none */
static bool is_prefix(const struct address_range *range, uint8_t *length)
{
	uint32_t first = be32(&range->first), last = be32(&range->last), differ = first ^ last;

	/* All bits behind the first that differs are 0 in one and 1 in the other. */
	if (differ & (differ + 1) || first & differ)
		return false;
	*length = (uint8_t)(32 - __builtin_popcount(differ));
	return true;
}

/* => whether it is a range of addresses, and its canonical form was appended */
static bool keep_range(const char *text, size_t len, uint8_t family, bool as_prefix,
                       struct strbuf *out)
{
	struct value_kind kind = {.type = VALUE_PREFIX, .family = family};
	struct address_range range;
	struct value value;

	if (value_parse(&kind, text, len, &value)) {
		value_print(&kind, &value, VALUE_CONSOLE, out);
		return true;
	}
	if (family == WEIR_IPV6 || !parse_range(text, len, &range))
		return false;
	if (as_prefix && is_prefix(&range, &value.length)) {
		value.type = VALUE_PREFIX;
		value.family = WEIR_IPV4;
		value.addr = range.first;
		value_print(&kind, &value, VALUE_CONSOLE, out);
		return true;
	}
	put_address(out, WEIR_IPV4, &range.first);
	if (addr_compare(WEIR_IPV4, &range.first, WEIR_IPV4, &range.last) != 0) {
		strbuf_char(out, '-');
		put_address(out, WEIR_IPV4, &range.last);
	}
	return true;
}

static bool read_range(const struct value_kind *kind, const char *text, size_t len,
                       struct strbuf *canonical, struct strbuf *error)
{
	if (keep_range(text, len, kind->family, false, canonical))
		return true;
	if (kind->family != WEIR_IPV6)
		strbuf_str(error, "value of range expects range of ip addresses");
	return false;
}

static bool label_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

/* One label of a name. *digits: it has nothing but digits */
static bool is_label(struct part label, bool *digits)
{
	if (label.len == 0 || label.len > LABEL_LONGEST || label.text[0] == '-' ||
	    label.text[label.len - 1] == '-')
		return false;
	*digits = true;
	for (size_t i = 0; i < label.len; i++) {
		if (!label_char(label.text[i]))
			return false;
		if (label.text[i] < '0' || label.text[i] > '9')
			*digits = false;
	}
	return true;
}

/* A name as DNS has them; the last label is no number, which would be a wrong address. */
static bool is_dns_name(const char *text, size_t len)
{
	struct part rest = {text, len}, label;
	bool more = true, digits = true;

	if (len > NAME_LONGEST)
		return false;
	while (more) {
		more = part_cut(&rest, '.', &label);
		if (!is_label(label, &digits))
			return false;
	}
	return !digits;
}

static bool read_list_address(const struct value_kind *kind, const char *text, size_t len,
                              struct strbuf *canonical, struct strbuf *error)
{
	(void)error;
	if (keep_range(text, len, kind->family, true, canonical))
		return true;
	if (!is_dns_name(text, len))
		return false;
	strbuf_add(canonical, text, len);
	return true;
}

static bool read_interface_address(const struct value_kind *kind, const char *text, size_t len,
                                   struct strbuf *canonical, struct strbuf *error)
{
	struct value_kind prefix = {.type = VALUE_PREFIX, .family = kind->family};
	struct part rest = {text, len}, address;
	struct value value;
	bool with_length;

	(void)error;
	if (!value_parse(&prefix, text, len, &value))
		return false;
	with_length = part_cut(&rest, '/', &address);
	if (!addr_parse(address.text, address.len, &value.family, &value.addr))
		return false;
	put_address(canonical, value.family, &value.addr);
	if (value.family == WEIR_IPV6 && !with_length)
		value.length = V6_DEFAULT_LENGTH;
	if (value.family == WEIR_IPV6 || value.length < 32)
		strbuf_printf(canonical, "/%u", value.length);
	return true;
}

const struct value_syntax syntax_address_range = {
        "an address, a prefix or a range such as 10.0.0.1-10.0.0.9", read_range};
const struct value_syntax syntax_list_address = {
        "an address, a prefix, a range such as 10.0.0.1-10.0.0.9 or a DNS name",
        read_list_address};
const struct value_syntax syntax_interface_address = {
        "an address with the length of its network: 192.168.88.1/24", read_interface_address};

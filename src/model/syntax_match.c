/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/syntax_match.c - what single packets are matched and changed by: ICMP and TCP headers,
 * time to live, every nth, classifiers, IPsec. The grammar of each stands at its struct in
 * syntax.h.
 *
 * Threads: pure functions. Cost: no allocation but the strbuf's.
 */
#include <string.h>

#include "model/syntax_part.h"

/* icmp-options: type[:code or code-code] */

bool icmp_options_parse(const char *text, size_t len, struct icmp_options *options)
{
	struct part rest = {text, len}, type;
	struct number_range codes = {0, UINT8_MAX};
	uint64_t number;
	bool with_code = part_cut(&rest, ':', &type);

	if (!part_number(type, UINT8_MAX, &number) ||
	    (with_code && !number_range_parse(rest.text, rest.len, UINT8_MAX, &codes)))
		return false;
	options->type = (uint8_t)number;
	options->first_code = (uint8_t)codes.first;
	options->last_code = (uint8_t)codes.last;
	return true;
}

static bool read_icmp_options(const struct value_kind *kind, const char *text, size_t len,
                              struct strbuf *canonical, struct strbuf *error)
{
	struct icmp_options o;

	(void)kind, (void)error;
	if (!icmp_options_parse(text, len, &o))
		return false;
	strbuf_u64(canonical, o.type);
	if (memchr(text, ':', len) == NULL)
		return true;
	strbuf_printf(canonical, ":%u", o.first_code);
	if (o.first_code != o.last_code)
		strbuf_printf(canonical, "-%u", o.last_code);
	return true;
}

/* Lists of words, each with `!` or without */

struct words {
	uint64_t plain, inverted; /* bits, by the numbers of the names */
};

/* => false: an element is no name, or a name is there both ways */
static bool parse_words(struct part rest, const struct value_name *names, struct words *words)
{
	bool more = true;

	*words = (struct words){0, 0};
	while (more) {
		struct part element;
		uint64_t bit;
		bool inverted;

		more = part_cut(&rest, ',', &element);
		inverted = part_take(&element, '!');
		if (!part_word(element, names, &bit))
			return false;
		if (inverted)
			words->inverted |= bit;
		else
			words->plain |= bit;
	}
	return (words->plain & words->inverted) == 0;
}

static void put_words(struct strbuf *out, const struct value_name *names, const struct words *words)
{
	const char *comma = "";

	for (const struct value_name *n = names; n->name; n++) {
		if (!((words->plain | words->inverted) & n->number))
			continue;
		strbuf_str(out, comma);
		if (words->inverted & n->number)
			strbuf_char(out, '!');
		strbuf_str(out, n->name);
		comma = ",";
	}
}

static const struct value_name flag_names[] = {
        {1, "fin", NULL},  {2, "syn", NULL},  {4, "rst", NULL},   {8, "psh", NULL},
        {16, "ack", NULL}, {32, "urg", NULL}, {64, "ece", NULL},  {128, "cwr", NULL},
        {0, NULL, NULL},
};

bool tcp_flags_parse(const char *text, size_t len, struct tcp_flags *flags)
{
	struct part rest = {text, len};
	struct words words;
	bool negated = len > 1 && memcmp(text, "!,", 2) == 0;

	if (negated) {
		rest.text += 2;
		rest.len -= 2;
	}
	if (!parse_words(rest, flag_names, &words))
		return false;
	flags->set = (uint8_t)words.plain;
	flags->clear = (uint8_t)words.inverted;
	flags->negated = negated;
	return true;
}

static bool read_tcp_flags(const struct value_kind *kind, const char *text, size_t len,
                           struct strbuf *canonical, struct strbuf *error)
{
	struct tcp_flags flags;
	struct words words;

	(void)kind, (void)error;
	if (!tcp_flags_parse(text, len, &flags))
		return false;
	words.plain = flags.set;
	words.inverted = flags.clear;
	if (flags.negated)
		strbuf_str(canonical, "!,");
	put_words(canonical, flag_names, &words);
	return true;
}

static const struct value_name hotspot_names[] = {
        {1, "from-client", NULL}, {2, "auth", NULL},  {4, "local-dst", NULL},
        {8, "to-client", NULL},   {16, "http", NULL}, {0, NULL, NULL},
};

static bool read_hotspot(const struct value_kind *kind, const char *text, size_t len,
                         struct strbuf *canonical, struct strbuf *error)
{
	struct words words;

	(void)kind, (void)error;
	if (!parse_words((struct part){text, len}, hotspot_names, &words))
		return false;
	put_words(canonical, hotspot_names, &words);
	return true;
}

static const struct value_name header_names[] = {
        {1, "hop", NULL}, {2, "dst", NULL}, {4, "route", NULL}, {8, "frag", NULL},
        {16, "ah", NULL}, {32, "esp", NULL}, {64, "none", NULL}, {128, "proto", NULL},
        {0, NULL, NULL},
};
static const struct value_name header_modes[] = {
        {true, "exact", NULL}, {false, "contains", NULL}, {0, NULL, NULL}};

bool header_match_parse(const char *text, size_t len, struct header_match *match)
{
	struct part rest = {text, len}, list;
	struct words words;
	uint64_t exact = false;

	if (part_cut(&rest, ':', &list) && !part_word(rest, header_modes, &exact))
		return false;
	if (!parse_words(list, header_names, &words) || words.inverted)
		return false;
	match->headers = (uint8_t)words.plain;
	match->exact = exact;
	return true;
}

static bool read_headers(const struct value_kind *kind, const char *text, size_t len,
                         struct strbuf *canonical, struct strbuf *error)
{
	struct header_match match;
	struct words words = {0, 0};

	(void)kind, (void)error;
	if (!header_match_parse(text, len, &match))
		return false;
	words.plain = match.headers;
	put_words(canonical, header_names, &words);
	if (memchr(text, ':', len)) {
		strbuf_char(canonical, ':');
		part_put_word(canonical, header_modes, match.exact);
	}
	return true;
}

/* nth */

bool nth_parse(const char *text, size_t len, struct nth *nth)
{
	struct part rest = {text, len}, every;
	uint64_t n, packet = 1;

	if (part_cut(&rest, ',', &every) && !part_number(rest, UINT32_MAX, &packet))
		return false;
	if (!part_number(every, UINT32_MAX, &n) || packet == 0 || packet > n)
		return false;
	nth->every = (uint32_t)n;
	nth->packet = (uint32_t)packet;
	return true;
}

static bool read_nth(const struct value_kind *kind, const char *text, size_t len,
                     struct strbuf *canonical, struct strbuf *error)
{
	struct nth nth;

	(void)kind, (void)error;
	if (!nth_parse(text, len, &nth))
		return false;
	strbuf_printf(canonical, "%u", nth.every);
	if (memchr(text, ',', len))
		strbuf_printf(canonical, ",%u", nth.packet);
	return true;
}

/* per-connection-classifier: fields:denominator/remainder */

static const struct value_name classifier_fields[] = {
        {FIELD_SRC_ADDRESS, "src-address", NULL},
        {FIELD_DST_ADDRESS, "dst-address", NULL},
        {FIELD_SRC_ADDRESS | FIELD_DST_ADDRESS, "both-addresses", NULL},
        {FIELD_SRC_PORT, "src-port", NULL},
        {FIELD_SRC_ADDRESS | FIELD_SRC_PORT, "src-address-and-port", NULL},
        {FIELD_DST_PORT, "dst-port", NULL},
        {FIELD_DST_ADDRESS | FIELD_DST_PORT, "dst-address-and-port", NULL},
        {FIELD_SRC_PORT | FIELD_DST_PORT, "both-ports", NULL},
        {FIELD_SRC_ADDRESS | FIELD_DST_ADDRESS | FIELD_SRC_PORT | FIELD_DST_PORT,
         "both-addresses-and-ports", NULL},
        {0, NULL, NULL},
};

bool classifier_parse(const char *text, size_t len, struct classifier *classifier)
{
	struct part rest = {text, len}, fields, denominator;
	uint64_t bits, n, remainder;

	if (!part_cut(&rest, ':', &fields) || !part_cut(&rest, '/', &denominator) ||
	    !part_word(fields, classifier_fields, &bits) ||
	    !part_number(denominator, UINT32_MAX, &n) ||
	    !part_number(rest, UINT32_MAX, &remainder) || remainder >= n)
		return false;
	classifier->fields = (uint8_t)bits;
	classifier->denominator = (uint32_t)n;
	classifier->remainder = (uint32_t)remainder;
	return true;
}

static bool read_classifier(const struct value_kind *kind, const char *text, size_t len,
                            struct strbuf *canonical, struct strbuf *error)
{
	struct classifier c;

	(void)kind, (void)error;
	if (!classifier_parse(text, len, &c))
		return false;
	part_put_word(canonical, classifier_fields, c.fields);
	strbuf_printf(canonical, ":%u/%u", c.denominator, c.remainder);
	return true;
}

/* A word and a number below 256: ttl, new-ttl */

static const struct value_name ttl_tests[] = {{TTL_EQUAL, "equal", NULL},
                                              {TTL_NOT_EQUAL, "not-equal", NULL},
                                              {TTL_LESS_THAN, "less-than", NULL},
                                              {TTL_GREATER_THAN, "greater-than", NULL},
                                              {0, NULL, NULL}};
static const struct value_name ttl_hows[] = {{TTL_SET, "set", NULL},
                                             {TTL_INCREMENT, "increment", NULL},
                                             {TTL_DECREMENT, "decrement", NULL},
                                             {0, NULL, NULL}};

static bool parse_ttl(const char *text, size_t len, const struct value_name *names, uint64_t *word,
                      uint8_t *value)
{
	struct part rest = {text, len}, name;
	uint64_t number;

	if (!part_cut(&rest, ':', &name) || !part_word(name, names, word) ||
	    !part_number(rest, UINT8_MAX, &number))
		return false;
	*value = (uint8_t)number;
	return true;
}

bool ttl_match_parse(const char *text, size_t len, struct ttl_match *match)
{
	uint64_t test;

	if (!parse_ttl(text, len, ttl_tests, &test, &match->value))
		return false;
	match->test = (enum ttl_test)test;
	return true;
}

bool ttl_change_parse(const char *text, size_t len, struct ttl_change *change)
{
	uint64_t how;

	if (!parse_ttl(text, len, ttl_hows, &how, &change->value))
		return false;
	change->how = (enum ttl_how)how;
	return true;
}

static bool read_ttl(const struct value_kind *kind, const char *text, size_t len,
                     struct strbuf *canonical, struct strbuf *error)
{
	struct ttl_match match;

	(void)kind, (void)error;
	if (!ttl_match_parse(text, len, &match))
		return false;
	part_put_word(canonical, ttl_tests, match.test);
	strbuf_printf(canonical, ":%u", match.value);
	return true;
}

static bool read_new_ttl(const struct value_kind *kind, const char *text, size_t len,
                         struct strbuf *canonical, struct strbuf *error)
{
	struct ttl_change change;

	(void)kind, (void)error;
	if (!ttl_change_parse(text, len, &change))
		return false;
	part_put_word(canonical, ttl_hows, change.how);
	strbuf_printf(canonical, ":%u", change.value);
	return true;
}

/* tos: value[/mask] */

static bool byte_value(struct part part, uint8_t *byte)
{
	uint64_t number;

	if (!part_number(part, UINT8_MAX, &number))
		return false;
	*byte = (uint8_t)number;
	return true;
}

bool tos_match_parse(const char *text, size_t len, struct tos_match *match)
{
	struct part rest = {text, len}, value;
	struct tos_match m = {.mask = UINT8_MAX};

	if (part_cut(&rest, '/', &value) && !byte_value(rest, &m.mask))
		return false;
	if (!byte_value(value, &m.value))
		return false;
	*match = m;
	return true;
}

static bool read_tos(const struct value_kind *kind, const char *text, size_t len,
                     struct strbuf *canonical, struct strbuf *error)
{
	struct tos_match match;

	(void)kind, (void)error;
	if (!tos_match_parse(text, len, &match))
		return false;
	strbuf_printf(canonical, "%u", match.value);
	if (memchr(text, '/', len))
		strbuf_printf(canonical, "/%u", match.mask);
	return true;
}

/* ipsec-policy: in or out, ipsec or none */

static const struct value_name directions[] = {
        {false, "in", NULL}, {true, "out", NULL}, {0, NULL, NULL}};
static const struct value_name policies[] = {
        {false, "none", NULL}, {true, "ipsec", NULL}, {0, NULL, NULL}};

bool ipsec_match_parse(const char *text, size_t len, struct ipsec_match *match)
{
	struct part rest = {text, len}, direction;
	uint64_t out, ipsec;

	if (!part_cut(&rest, ',', &direction) || !part_word(direction, directions, &out) ||
	    !part_word(rest, policies, &ipsec))
		return false;
	match->out = out;
	match->ipsec = ipsec;
	return true;
}

static bool read_ipsec_policy(const struct value_kind *kind, const char *text, size_t len,
                              struct strbuf *canonical, struct strbuf *error)
{
	struct ipsec_match match;

	(void)kind, (void)error;
	if (!ipsec_match_parse(text, len, &match))
		return false;
	part_put_word(canonical, directions, match.out);
	strbuf_char(canonical, ',');
	part_put_word(canonical, policies, match.ipsec);
	return true;
}

const struct value_syntax syntax_icmp_options = {
        "an ICMP type and code such as 8:0, 8:0-255 or 135", read_icmp_options};
const struct value_syntax syntax_tcp_flags = {
        "flags of fin, syn, rst, psh, ack, urg, ece, cwr, such as syn,!ack", read_tcp_flags};
const struct value_syntax syntax_hotspot = {
        "words of from-client, auth, local-dst, to-client, http, such as from-client,!auth",
        read_hotspot};
const struct value_syntax syntax_headers = {
        "headers of hop, dst, route, frag, ah, esp, none, proto, such as hop,frag:exact",
        read_headers};
const struct value_syntax syntax_nth = {"every,packet such as 2,1", read_nth};
const struct value_syntax syntax_per_connection_classifier = {
        "fields:denominator/remainder such as both-addresses:2/0", read_classifier};
const struct value_syntax syntax_ttl = {
        "equal, not-equal, less-than or greater-than and a number, such as equal:1", read_ttl};
const struct value_syntax syntax_new_ttl = {
        "set, increment or decrement and a number, such as set:64", read_new_ttl};
const struct value_syntax syntax_tos = {"a number and a mask such as 16/255", read_tos};
const struct value_syntax syntax_ipsec_policy = {"in or out, then ipsec or none: in,ipsec",
                                                 read_ipsec_policy};

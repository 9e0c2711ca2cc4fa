/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/syntax_rate.c - how much and how often: limits, rates, bytes and counts of connections,
 * port scan detection. The grammar of each stands at its struct in syntax.h.
 *
 * Threads: pure functions. Cost: no allocation but the strbuf's.
 */
#include <string.h>

#include "model/syntax_part.h"

#define RATE_MOST UINT64_C(32000000000)
#define BURST_MOST UINT64_C(2000000000)

/* a-b */

bool number_range_parse(const char *text, size_t len, uint64_t max, struct number_range *range)
{
	struct part rest = {text, len}, first;
	struct number_range r;
	bool two = part_cut(&rest, '-', &first);

	if (!part_units(first, max, &r.first) || !part_units(two ? rest : first, max, &r.last) ||
	    r.first > r.last)
		return false;
	*range = r;
	return true;
}

bool connection_bytes_parse(const char *text, size_t len, struct number_range *range)
{
	struct part rest = {text, len}, first;
	struct number_range r;

	if (!part_cut(&rest, '-', &first) || !part_units(first, UINT64_MAX, &r.first) ||
	    !part_units(rest, UINT64_MAX, &r.last))
		return false;
	if (r.last == 0)
		r.last = UINT64_MAX;
	if (r.first > r.last)
		return false;
	*range = r;
	return true;
}

static bool read_connection_bytes(const struct value_kind *kind, const char *text, size_t len,
                                  struct strbuf *canonical, struct strbuf *error)
{
	struct number_range range;

	(void)kind, (void)error;
	if (!connection_bytes_parse(text, len, &range))
		return false;
	strbuf_u64(canonical, range.first);
	strbuf_char(canonical, '-');
	strbuf_u64(canonical, range.last == UINT64_MAX ? 0 : range.last);
	return true;
}

static bool read_connection_rate(const struct value_kind *kind, const char *text, size_t len,
                                 struct strbuf *canonical, struct strbuf *error)
{
	struct number_range range;

	(void)kind, (void)error;
	if (!memchr(text, '-', len) || !number_range_parse(text, len, UINT32_MAX, &range))
		return false;
	part_put_units(canonical, range.first);
	strbuf_char(canonical, '-');
	part_put_units(canonical, range.last);
	return true;
}

/* connection-limit */

bool connection_limit_parse(const char *text, size_t len, struct connection_limit *limit)
{
	struct part rest = {text, len}, count;
	uint64_t n, bits;

	if (!part_cut(&rest, ',', &count) || !part_number(count, UINT32_MAX, &n) ||
	    !part_number(rest, 128, &bits))
		return false;
	limit->count = (uint32_t)n;
	limit->bits = (uint8_t)bits;
	return true;
}

static bool read_connection_limit(const struct value_kind *kind, const char *text, size_t len,
                                  struct strbuf *canonical, struct strbuf *error)
{
	struct connection_limit limit;

	if (!connection_limit_parse(text, len, &limit))
		return false;
	if (kind->family != WEIR_IPV6 && limit.bits > 32) {
		strbuf_str(error, "value of netmask out of range (0..32)");
		return false;
	}
	strbuf_printf(canonical, "%u,%u", limit.count, limit.bits);
	return true;
}

/* limit, dst-limit */

/* rate[/time] */
static bool parse_rate(struct part part, struct rate_limit *limit)
{
	struct part rate;

	limit->time = WEIR_SEC;
	return (!part_cut(&part, '/', &rate) || part_time(part, UINT64_MAX, &limit->time)) &&
	       part_units(rate, RATE_MOST, &limit->rate) && limit->rate && limit->time;
}

static void put_rate(struct strbuf *out, const struct rate_limit *limit)
{
	part_put_units(out, limit->rate);
	if (limit->time != WEIR_SEC) {
		strbuf_char(out, '/');
		value_print_time(limit->time, out);
	}
	strbuf_char(out, ',');
	part_put_units(out, limit->burst);
}

static const struct value_name counted[] = {
        {false, "packet", NULL}, {true, "bit", NULL}, {0, NULL, NULL}};

bool rate_limit_parse(const char *text, size_t len, struct rate_limit *limit)
{
	struct part rest = {text, len}, rate, burst;
	struct rate_limit l;
	uint64_t bits = false;

	if (!part_cut(&rest, ',', &rate) || !parse_rate(rate, &l))
		return false;
	if (part_cut(&rest, ':', &burst) && !part_word(rest, counted, &bits))
		return false;
	l.bits = bits;
	if (!part_units(burst, BURST_MOST, &l.burst))
		return false;
	*limit = l;
	return true;
}

static bool read_limit(const struct value_kind *kind, const char *text, size_t len,
                       struct strbuf *canonical, struct strbuf *error)
{
	struct rate_limit limit;

	(void)kind, (void)error;
	if (!rate_limit_parse(text, len, &limit))
		return false;
	put_rate(canonical, &limit);
	strbuf_char(canonical, ':');
	part_put_word(canonical, counted, limit.bits);
	return true;
}

static const struct value_name dst_limit_fields[] = {
        {FIELD_DST_ADDRESS, "dst-address", NULL},
        {FIELD_DST_ADDRESS | FIELD_DST_PORT, "dst-address-and-port", NULL},
        {FIELD_SRC_ADDRESS, "src-address", NULL},
        {FIELD_SRC_ADDRESS | FIELD_DST_ADDRESS, "src-and-dst-addresses", NULL},
        {FIELD_SRC_ADDRESS | FIELD_DST_ADDRESS | FIELD_DST_PORT, "addresses-and-dst-port", NULL},
        {0, NULL, NULL},
};

bool dst_limit_parse(const char *text, size_t len, struct dst_limit *limit)
{
	struct part rest = {text, len}, rate, burst, fields;
	struct dst_limit l = {.expire = 0};
	uint64_t bits;

	if (!part_cut(&rest, ',', &rate) || !part_cut(&rest, ',', &burst) ||
	    !parse_rate(rate, &l.limit) || !part_units(burst, BURST_MOST, &l.limit.burst))
		return false;
	if (part_cut(&rest, '/', &fields) && !part_time(rest, UINT64_MAX, &l.expire))
		return false;
	if (!part_word(fields, dst_limit_fields, &bits))
		return false;
	l.limit.bits = false;
	l.fields = (uint8_t)bits;
	*limit = l;
	return true;
}

static bool read_dst_limit(const struct value_kind *kind, const char *text, size_t len,
                           struct strbuf *canonical, struct strbuf *error)
{
	struct dst_limit limit;

	(void)kind, (void)error;
	if (!dst_limit_parse(text, len, &limit))
		return false;
	put_rate(canonical, &limit.limit);
	strbuf_char(canonical, ',');
	part_put_word(canonical, dst_limit_fields, limit.fields);
	if (limit.expire) {
		strbuf_char(canonical, '/');
		value_print_time(limit.expire, canonical);
	}
	return true;
}

/* psd */

bool port_scan_parse(const char *text, size_t len, struct port_scan *psd)
{
	struct part rest = {text, len}, weight, delay, low;
	uint64_t weights[3];
	weir_time time;

	if (!part_cut(&rest, ',', &weight) || !part_cut(&rest, ',', &delay) ||
	    !part_cut(&rest, ',', &low) || !part_number(weight, UINT32_MAX, &weights[0]) ||
	    !part_time(delay, UINT64_MAX, &time) || !part_number(low, UINT32_MAX, &weights[1]) ||
	    !part_number(rest, UINT32_MAX, &weights[2]))
		return false;
	psd->weight = (uint32_t)weights[0];
	psd->delay = time;
	psd->low_weight = (uint32_t)weights[1];
	psd->high_weight = (uint32_t)weights[2];
	return true;
}

static bool read_psd(const struct value_kind *kind, const char *text, size_t len,
                     struct strbuf *canonical, struct strbuf *error)
{
	struct port_scan psd;

	(void)kind, (void)error;
	if (!port_scan_parse(text, len, &psd))
		return false;
	strbuf_u64(canonical, psd.weight);
	strbuf_char(canonical, ',');
	value_print_time(psd.delay, canonical);
	strbuf_printf(canonical, ",%u,%u", psd.low_weight, psd.high_weight);
	return true;
}

/* bandwidth */

static const struct value_name bandwidth_words[] = {{0, "unlimited", NULL}, {0, NULL, NULL}};

static bool keep_bandwidth(struct part part, struct strbuf *out)
{
	uint64_t bps;

	if (!part_word(part, bandwidth_words, &bps) && !part_units(part, UINT64_MAX, &bps))
		return false;
	if (bps)
		part_put_units(out, bps);
	else
		strbuf_str(out, "unlimited");
	return true;
}

/* One for both directions stands for two that are the same. */
static bool read_bandwidth(const struct value_kind *kind, const char *text, size_t len,
                           struct strbuf *canonical, struct strbuf *error)
{
	struct part rest = {text, len}, first;
	bool two = part_cut(&rest, '/', &first);

	(void)kind, (void)error;
	if (!keep_bandwidth(first, canonical))
		return false;
	strbuf_char(canonical, '/');
	return keep_bandwidth(two ? rest : first, canonical);
}

const struct value_syntax syntax_connection_bytes = {
        "bytes from-to, such as 500000-0, where 0 has no end", read_connection_bytes};
const struct value_syntax syntax_connection_rate = {"bits per second from-to, such as 200k-100M",
                                                    read_connection_rate};
const struct value_syntax syntax_connection_limit = {
        "a count and the length of a netmask, such as 100,32", read_connection_limit};
const struct value_syntax syntax_limit = {"rate[/time],burst[:packet|:bit]", read_limit};
const struct value_syntax syntax_dst_limit = {
        "rate[/time],burst,mode[/expire], such as 32,32,src-and-dst-addresses/10s",
        read_dst_limit};
const struct value_syntax syntax_psd = {"weight,delay,low-weight,high-weight, such as 21,3s,3,1",
                                        read_psd};
const struct value_syntax syntax_bandwidth = {
        "two rates such as 10M/10M or unlimited/unlimited", read_bandwidth};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/sip_text.c - see helper/sip_text.h. Sources: RFC 3261, section 25.
 */
#include "helper/sip_text.h"

#include <string.h>

#include "base/addr.h"

static bool digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

bool sip_token(uint8_t c)
{
	return digit(c) || (sip_lower(c) >= 'a' && sip_lower(c) <= 'z') ||
	       (c && strchr("-.!%*_+`'~", c));
}

bool sip_begins(const uint8_t *data, struct sip_span s, const char *word)
{
	for (uint32_t i = 0; word[i]; i++)
		if (i >= s.size || sip_lower(data[s.at + i]) != (uint8_t)word[i])
			return false;
	return true;
}

bool sip_is(const uint8_t *data, struct sip_span s, const char *word)
{
	return s.size == strlen(word) && sip_begins(data, s, word);
}

struct sip_span sip_trim(const uint8_t *data, struct sip_span s)
{
	while (s.size && sip_blank(data[s.at])) {
		s.at++;
		s.size--;
	}
	while (s.size && sip_blank(data[s.at + s.size - 1]))
		s.size--;
	return s;
}

struct sip_span sip_word(const uint8_t *data, struct sip_span *s)
{
	uint32_t at = s->at, end = sip_span_end(*s), from;

	while (at < end && sip_blank(data[at]))
		at++;
	for (from = at; at < end && !sip_blank(data[at]);)
		at++;
	*s = sip_span_between(at, end);
	return sip_span_between(from, at);
}

bool sip_line(const uint8_t *data, struct sip_span *s, struct sip_span *line)
{
	const uint8_t *from = data + s->at;
	const uint8_t *newline;

	if (!s->size)
		return false;
	newline = memchr(from, '\n', s->size);
	line->at = s->at;
	line->size = newline ? (uint32_t)(newline - from) : s->size;
	*s = sip_span_between(line->at + line->size + (newline != NULL), sip_span_end(*s));
	if (newline && line->size && from[line->size - 1] == '\r')
		line->size--;
	return true;
}

uint32_t sip_number(const uint8_t *data, struct sip_span s, uint32_t most, uint32_t *value)
{
	uint64_t n = 0;
	uint32_t i;

	for (i = 0; i < s.size && digit(data[s.at + i]); i++) {
		n = n * 10 + (uint64_t)(data[s.at + i] - '0');
		if (n > most)
			return 0;
	}
	if (i)
		*value = (uint32_t)n;
	return i;
}

/* Where a host's name ends. */
static bool ends_host(uint8_t c)
{
	return sip_blank(c) || (c && strchr(":;?>,/<\"", c));
}

static bool read_addr(const uint8_t *data, struct sip_span s, uint8_t family, union weir_addr *addr)
{
	const char *text = (const char *)data + s.at;

	memset(addr, 0, sizeof *addr);
	return family == WEIR_IPV4 ? addr_parse_v4(text, s.size, addr)
				   : addr_parse_v6(text, s.size, addr);
}

struct sip_host sip_host_read(const uint8_t *data, struct sip_span s, uint8_t family)
{
	struct sip_host host = {.span = {s.at, 0}};
	uint32_t at = s.at, end = sip_span_end(s), digits, port;
	bool brackets = s.size && data[at] == '[';
	const uint8_t *close;

	if (brackets) {
		close = memchr(data + at, ']', s.size);
		host.bad = !close;
		at = close ? (uint32_t)(close - data) : end;
		host.name = sip_span_between(s.at + 1, at);
		at += close != NULL;
	} else {
		while (at < end && !ends_host(data[at]))
			at++;
		host.name = sip_span_between(s.at, at);
	}
	if (!host.name.size)
		host.bad = true;
	host.numeric = !host.bad && brackets == (family == WEIR_IPV6) &&
		       read_addr(data, host.name, family, &host.addr);
	if (at < end && data[at] == ':') {
		digits = sip_number(data, sip_span_between(at + 1, end), 65535, &port);
		if (!digits || !port)
			host.bad = true;
		else
			host.port = (uint16_t)port;
		at += 1 + digits;
	}
	host.span.size = at - s.at;
	return host;
}

bool sip_param(const uint8_t *data, struct sip_span params, const char *name,
	       struct sip_span *value)
{
	uint32_t end = sip_span_end(params), at = params.at;
	struct sip_span key;
	uint32_t from;

	while (at < end) {
		if (data[at] != ';') { /* of the parameter before, or its quotes */
			if (data[at] == '"')
				for (at++; at < end && data[at] != '"'; at++)
					if (data[at] == '\\')
						at++;
			at++;
			continue;
		}
		for (at++; at < end && sip_blank(data[at]);)
			at++;
		for (from = at; at < end && sip_token(data[at]);)
			at++;
		key = sip_span_between(from, at);
		while (at < end && sip_blank(data[at]))
			at++;
		from = at;
		if (at < end && data[at] == '=') {
			for (from = ++at; from < end && sip_blank(data[from]);)
				from++;
			for (at = from; at < end && !sip_blank(data[at]) && data[at] != ';' &&
					data[at] != '>' && data[at] != '?' && data[at] != '"';)
				at++;
		}
		if (!sip_is(data, key, name))
			continue;
		*value = sip_span_between(from, at);
		return true;
	}
	return false;
}

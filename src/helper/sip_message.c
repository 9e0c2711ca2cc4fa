/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/sip_message.c - see helper/sip_message.h.
 */
#include "helper/sip_message.h"

#include <string.h>

#include "base/bytes.h"

#define LENGTH_MOST (1u << 24) /* of a body that anybody sends */

static enum sip_status bad(struct sip_message *m, uint32_t at)
{
	m->bad_at = at;
	return SIP_BAD;
}

static uint8_t method_of(const uint8_t *data, struct sip_span word)
{
	static const char *const names[] = {
		"",
#define X(id, name) name,
		SIP_METHODS(X)
#undef X
	};

	for (uint8_t i = 1; i < ARRAY_COUNT(names); i++)
		if (sip_is(data, word, names[i]))
			return i;
	return SIP_OTHER;
}

static uint8_t header_of(const uint8_t *data, struct sip_span word)
{
	static const struct {
		const char *name;
		uint8_t compact;
	} names[] = {
		{"", 0},
#define X(id, text, letter) {text, letter},
		SIP_HEADER_NAMES(X)
#undef X
	};
	uint8_t letter = word.size == 1 ? sip_lower(data[word.at]) : 0;

	for (uint8_t i = 1; i < ARRAY_COUNT(names); i++)
		if ((letter && letter == names[i].compact) || sip_is(data, word, names[i].name))
			return i;
	return SIP_HEADER_OTHER;
}

/* "INVITE sip:bob@example.com SIP/2.0". A segment may end in the middle of it; then the scheme must
 * be there, for "GET /" begins like a message too. */
static enum sip_status read_request(struct sip_message *m, struct sip_span line, bool whole)
{
	struct sip_span method = sip_word(m->data, &line), version;

	for (uint32_t i = 0; i < method.size; i++)
		if (!sip_token(m->data[i]))
			return SIP_FOREIGN;
	m->uri = sip_word(m->data, &line);
	m->method = method_of(m->data, method);
	if (!whole)
		return sip_begins(m->data, m->uri, "sip:") ||
				       sip_begins(m->data, m->uri, "sips:") ||
				       sip_begins(m->data, m->uri, "tel:")
			       ? SIP_CUT
			       : SIP_FOREIGN;
	version = sip_trim(m->data, line);
	return m->uri.size && sip_is(m->data, version, "sip/2.0") ? SIP_READ : SIP_FOREIGN;
}

/* "SIP/2.0 200 OK", and "INVITE ..." */
static enum sip_status read_start(struct sip_message *m, struct sip_span line, bool whole)
{
	struct sip_span version = line, code;
	uint32_t value;

	if (!line.size || sip_blank(m->data[line.at]))
		return SIP_FOREIGN;
	code = line;
	version = sip_word(m->data, &code);
	if (!sip_is(m->data, version, "sip/2.0"))
		return read_request(m, line, whole);
	if (!whole)
		return SIP_CUT;
	code = sip_trim(m->data, code);
	if (sip_number(m->data, code, 699, &value) != 3 || value < 100)
		return bad(m, code.at);
	m->code = (uint16_t)value;
	return SIP_READ;
}

static enum sip_status read_cseq(struct sip_message *m, struct sip_span value)
{
	uint32_t digits = sip_number(m->data, value, UINT32_MAX, &m->cseq);
	struct sip_span method = sip_span_between(value.at + digits, sip_span_end(value));

	if (!digits || m->has_cseq)
		return bad(m, value.at);
	m->has_cseq = true;
	if (m->code)
		m->method = method_of(m->data, sip_word(m->data, &method));
	return SIP_READ;
}

/* Of two lengths nobody knows which one the receiver believes. */
static enum sip_status read_length(struct sip_message *m, struct sip_span value)
{
	uint32_t length, digits = sip_number(m->data, value, LENGTH_MOST, &length);

	if (!digits || digits != value.size || (m->has_length && length != m->body.size))
		return bad(m, value.at);
	m->has_length = true;
	m->body.size = length;
	return SIP_READ;
}

/* Line by line; folded ones belong to the one before. => where the value ends */
static uint32_t unfold(const uint8_t *data, struct sip_span *rest, struct sip_span line)
{
	struct sip_span more;

	while (rest->size && (data[rest->at] == ' ' || data[rest->at] == '\t')) {
		sip_line(data, rest, &more);
		line.size = sip_span_end(more) - line.at;
	}
	return sip_span_end(line);
}

static enum sip_status read_header(struct sip_message *m, struct sip_span line)
{
	const uint8_t *colon = memchr(m->data + line.at, ':', line.size);
	struct sip_header *h = &m->headers[m->count];
	uint32_t end = colon ? (uint32_t)(colon - m->data) : 0;

	if (!colon)
		return SIP_READ;
	h->id = header_of(m->data, sip_trim(m->data, sip_span_between(line.at, end)));
	h->value = sip_trim(m->data, sip_span_between(end + 1, sip_span_end(line)));
	if (h->id == SIP_HEADER_OTHER)
		return SIP_READ;
	if (m->count == SIP_HEADERS - 1)
		return bad(m, line.at);
	m->count++;
	if (h->id == SIP_HEADER_CSEQ)
		return read_cseq(m, h->value);
	return h->id == SIP_HEADER_CONTENT_LENGTH ? read_length(m, h->value) : SIP_READ;
}

/* Up to the empty line. The last line of a segment may go on in the next one. */
static enum sip_status read_headers(struct sip_message *m, struct sip_span rest, bool stream)
{
	enum sip_status status;
	struct sip_span line;

	for (unsigned i = 0; sip_line(m->data, &rest, &line) && line.size; i++) {
		if (i == SIP_LINES)
			return bad(m, line.at);
		line.size = unfold(m->data, &rest, line) - line.at;
		if (stream && !rest.size)
			return SIP_CUT;
		status = read_header(m, line);
		if (status != SIP_READ)
			return status;
	}
	m->body.at = rest.at;
	return SIP_READ;
}

enum sip_status sip_message_read(const uint8_t *data, uint32_t size, bool stream,
				 struct sip_message *m)
{
	struct sip_span rest = {0, size}, line;
	enum sip_status status;
	uint32_t here;

	memset(m, 0, offsetof(struct sip_message, headers));
	m->data = data;
	if (!sip_line(data, &rest, &line))
		return SIP_FOREIGN;
	status = read_start(m, line, sip_span_end(line) < size);
	if (status != SIP_READ)
		return status;
	if (stream && !rest.size)
		return SIP_CUT;
	status = read_headers(m, rest, stream);
	if (status != SIP_READ)
		return status;
	here = size - m->body.at;
	if (stream) {
		m->size = m->has_length ? m->body.at + m->body.size : 0;
		return m->has_length && m->body.size <= here ? SIP_READ : SIP_CUT;
	}
	if (!m->has_length)
		m->body.size = here;
	m->size = m->body.at + m->body.size;
	return m->body.size > here ? bad(m, m->body.at) : SIP_READ;
}

const struct sip_header *sip_message_header(const struct sip_message *m, enum sip_header_id id)
{
	for (unsigned i = 0; i < m->count; i++)
		if (m->headers[i].id == id)
			return &m->headers[i];
	return NULL;
}

void sip_uri_read(const uint8_t *data, struct sip_span uri, uint8_t family, struct sip_value *value)
{
	uint32_t scheme = sip_begins(data, uri, "sip:")	   ? 4
			  : sip_begins(data, uri, "sips:") ? 5
							   : 0;
	struct sip_span rest = sip_span_between(uri.at + scheme, sip_span_end(uri));
	const uint8_t *at = memchr(data + rest.at, '@', rest.size);

	memset(value, 0, sizeof *value);
	value->uri = uri;
	value->sip = scheme != 0;
	value->host.bad = !scheme;
	if (!scheme)
		return;
	if (at)
		rest = sip_span_between((uint32_t)(at - data) + 1, sip_span_end(uri));
	value->host = sip_host_read(data, rest, family);
	value->uri_params = sip_span_between(sip_span_end(value->host.span), sip_span_end(uri));
}

/* Where the value ends that begins at the span, and the brackets in it. */
static uint32_t value_end(const uint8_t *data, struct sip_span s, uint32_t *open, uint32_t *close)
{
	uint32_t at, end = sip_span_end(s);
	bool quoted = false, inside = false;

	*open = *close = end;
	for (at = s.at; at < end; at++) {
		if (quoted) {
			if (data[at] == '\\')
				at++;
			else if (data[at] == '"')
				quoted = false;
		} else if (inside) {
			inside = data[at] != '>';
			if (!inside && *close == end)
				*close = at;
		} else if (data[at] == '"') {
			quoted = true;
		} else if (data[at] == '<') {
			inside = true;
			if (*open == end)
				*open = at;
		} else if (data[at] == ',') {
			return at;
		}
	}
	return end;
}

bool sip_value_next(const uint8_t *data, struct sip_span *rest, uint8_t family,
		    struct sip_value *value)
{
	struct sip_span text, params = {0, 0};
	uint32_t end, open, close, last = sip_span_end(*rest);
	const uint8_t *semicolon;

	if (!rest->size)
		return false;
	end = value_end(data, *rest, &open, &close);
	text = sip_trim(data, sip_span_between(rest->at, end));
	*rest = sip_span_between(end + (end < last), last);
	if (close < end) {
		params = sip_span_between(close + 1, end);
		text = sip_span_between(open + 1, close);
	} else {
		/* Without brackets what follows ';' belongs to the header. */
		semicolon = memchr(data + text.at, ';', text.size);
		if (semicolon) {
			params = sip_span_between((uint32_t)(semicolon - data), sip_span_end(text));
			text = sip_span_between(text.at, params.at);
		}
	}
	sip_uri_read(data, sip_trim(data, text), family, value);
	value->params = params;
	value->star = sip_is(data, value->uri, "*");
	return true;
}

bool sip_value_param(const uint8_t *data, const struct sip_value *value, const char *name,
		     struct sip_span *text)
{
	return sip_param(data, value->params, name, text) ||
	       sip_param(data, value->uri_params, name, text);
}

/* "SIP / 2.0 / UDP": the parts may have blanks around them. */
static bool via_protocol(const uint8_t *data, struct sip_span *rest, struct sip_span *transport)
{
	static const char *const parts[] = {"sip", "2.0", NULL};
	uint32_t at = rest->at, end = sip_span_end(*rest), from;
	struct sip_span part;

	for (unsigned i = 0; i < ARRAY_COUNT(parts); i++) {
		while (at < end && sip_blank(data[at]))
			at++;
		for (from = at; at < end && sip_token(data[at]);)
			at++;
		part = sip_span_between(from, at);
		if (parts[i] ? !sip_is(data, part, parts[i]) : !part.size)
			return false;
		while (parts[i] && at < end && sip_blank(data[at]))
			at++;
		if (parts[i] && (at == end || data[at++] != '/'))
			return false;
	}
	*transport = part;
	*rest = sip_span_between(at, end);
	return true;
}

bool sip_via_read(const uint8_t *data, struct sip_span header, uint8_t family, struct sip_via *via)
{
	uint32_t open, close, end = value_end(data, header, &open, &close);
	struct sip_span rest = sip_span_between(header.at, end);

	if (!via_protocol(data, &rest, &via->transport))
		return false;
	rest = sip_trim(data, rest);
	via->host = sip_host_read(data, rest, family);
	via->params = sip_span_between(sip_span_end(via->host.span), sip_span_end(rest));
	return !via->host.bad;
}

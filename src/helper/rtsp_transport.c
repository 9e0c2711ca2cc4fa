/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/rtsp_transport.c - see rtsp_transport.h. Names are compared without case, quotes keep
 * commas and semicolons together.
 */
#include "helper/rtsp_transport.h"

#include <string.h>

#include "base/bytes.h"

/* A part of the text. */
struct part {
	const uint8_t *text;
	uint32_t at, end;
};

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct part trim(struct part p)
{
	while (p.at < p.end && is_blank(p.text[p.at]))
		p.at++;
	while (p.end > p.at && is_blank(p.text[p.end - 1]))
		p.end--;
	return p;
}

/* Whether it reads so; `word` is in small letters. */
static bool is_word(struct part p, const char *word)
{
	size_t length = strlen(word);

	if (p.end - p.at != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (lower(p.text[p.at + i]) != (uint8_t)word[i])
			return false;
	return true;
}

/* Where the first of two characters stands outside quotes. => p.end: nowhere */
static uint32_t find(struct part p, char one, char other)
{
	bool quoted = false;

	for (; p.at < p.end; p.at++) {
		uint8_t c = p.text[p.at];

		if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == (uint8_t)one || c == (uint8_t)other))
			break;
	}
	return p.at;
}

/* Cuts off what stands before a character, which goes too. */
static struct part cut(struct part *p, char at)
{
	uint32_t end = find(*p, at, at);
	struct part before = {p->text, p->at, end};

	p->at = end < p->end ? end + 1 : end;
	return trim(before);
}

/* "RTP/AVP", "RTP/AVP/UDP", "MP2T/H2221/UDP"; what has no lower transport goes by UDP. */
static bool is_udp(struct part id)
{
	struct part protocol = cut(&id, '/'), profile = cut(&id, '/');

	if (protocol.at == protocol.end || profile.at == profile.end)
		return false;
	return is_word(trim(id), "udp") || (id.at == id.end && is_word(protocol, "rtp"));
}

/* => false: not a number of 1 to 65535, or something is behind it */
static bool read_port(struct part p, uint16_t *port)
{
	uint32_t number = 0;

	p = trim(p);
	if (p.end - p.at > 5)
		return false;
	for (; p.at < p.end; p.at++) {
		if (p.text[p.at] < '0' || p.text[p.at] > '9')
			return false;
		number = number * 10 + (p.text[p.at] - '0');
	}
	*port = (uint16_t)number;
	return number > 0 && number <= UINT16_MAX;
}

static struct rtsp_field *add_field(struct rtsp_transport *t, struct part p,
				    enum rtsp_field_kind kind)
{
	struct rtsp_field *f = &t->field[t->count];

	if (t->count == RTSP_FIELDS)
		return NULL;
	t->count++;
	*f = (struct rtsp_field){.kind = (uint8_t)kind, .at = p.at, .length = p.end - p.at};
	return f;
}

static bool read_ports(struct rtsp_transport *t, struct part p, enum rtsp_field_kind kind)
{
	struct rtsp_field *f = add_field(t, p, kind);
	struct part first = cut(&p, '-');

	if (!f || !read_port(first, &f->port))
		return false;
	f->last = f->port;
	return p.at == p.end || read_port(p, &f->last);
}

static bool read_host(struct rtsp_transport *t, struct part p, enum rtsp_field_kind kind)
{
	struct rtsp_field *f = add_field(t, p, kind);

	if (!f)
		return false;
	f->host = p.at;
	f->host_size = p.end - p.at;
	return true;
}

/* "192.0.2.1:4588", within quotes. */
static bool read_end(struct rtsp_transport *t, struct part p, enum rtsp_field_kind kind)
{
	struct rtsp_field *f = add_field(t, p, kind);
	uint32_t colon = p.end;
	bool bracket = p.at < p.end && p.text[p.at] == '[';

	while (colon > p.at && p.text[colon - 1] != ':')
		colon--;
	if (!f || colon == p.at)
		return false;
	f->host = p.at;
	f->host_size = colon - 1 - p.at;
	if (bracket) {
		if (f->host_size < 2 || p.text[colon - 2] != ']')
			return false;
		f->host++;
		f->host_size -= 2;
	}
	p.at = colon;
	return read_port(p, &f->port);
}

/* Ends between quotes, with slashes between them. */
static bool read_ends(struct rtsp_transport *t, struct part p, enum rtsp_field_kind kind)
{
	while (p.at < p.end) {
		struct part end = cut(&p, '/');

		if (end.end - end.at < 2 || end.text[end.at] != '"' || end.text[end.end - 1] != '"')
			return false;
		end.at++;
		end.end--;
		if (!read_end(t, end, kind))
			return false;
	}
	return true;
}

static bool read_parameter(struct rtsp_transport *t, struct part p)
{
	struct part name = cut(&p, '='), value = trim(p);

	if (is_word(name, "multicast") || is_word(name, "interleaved"))
		t->udp = false;
	else if (is_word(name, "client_port"))
		return read_ports(t, value, RTSP_CLIENT_PORT);
	else if (is_word(name, "server_port"))
		return read_ports(t, value, RTSP_SERVER_PORT);
	else if (is_word(name, "destination"))
		return read_host(t, value, RTSP_DESTINATION);
	else if (is_word(name, "source"))
		return read_host(t, value, RTSP_SOURCE);
	else if (is_word(name, "dest_addr"))
		return read_ends(t, value, RTSP_DEST_ADDR);
	else if (is_word(name, "src_addr"))
		return read_ends(t, value, RTSP_SRC_ADDR);
	return true;
}

bool rtsp_transport_read(const uint8_t *text, uint32_t size, uint32_t at, struct rtsp_transport *t)
{
	struct part p = {text, at, size};
	bool good = true;

	p.end = t->end = find(p, ',', ',');
	t->count = 0;
	t->udp = is_udp(cut(&p, ';'));
	while (p.at < p.end && good)
		good = read_parameter(t, cut(&p, ';'));
	return good;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/sip_change.c - what is to be written in a message; see helper/sip.h.
 *
 * Places do not overlap. Cost: each change moves what is behind it in the packet.
 */
#include "helper/sip.h"

void sip_change_text(struct sip *s, struct sip_span place, const char *text, uint32_t length)
{
	struct sip_change *list = s->changes;
	unsigned i = s->change_count;

	if (i == SIP_CHANGES || length > SIP_CHANGE_TEXT) {
		s->crowded = true;
		return;
	}
	/* In the order of their places, which is nearly the order in which they come. */
	for (; i && list[i - 1].at > place.at; i--)
		list[i] = list[i - 1];
	list[i].at = place.at;
	list[i].old = place.size;
	list[i].length = length;
	memcpy(list[i].text, text, length);
	s->change_count++;
}

/* => digits */
static uint32_t number_text(uint32_t number, char *text)
{
	char digits[10];
	uint32_t count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while (number /= 10);
	for (uint32_t i = 0; i < count; i++)
		text[i] = digits[count - 1 - i];
	return count;
}

void sip_change_number(struct sip *s, struct sip_span place, uint32_t number)
{
	char text[10];

	sip_change_text(s, place, text, number_text(number, text));
}

void sip_change_addr(struct sip *s, struct sip_span place, const union weir_addr *addr,
		     uint16_t port, bool brackets)
{
	char text[SIP_CHANGE_TEXT];
	uint32_t length = 0;

	brackets = (brackets || port) && sip_family(s) == WEIR_IPV6;
	if (brackets)
		text[length++] = '[';
	length += helper_addr_text(sip_family(s), addr, text + length);
	if (brackets)
		text[length++] = ']';
	if (port) {
		text[length++] = ':';
		length += number_text(port, text + length);
	}
	sip_change_text(s, place, text, length);
}

/* Every Content-Length, if the body has become longer or shorter. */
static void change_length(struct sip *s)
{
	const struct sip_message *m = &s->message;
	uint32_t length = m->body.size;

	for (unsigned i = 0; i < s->change_count; i++)
		if (s->changes[i].at >= m->body.at)
			length += s->changes[i].length - s->changes[i].old;
	if (length == m->body.size)
		return;
	for (unsigned i = 0; i < m->count; i++)
		if (m->headers[i].id == SIP_HEADER_CONTENT_LENGTH)
			sip_change_number(s, m->headers[i].value, length);
}

enum helper_result sip_change_make(struct sip *s)
{
	const struct sip_change *c;

	change_length(s);
	if (s->crowded)
		return helper_drop(s->call, WEIR_R_HELPER_ROOM, 0);
	for (unsigned i = s->change_count; i--;) {
		c = &s->changes[i];
		if (!helper_replace(s->call, s->at + c->at, c->old, c->text, c->length))
			return helper_drop(s->call, WEIR_R_HELPER_ROOM, 0);
	}
	return HELPER_PASS;
}

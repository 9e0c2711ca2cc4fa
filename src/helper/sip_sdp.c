/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/sip_sdp.c - see helper/sip_sdp.h.
 */
#include "helper/sip_sdp.h"

#include <string.h>

#include "base/bytes.h"
#include "helper/helper.h"

#define DISCARD_PORT 9u /* of media whose port is not known yet, or that connect themselves */

struct reader {
	const uint8_t *data;
	uint8_t family;
	uint8_t session_place;	 /* of the c= before the first medium */
	struct sip_media *media; /* the one that is being read; NULL: none, or not of interest */
	struct sip_sdp *sdp;
	bool in_media;
};

static enum sip_status bad(struct sip_sdp *sdp, uint32_t at)
{
	sdp->bad_at = at;
	return SIP_BAD;
}

/* "IN IP4 192.0.2.1/127" => whether it has the form; *index is where the address is kept */
static enum sip_status read_place(struct reader *r, struct sip_span text, uint8_t *index)
{
	struct sip_span net = sip_word(r->data, &text), type = sip_word(r->data, &text);
	struct sip_span addr = sip_word(r->data, &text);
	bool v6 = sip_is(r->data, type, "ip6");
	struct sip_sdp *sdp = r->sdp;
	struct sip_place *place = &sdp->places[sdp->place_count];
	const uint8_t *slash = memchr(r->data + addr.at, '/', addr.size);

	if (!sip_is(r->data, net, "in") || (!v6 && !sip_is(r->data, type, "ip4")) || !addr.size)
		return bad(sdp, net.at);
	if (sdp->place_count == SIP_PLACES)
		return bad(sdp, addr.at);
	place->span = addr;
	if (slash)
		place->span.size = (uint32_t)(slash - r->data) - addr.at;
	place->numeric = v6 == (r->family == WEIR_IPV6) &&
			 helper_addr_read(r->family, r->data + place->span.at, place->span.size,
					  &place->addr) == place->span.size;
	*index = (uint8_t)sdp->place_count++;
	return SIP_READ;
}

/* "alice 2890844526 2890844526 IN IP4 192.0.2.1": nothing depends on it. */
static void read_origin(struct reader *r, struct sip_span text)
{
	uint8_t index;

	for (unsigned i = 0; i < 3; i++)
		sip_word(r->data, &text);
	read_place(r, text, &index);
}

static enum sip_status read_connection(struct reader *r, struct sip_span text)
{
	enum sip_status status;
	uint8_t index;

	status = read_place(r, text, &index);
	if (status != SIP_READ)
		return status;
	if (!r->in_media) {
		if (r->session_place == SIP_NO_PLACE)
			r->session_place = index;
	} else if (r->media &&
		   (r->media->place == SIP_NO_PLACE || r->media->place == r->session_place)) {
		r->media->place = index;
	}
	return SIP_READ;
}

static int class_of(const uint8_t *data, struct sip_span word)
{
	return sip_is(data, word, "audio")   ? EXPECT_AUDIO
	       : sip_is(data, word, "video") ? EXPECT_VIDEO
	       : sip_is(data, word, "image") ? EXPECT_IMAGE
					     : -1;
}

/* "audio 49170/2 RTP/AVP 0" */
static enum sip_status read_media(struct reader *r, struct sip_span text)
{
	struct sip_span name = sip_word(r->data, &text), port = sip_word(r->data, &text);
	struct sip_span proto = sip_word(r->data, &text);
	int class = class_of(r->data, name);
	struct sip_sdp *sdp = r->sdp;
	uint32_t value, digits;

	r->in_media = true;
	r->media = NULL;
	if (class < 0 || sdp->media_count == SIP_MEDIA)
		return SIP_READ;
	digits = sip_number(r->data, port, 65535, &value);
	if (!digits || (digits < port.size && r->data[port.at + digits] != '/'))
		return bad(sdp, port.at);
	if (!value || value == DISCARD_PORT)
		return SIP_READ;
	if (value < HELPER_PORT_LOW)
		return bad(sdp, port.at);
	r->media = &sdp->media[sdp->media_count++];
	*r->media = (struct sip_media){
		.class = (uint8_t)class,
		.tcp = sip_begins(r->data, proto, "tcp"),
		.place = r->session_place,
		.port = (uint16_t)value,
		.port_span = {port.at, digits},
	};
	return SIP_READ;
}

/* "rtcp:53020 IN IP4 192.0.2.1": the address may be missing. */
static enum sip_status read_attribute(struct reader *r, struct sip_span text)
{
	struct sip_span name = {text.at, text.size < 5 ? text.size : 5}, port;
	uint32_t value, digits;
	uint8_t index;

	if (!r->media || !sip_is(r->data, name, "rtcp:"))
		return SIP_READ;
	text = sip_span_between(text.at + 5, sip_span_end(text));
	port = sip_word(r->data, &text);
	digits = sip_number(r->data, port, 65535, &value);
	if (!digits || digits != port.size)
		return bad(r->sdp, port.at);
	if (value >= HELPER_PORT_LOW) {
		r->media->rtcp_port = (uint16_t)value;
		r->media->rtcp_span = port;
	}
	text = sip_trim(r->data, text);
	return text.size ? read_place(r, text, &index) : SIP_READ;
}

static enum sip_status read_line(struct reader *r, struct sip_span line)
{
	struct sip_span value;

	if (line.size < 2 || r->data[line.at + 1] != '=')
		return SIP_READ;
	value = sip_span_between(line.at + 2, sip_span_end(line));
	switch (r->data[line.at]) {
	case 'o':
		read_origin(r, value);
		return SIP_READ;
	case 'c':
		return read_connection(r, value);
	case 'm':
		return read_media(r, value);
	case 'a':
		return read_attribute(r, value);
	}
	return SIP_READ;
}

/* Moves *rest behind the line "v=0". A body of several parts has others before it. */
static bool find_version(const struct sip_message *m, struct sip_span *rest)
{
	const struct sip_header *type = sip_message_header(m, SIP_HEADER_CONTENT_TYPE);
	struct sip_span line;

	if (type && !sip_begins(m->data, type->value, "application/sdp") &&
	    !sip_begins(m->data, type->value, "multipart/"))
		return false;
	for (unsigned i = 0; i < SIP_SDP_LINES && sip_line(m->data, rest, &line); i++)
		if (sip_begins(m->data, line, "v="))
			return true;
	return false;
}

enum sip_status sip_sdp_read(const struct sip_message *m, uint8_t family, struct sip_sdp *sdp)
{
	struct reader r = {.data = m->data, .family = family, .sdp = sdp};
	struct sip_span rest = m->body, line;
	enum sip_status status;

	r.session_place = SIP_NO_PLACE;
	sdp->media_count = sdp->place_count = 0;
	if (!find_version(m, &rest))
		return SIP_FOREIGN;
	for (unsigned i = 0; sip_line(m->data, &rest, &line); i++) {
		if (sip_begins(m->data, line, "--"))
			break;
		status = i == SIP_SDP_LINES ? bad(sdp, line.at) : read_line(&r, line);
		if (status != SIP_READ)
			return status;
	}
	for (unsigned i = 0; i < sdp->media_count; i++)
		if (sdp->media[i].place == SIP_NO_PLACE)
			return bad(sdp, sdp->media[i].port_span.at);
	return SIP_READ;
}

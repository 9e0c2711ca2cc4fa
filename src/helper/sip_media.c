/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/sip_media.c - the media that a session description asks for are expected at the ports that
 * it names, or at those that the other side is told instead.
 *
 * Only the sender's own address counts: what is to go to a third host needs no help on its way, or
 * must not get any. A description that comes again names the same ports as before, also when
 * their media flow already: the connection remembers SIP_PORTS of them.
 */
#include "helper/sip.h"
#include "helper/sip_sdp.h"

#define MEDIA_SECONDS 180u

static uint8_t limit_of(uint8_t class)
{
	return class == EXPECT_IMAGE ? 2 : 4;
}

void sip_media_forget(struct sip *s)
{
	helper_forget(s->call, EXPECT_AUDIO);
	helper_forget(s->call, EXPECT_VIDEO);
	helper_forget(s->call, EXPECT_IMAGE);
}

static bool is_told(const struct sip *s, unsigned i, uint16_t own)
{
	return s->memory->media[i].own == own &&
	       (s->memory->media_dir >> i & 1) == (unsigned)s->call->dir;
}

static uint16_t told_before(const struct sip *s, uint16_t own)
{
	for (unsigned i = 0; i < SIP_PORTS; i++)
		if (is_told(s, i, own))
			return s->memory->media[i].seen;
	return 0;
}

static void remember(struct sip *s, uint16_t own, uint16_t seen)
{
	struct sip_memory *memory = s->memory;
	unsigned i = 0;

	while (i < SIP_PORTS && !is_told(s, i, own))
		i++;
	if (i == SIP_PORTS) {
		i = memory->media_next;
		memory->media_next = (uint8_t)((i + 1) % SIP_PORTS);
	}
	memory->media[i] = (struct sip_port){own, seen};
	memory->media_dir =
		(uint8_t)((memory->media_dir & ~(1u << i)) | (unsigned)s->call->dir << i);
}

/* Expects one or two ports from `port` on. => what the other side is told; 0: nothing */
static uint16_t expect(struct sip *s, const struct sip_media *media, uint16_t port, uint8_t ports)
{
	struct helper_want want = {
		.proto = media->tcp ? PROTO_TCP : PROTO_UDP,
		.class = media->class,
		.from_any = !s->call->set->sip_direct_media,
		.by_rules = true,
		.port = port,
		.first = told_before(s, port),
		.ports = ports,
		.limit = limit_of(media->class),
		.seconds = MEDIA_SECONDS,
	};

	if (!helper_expect(s->call, &want))
		return 0;
	if (s->call->translated)
		remember(s, port, want.seen);
	return want.seen;
}

/* Of an untranslated connection another may expect the same already: the other leg of a call. */
static enum helper_result refused(struct sip *s)
{
	return s->call->translated ? helper_drop(s->call, WEIR_R_HELPER_FULL, 0) : HELPER_PASS;
}

/* RTP has an even port and RTCP the next one, whichever of them is named. */
static enum helper_result expect_pair(struct sip *s, const struct sip_media *media)
{
	uint16_t odd = media->port & 1, seen;

	seen = expect(s, media, (uint16_t)(media->port - odd), 2);
	if (!seen)
		return refused(s);
	if (seen + odd != media->port)
		sip_change_number(s, media->port_span, seen + odd);
	return HELPER_PASS;
}

static enum helper_result expect_single(struct sip *s, const struct sip_media *media, uint16_t port,
					struct sip_span place)
{
	uint16_t seen = expect(s, media, port, 1);

	if (!seen)
		return refused(s);
	if (seen != port)
		sip_change_number(s, place, seen);
	return HELPER_PASS;
}

static enum helper_result expect_media(struct sip *s, const struct sip_media *media)
{
	bool even = !(media->port & 1);
	bool next = !media->rtcp_port || (even && media->rtcp_port == media->port + 1);
	enum helper_result result;
	uint16_t seen;

	if (media->tcp)
		return expect_single(s, media, media->port, media->port_span);
	if (!next) {
		result = expect_single(s, media, media->port, media->port_span);
		return result == HELPER_DROP || media->rtcp_port == media->port
			       ? result
			       : expect_single(s, media, media->rtcp_port, media->rtcp_span);
	}
	result = expect_pair(s, media);
	seen = s->call->translated ? told_before(s, media->port) : 0;
	if (result == HELPER_PASS && media->rtcp_port && seen && seen + 1 != media->rtcp_port)
		sip_change_number(s, media->rtcp_span, seen + 1u);
	return result;
}

enum helper_result sip_media(struct sip *s)
{
	const union weir_addr *own = helper_own(s->call), *seen = helper_seen(s->call);
	const struct sip_place *place;
	enum helper_result result;
	struct sip_sdp sdp;

	switch (sip_sdp_read(&s->message, sip_family(s), &sdp)) {
	case SIP_READ:
		break;
	case SIP_BAD:
		return sip_malformed(s, sdp.bad_at);
	default:
		return HELPER_PASS;
	}
	for (unsigned i = 0; i < sdp.media_count; i++) {
		place = &sdp.places[sdp.media[i].place];
		if (!place->numeric || !sip_same(s, &place->addr, own))
			continue;
		result = expect_media(s, &sdp.media[i]);
		if (result == HELPER_DROP)
			return result;
	}
	if (!s->call->translated || sip_same(s, own, seen))
		return HELPER_PASS;
	for (unsigned i = 0; i < sdp.place_count; i++)
		if (sdp.places[i].numeric && sip_same(s, &sdp.places[i].addr, own))
			sip_change_addr(s, sdp.places[i].span, seen, 0, false);
	return HELPER_PASS;
}

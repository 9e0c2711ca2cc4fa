/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/sip_sdp.h - the session description in a SIP message: which addresses it names, and at
 * which ports it wants what kind of media.
 *
 * Bounds: SIP_SDP_LINES lines; SIP_MEDIA media, of which those beyond are not looked at; SIP_PLACES
 * addresses. Cost: once over the body.
 *
 * Sources: RFC 8866 (and 4566), 3605 (a=rtcp), 4145 (media over TCP).
 */
#ifndef HELPER_SIP_SDP_H
#define HELPER_SIP_SDP_H

#include "helper/sip_message.h"

#define SIP_SDP_LINES 512u
#define SIP_MEDIA 8u
#define SIP_PLACES 24u
#define SIP_NO_PLACE UINT8_MAX

/* An address in it. */
struct sip_place {
	struct sip_span span;
	bool numeric; /* of the connection's family, and no name */
	union weir_addr addr;
};

struct sip_media {
	uint8_t class; /* enum expect_class */
	bool tcp;
	uint8_t place;	    /* index of its c=, or the session's; SIP_NO_PLACE: it has none */
	uint16_t port;	    /* RTP's; 0: not wanted */
	uint16_t rtcp_port; /* 0: the next one */
	struct sip_span port_span, rtcp_span;
};

struct sip_sdp {
	unsigned media_count, place_count;
	struct sip_media media[SIP_MEDIA];
	struct sip_place places[SIP_PLACES]; /* of o=, c= and a=rtcp */
	uint32_t bad_at;
};

/* Finds the description in a message's body and reads it.
 * => SIP_READ, SIP_FOREIGN: there is none, SIP_BAD */
enum sip_status sip_sdp_read(const struct sip_message *m, uint8_t family, struct sip_sdp *sdp);

#endif

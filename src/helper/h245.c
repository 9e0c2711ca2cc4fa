/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/h245.c - H.245: the control connection of an H.323 call, which opens media channels.
 *
 * It is expected by the helper of Q.931, from either end. In it, OpenLogicalChannel names where
 * its sender wants the reports (RTCP) of what it is going to send, and for a channel both ways
 * where it wants the media (RTP); the Ack names where media and reports may go. So each names its
 * sender's own ports: RTP on an even one and RTCP on the next are expected from the other end.
 * T.120 data gets a connection of its own, on the port in separateStack.
 *
 * The tables are written from the ASN.1 of H.245 (05/2006), whose names stand at the right.
 *
 * Cost of a segment: FRAMES of h323.c messages, each with MESSAGES in it at most.
 */
#include "helper/h245.h"

#include "helper/h323.h"

#define MESSAGES 8u /* in a frame */
#define AUDIO_MOST 16u /* four pairs of either end */
#define DATA_MOST 2u

#define OPTIONAL(t) {.type = &(t), .flags = PER_OPTIONAL}
#define END {.type = &per_end}
#define OPTIONAL_END OPTIONAL(per_end)
#define ADDED(place_, t) {.type = &(t), .flags = PER_ADDED, .place = (place_)}

static const struct per_type byte = PER_INTEGER_FROM(0, 255);
static const struct per_type word = PER_INTEGER_FROM(0, 65535);
static const struct per_type channel_number = PER_INTEGER_FROM(1, 65535);
static const struct per_type session = PER_INTEGER_FROM(1, 255);
static const struct per_type to_15 = PER_INTEGER_FROM(0, 15);
static const struct per_type to_16383 = PER_INTEGER_FROM(0, 16383);
static const struct per_type to_262143 = PER_INTEGER_FROM(0, 262143);
static const struct per_type to_max = PER_INTEGER_FROM(0, UINT32_MAX);
static const struct per_type octets_4 = PER_OCTETS_FROM(4, 4);
static const struct per_type octets_6 = PER_OCTETS_FROM(6, 6);
static const struct per_type octets_16 = PER_OCTETS_FROM(16, 16);
static const struct per_type octets_18 = PER_OCTETS_FROM(18, 18);
static const struct per_type flags_5 = PER_BOOLEANS(5);
static const struct per_type flags_8 = PER_BOOLEANS(8);
static const struct per_type flags_11 = PER_BOOLEANS(11);
static const struct per_type flags_19 = PER_BOOLEANS(19);
static const struct per_type flags_20 = PER_BOOLEANS(20);

static const struct per_type h221_non_standard = PER_SEQUENCE_OF_FIELDS(false,
	{.type = &byte}, {.type = &byte}, {.type = &word});
static const struct per_type non_standard_identifier = PER_CHOICE_OF_FIELDS(false, 2, NULL,
	{.type = &per_any_octets, .place = 0},
	{.type = &h221_non_standard, .place = 1});
static const struct per_type non_standard = PER_SEQUENCE_OF_FIELDS(false,
	{.type = &non_standard_identifier}, {.type = &per_any_octets});
static const struct per_type non_standards = PER_LIST_OF(&non_standard);

/* What data is sent: DataType. */

static const struct per_type h261_mpi = PER_INTEGER_FROM(1, 4);
static const struct per_type h261_rate = PER_INTEGER_FROM(1, 19200);
static const struct per_type h261 = PER_SEQUENCE_OF_FIELDS(true,
	OPTIONAL(h261_mpi), OPTIONAL(h261_mpi), {.type = &per_boolean}, {.type = &h261_rate},
	{.type = &per_boolean});

static const struct per_type video_rate = PER_INTEGER_FROM(0, 1073741823);
#define VIDEO_SIZES /* videoBitRate to luminanceSampleRate */                                      \
	OPTIONAL(video_rate), OPTIONAL(to_262143), OPTIONAL(to_16383), OPTIONAL(to_16383),         \
	OPTIONAL(to_15), OPTIONAL(to_max)
static const struct per_type h262 = PER_SEQUENCE_OF_FIELDS(true, {.type = &flags_11}, VIDEO_SIZES);
static const struct per_type is11172_video = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &per_boolean}, VIDEO_SIZES);

static const struct per_type h263_mpi = PER_INTEGER_FROM(1, 32);
static const struct per_type h263_rate = PER_INTEGER_FROM(1, 192400);
static const struct per_type h263_hrd = PER_INTEGER_FROM(0, 524287);
static const struct per_type h263 = PER_SEQUENCE_OF_FIELDS(true,
	OPTIONAL(h263_mpi), OPTIONAL(h263_mpi), OPTIONAL(h263_mpi), OPTIONAL(h263_mpi),
	OPTIONAL(h263_mpi), {.type = &h263_rate}, {.type = &flags_5}, OPTIONAL(h263_hrd),
	OPTIONAL(word));

static const struct per_type video = PER_CHOICE_OF_FIELDS(true, 5, NULL,
	{.type = &non_standard, .place = 0},
	{.type = &h261, .place = 1},
	{.type = &h262, .place = 2},
	{.type = &h263, .place = 3},
	{.type = &is11172_video, .place = 4});

static const struct per_type frames = PER_INTEGER_FROM(1, 256);
static const struct per_type g7231 = PER_SEQUENCE_OF_FIELDS(false,
	{.type = &frames}, {.type = &per_boolean});
static const struct per_type is11172_rate = PER_INTEGER_FROM(1, 448);
static const struct per_type is11172_audio = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &flags_8}, {.type = &is11172_rate});
static const struct per_type is13818_rate = PER_INTEGER_FROM(1, 1130);
static const struct per_type is13818_audio = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &flags_20}, {.type = &is13818_rate});

static const struct per_type audio = PER_CHOICE_OF_FIELDS(true, 14, &frames,
	{.type = &non_standard, .place = 0},
	{.type = &g7231, .place = 8},
	{.type = &is11172_audio, .place = 12},
	{.type = &is13818_audio, .place = 13});

static const struct per_type protocol = PER_CHOICE_OF_FIELDS(true, 7, &per_null,
	{.type = &non_standard, .place = 0}); /* DataProtocolCapability */
static const struct per_type t84_restricted = PER_SEQUENCE_OF_FIELDS(true, {.type = &flags_19});
static const struct per_type t84_profile = PER_CHOICE_OF_FIELDS(false, 2, NULL,
	{.type = &per_null, .place = 0},
	{.type = &t84_restricted, .place = 1});
static const struct per_type t84 = PER_SEQUENCE_OF_FIELDS(false,
	{.type = &protocol}, {.type = &t84_profile});
static const struct per_type nlpid = PER_SEQUENCE_OF_FIELDS(false,
	{.type = &protocol}, {.type = &per_any_octets});
static const struct per_type application = PER_CHOICE_OF_FIELDS(true, 10, &protocol,
	{.type = &non_standard, .place = 0},
	{.type = &t84, .place = 4},
	{.type = &nlpid, .place = 7},
	{.type = &per_null, .place = 8}); /* dsvdControl */
static const struct per_type data = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &application}, {.type = &to_max});

static const struct per_type encryption = PER_CHOICE_OF_FIELDS(true, 2, &per_null,
	{.type = &non_standard, .place = 0});

static const struct per_type data_type = PER_CHOICE_OF_FIELDS(true, 6, NULL,
	{.type = &non_standard, .place = 0},
	{.type = &per_null, .place = 1},
	{.type = &video, .place = 2},
	{.type = &audio, .place = 3},
	{.type = &data, .place = 4},
	{.type = &encryption, .place = 5});

/* TransportAddress. Address and port are whole bytes in a row: as good as an octet string.
 * Groups of hosts are of no use to us. */

static const struct per_type ipv4_octets = {
	.kind = PER_OCTETS, .low = 6, .high = 6, .note = H323_IPV4};
static const struct per_type ipv6_octets = {
	.kind = PER_OCTETS, .low = 18, .high = 18, .note = H323_IPV6};
static const struct per_type ipv4 = PER_SEQUENCE_OF_FIELDS(true, {.type = &ipv4_octets});
static const struct per_type ipv6 = PER_SEQUENCE_OF_FIELDS(true, {.type = &ipv6_octets});
static const struct per_type ipx_octets = PER_OCTETS_FROM(12, 12);
static const struct per_type ipx = PER_SEQUENCE_OF_FIELDS(true, {.type = &ipx_octets});
static const struct per_type routing = {.kind = PER_CHOICE, .high = 2, .of = &per_null};
static const struct per_type route = PER_LIST_OF(&octets_4);
static const struct per_type source_route = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &routing}, {.type = &octets_6}, {.type = &route});
static const struct per_type unicast = PER_CHOICE_OF_FIELDS(true, 5, NULL,
	{.type = &ipv4, .place = 0},
	{.type = &ipx, .place = 1},
	{.type = &ipv6, .place = 2},
	{.type = &octets_16, .place = 3}, /* netBios */
	{.type = &source_route, .place = 4});
static const struct per_type group_ipv4 = PER_SEQUENCE_OF_FIELDS(true, {.type = &octets_6});
static const struct per_type group_ipv6 = PER_SEQUENCE_OF_FIELDS(true, {.type = &octets_18});
static const struct per_type multicast = PER_CHOICE_OF_FIELDS(true, 2, NULL,
	{.type = &group_ipv4, .place = 0},
	{.type = &group_ipv6, .place = 1});
static const struct per_type address = PER_CHOICE_OF_FIELDS(true, 2, NULL,
	{.type = &unicast, .place = 0},
	{.type = &multicast, .place = 1});

#define MEDIA_CHANNEL {.type = &address, .flags = PER_OPTIONAL, .tag = H323_MEDIA}

/* Channels. */

/* H2250LogicalChannelParameters */
static const struct per_type h2250 = PER_SEQUENCE_OF_FIELDS(true,
	OPTIONAL(non_standards),
	{.type = &byte},        /* sessionID */
	OPTIONAL(session),      /* associatedSessionID */
	MEDIA_CHANNEL,
	OPTIONAL(per_boolean),  /* mediaGuaranteedDelivery */
	MEDIA_CHANNEL,          /* mediaControlChannel */
	OPTIONAL_END,           /* mediaControlGuaranteedDelivery */
	OPTIONAL_END,           /* silenceSuppression */
	OPTIONAL_END,           /* destination */
	OPTIONAL_END,           /* dynamicRTPPayloadType */
	OPTIONAL_END);          /* mediaPacketization */
static const struct per_type h2250_ack = PER_SEQUENCE_OF_FIELDS(true,
	OPTIONAL(non_standards),
	OPTIONAL(session),
	MEDIA_CHANNEL,
	MEDIA_CHANNEL,          /* mediaControlChannel */
	OPTIONAL_END);          /* dynamicRTPPayloadType */

/* H.222, H.223 and V.76 are no business of H.323. */
static const struct per_type forward_multiplex = PER_CHOICE_OF_FIELDS(true, 3, NULL,
	ADDED(0, h2250));
static const struct per_type reverse_multiplex = PER_CHOICE_OF_FIELDS(true, 2, NULL,
	ADDED(0, h2250));
static const struct per_type ack_multiplex = PER_CHOICE_OF_FIELDS(true, 1, NULL,
	ADDED(0, h2250));
static const struct per_type forward_ack = PER_CHOICE_OF_FIELDS(true, 1, NULL,
	{.type = &h2250_ack, .place = 0});

static const struct per_type distribution = {
	.kind = PER_CHOICE, .extensible = true, .high = 2, .of = &per_null};
static const struct per_type network_address = PER_CHOICE_OF_FIELDS(true, 3, NULL,
	{.type = &address, .place = 2});
static const struct per_type network_access = PER_SEQUENCE_OF_FIELDS(true,
	OPTIONAL(distribution),
	{.type = &network_address},
	END,                    /* associateConference */
	OPTIONAL_END);          /* externalReference */

#define SEPARATE_STACK                                                                             \
	{.type = &network_access, .flags = PER_ADDED, .place = 0, .tag = H323_T120}

static const struct per_type forward = PER_SEQUENCE_OF_FIELDS(true,
	OPTIONAL(word),         /* portNumber */
	{.type = &data_type},
	{.type = &forward_multiplex});
static const struct per_type reverse = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &data_type},
	OPTIONAL(reverse_multiplex));
static const struct per_type reverse_ack = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &channel_number},
	OPTIONAL(word),         /* portNumber */
	OPTIONAL(ack_multiplex));

const struct per_type h245_open_channel = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &channel_number},
	{.type = &forward},
	OPTIONAL(reverse),
	SEPARATE_STACK);

static const struct per_type open_channel_ack = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &channel_number},
	OPTIONAL(reverse_ack),
	SEPARATE_STACK,
	ADDED(1, forward_ack));

static const struct per_type request = PER_CHOICE_OF_FIELDS(true, 11, NULL,
	{.type = &h245_open_channel, .place = 3});
static const struct per_type response = PER_CHOICE_OF_FIELDS(true, 19, NULL,
	{.type = &open_channel_ack, .place = 5});
const struct per_type h245_message = PER_CHOICE_OF_FIELDS(true, 4, NULL,
	{.type = &request, .place = 0},
	{.type = &response, .place = 1});

/* A frame holds one message as a rule, and may hold more. */
static void read_messages(struct h323_packet *p, uint32_t offset, uint32_t size, uint32_t present)
{
	for (unsigned i = 0; i < MESSAGES && present; i++) {
		struct per_notes notes;

		if (!per_read(&h245_message, p->call->data + offset, size, present, &notes))
			return;
		for (uint32_t n = 0; n < notes.count; n++)
			h323_channel(p, &notes.note[n], offset);
		if (!notes.whole)
			return;
		offset += notes.used;
		size -= notes.used;
		present -= notes.used;
	}
}

enum helper_result helper_h245(struct helper_call *call)
{
	struct h323_packet p = {
		.call = call,
		.memory = call->memory,
		.audio = AUDIO_MOST,
		.data = DATA_MOST,
		.left = HELPER_CHANGES,
	};

	return h323_read_stream(call, &p, read_messages);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/h225.c - see h225.h. Written from the ASN.1 of H.225.0 (12/2009), whose names stand at
 * the right where they are not plain. What older versions have not is behind extension marks, so
 * the tables read all versions.
 *
 * Constant data; nothing here runs.
 */
#include "helper/h225.h"

#include "helper/h245.h"
#include "helper/h323.h"

#define OPTIONAL(t) {.type = &(t), .flags = PER_OPTIONAL}
#define END {.type = &per_end}
#define OPTIONAL_END OPTIONAL(per_end)
#define ADDED(place_, t) {.type = &(t), .flags = PER_ADDED, .place = (place_)}
#define ADDED_AS(place_, t, tag_)                                                                  \
	{.type = &(t), .flags = PER_ADDED, .place = (place_), .tag = (tag_)}

/* Common elements. */

static const struct per_type byte = PER_INTEGER_FROM(0, 255);
static const struct per_type word = PER_INTEGER_FROM(0, 65535);
static const struct per_type bandwidth = PER_INTEGER_FROM(0, UINT32_MAX);
static const struct per_type octets_4 = PER_OCTETS_FROM(4, 4);
static const struct per_type octets_16 = PER_OCTETS_FROM(16, 16);
static const struct per_type octets_to_20 = PER_OCTETS_FROM(1, 20);
static const struct per_type octets_to_256 = PER_OCTETS_FROM(1, 256);
static const struct per_type identifier = { /* BMPString(SIZE (1..128)) */
	.kind = PER_STRING, .bits = 16, .low = 1, .high = 128};
static const struct per_type digits = { /* IA5String of 13 characters: 4 bits each */
	.kind = PER_STRING, .bits = 4, .low = 1, .high = 128};
static const struct per_type h323_id = {
	.kind = PER_STRING, .bits = 16, .low = 1, .high = 256};

static const struct per_type alias = PER_CHOICE_OF_FIELDS(true, 2, NULL,
	{.type = &digits, .place = 0},
	{.type = &h323_id, .place = 1});
static const struct per_type aliases = PER_LIST_OF(&alias);

static const struct per_type h221_non_standard = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &byte}, {.type = &byte}, {.type = &word});
static const struct per_type non_standard_identifier = PER_CHOICE_OF_FIELDS(true, 2, NULL,
	{.type = &per_any_octets, .place = 0},
	{.type = &h221_non_standard, .place = 1});
static const struct per_type non_standard = PER_SEQUENCE_OF_FIELDS(false,
	{.type = &non_standard_identifier}, {.type = &per_any_octets});

/* Address and port are both whole bytes in a row: as good as an octet string. */
static const struct per_type ipv4 = {
	.kind = PER_OCTETS, .low = 6, .high = 6, .note = H323_IPV4};
static const struct per_type ipv6_octets = {
	.kind = PER_OCTETS, .low = 18, .high = 18, .note = H323_IPV6};
static const struct per_type ipv6 = PER_SEQUENCE_OF_FIELDS(true, {.type = &ipv6_octets});
static const struct per_type octets_6 = PER_OCTETS_FROM(6, 6);
static const struct per_type route = PER_LIST_OF(&octets_4);
static const struct per_type routing = PER_CHOICE_OF_FIELDS(true, 2, &per_null,
	{.type = &per_null, .place = 0});
static const struct per_type source_route = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &octets_6}, {.type = &route}, {.type = &routing});
static const struct per_type ipx = PER_OCTETS_FROM(12, 12);
static const struct per_type address = PER_CHOICE_OF_FIELDS(true, 7, NULL, /* TransportAddress */
	{.type = &ipv4, .place = 0},
	{.type = &source_route, .place = 1},
	{.type = &ipx, .place = 2},
	{.type = &ipv6, .place = 3},
	{.type = &octets_16, .place = 4},    /* netBios */
	{.type = &octets_to_20, .place = 5}, /* nsap */
	{.type = &non_standard, .place = 6});
static const struct per_type addresses = PER_LIST_OF(&address);

static const struct per_type vendor = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &h221_non_standard}, OPTIONAL(octets_to_256), OPTIONAL(octets_to_256));
/* H310Caps to T120OnlyCaps, McuInfo, TerminalInfo, GatekeeperInfo */
static const struct per_type information = PER_SEQUENCE_OF_FIELDS(true, OPTIONAL(non_standard));
static const struct per_type protocol = PER_CHOICE_OF_FIELDS(true, 9, &information,
	{.type = &non_standard, .place = 0});
static const struct per_type protocols = PER_LIST_OF(&protocol);
static const struct per_type gateway = PER_SEQUENCE_OF_FIELDS(true,
	OPTIONAL(protocols), OPTIONAL(non_standard));
static const struct per_type flags_2 = PER_BOOLEANS(2);
static const struct per_type flags_7 = PER_BOOLEANS(7);
static const struct per_type endpoint = PER_SEQUENCE_OF_FIELDS(true, /* EndpointType */
	OPTIONAL(non_standard), OPTIONAL(vendor), OPTIONAL(information), OPTIONAL(gateway),
	OPTIONAL(information), OPTIONAL(information), {.type = &flags_2});

static const struct per_type q954 = PER_SEQUENCE_OF_FIELDS(true, {.type = &flags_2});
static const struct per_type qseries = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &flags_7}, {.type = &q954});
/* Choices of nothing but NULL. */
static const struct per_type one_of_2 = {
	.kind = PER_CHOICE, .extensible = true, .high = 2, .of = &per_null};
static const struct per_type one_of_3 = {
	.kind = PER_CHOICE, .extensible = true, .high = 3, .of = &per_null};
static const struct per_type one_of_4 = {
	.kind = PER_CHOICE, .extensible = true, .high = 4, .of = &per_null};
static const struct per_type one_of_12 = {
	.kind = PER_CHOICE, .extensible = true, .high = 12, .of = &per_null};
static const struct per_type call_identifier =
	PER_SEQUENCE_OF_FIELDS(true, {.type = &octets_16});

static const struct per_type security_mode = PER_CHOICE_OF_FIELDS(true, 3, &per_null,
	{.type = &non_standard, .place = 0});
static const struct per_type security_capabilities = PER_SEQUENCE_OF_FIELDS(true,
	OPTIONAL(non_standard), {.type = &security_mode}, {.type = &security_mode},
	{.type = &security_mode});
static const struct per_type security = PER_CHOICE_OF_FIELDS(true, 4, &security_capabilities,
	{.type = &non_standard, .place = 0},
	{.type = &per_null, .place = 1});

/* Call signalling. */

static const struct per_type fast_start_channel = {
	.kind = PER_OCTETS, .of = &h245_open_channel};
static const struct per_type fast_start = PER_LIST_OF(&fast_start_channel);
static const struct per_type tunnelled_message = {.kind = PER_OCTETS, .of = &h245_message};
static const struct per_type tunnelled = PER_LIST_OF(&tunnelled_message);
static const struct per_type words = PER_LIST_OF(&word);

#define H245_ADDRESS {.type = &address, .flags = PER_OPTIONAL, .tag = H323_H245}

static const struct per_type setup = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &per_any_octets},  /* protocolIdentifier */
	H245_ADDRESS,
	OPTIONAL(aliases),          /* sourceAddress */
	{.type = &endpoint},        /* sourceInfo */
	OPTIONAL(aliases),          /* destinationAddress */
	{.type = &address, .flags = PER_OPTIONAL, .tag = H323_DESTINATION},
	OPTIONAL(aliases),          /* destExtraCallInfo */
	OPTIONAL(words),            /* destExtraCRV */
	{.type = &per_boolean},     /* activeMC */
	{.type = &octets_16},       /* conferenceID */
	{.type = &one_of_3},        /* conferenceGoal */
	OPTIONAL(qseries),          /* callServices */
	{.type = &one_of_4},        /* callType */
	ADDED_AS(0, address, H323_SOURCE),
	ADDED(6, fast_start),
	ADDED(24, tunnelled));      /* parallelH245Control */

static const struct per_type proceeding = PER_SEQUENCE_OF_FIELDS(true, /* and Alerting */
	{.type = &per_any_octets},
	{.type = &endpoint},        /* destinationInfo */
	H245_ADDRESS,
	ADDED(4, fast_start));

static const struct per_type connect = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &per_any_octets},
	H245_ADDRESS,
	{.type = &endpoint},
	{.type = &octets_16},       /* conferenceID */
	ADDED(4, fast_start));

static const struct per_type information_message = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &per_any_octets},
	ADDED(3, fast_start));

static const struct per_type release = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &per_any_octets},
	OPTIONAL(one_of_12));       /* reason */

static const struct per_type facility = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &per_any_octets},
	{.type = &address, .flags = PER_OPTIONAL, .tag = H323_ALTERNATIVE},
	OPTIONAL(aliases),          /* alternativeAliasAddress */
	OPTIONAL(octets_16),        /* conferenceID */
	{.type = &one_of_4},        /* reason */
	ADDED_AS(6, address, H323_H245),
	ADDED(7, fast_start));

/* Behind tokens (ITU-T H.235) nothing is found. */
static const struct per_type progress = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &per_any_octets},
	{.type = &endpoint},
	H245_ADDRESS,
	{.type = &call_identifier},
	OPTIONAL(security),         /* h245SecurityMode */
	OPTIONAL_END,               /* tokens */
	OPTIONAL_END,               /* cryptoTokens */
	OPTIONAL(fast_start));

static const struct per_type message_body = PER_CHOICE_OF_FIELDS(true, 7, NULL,
	{.type = &setup, .place = 0},
	{.type = &proceeding, .place = 1},
	{.type = &connect, .place = 2},
	{.type = &proceeding, .place = 3}, /* Alerting */
	{.type = &information_message, .place = 4},
	{.type = &release, .place = 5},
	{.type = &facility, .place = 6},
	ADDED(0, progress));

static const struct per_type uu_pdu = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &message_body},
	OPTIONAL(non_standard),
	ADDED(2, tunnelled));       /* h245Control */

const struct per_type h225_user_information = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &uu_pdu},
	OPTIONAL_END);              /* user-data */

/* Registration, admission and status. */

static const struct per_type request = { /* requestSeqNum */
	.kind = PER_INTEGER, .low = 1, .high = 65535, .note = H323_REQUEST};
static const struct per_type time_to_live = {
	.kind = PER_INTEGER, .low = 1, .high = UINT32_MAX, .note = H323_TIME_TO_LIVE};

#define RAS_ADDRESS {.type = &address, .tag = H323_RAS}
#define CALL_ADDRESSES {.type = &addresses, .tag = H323_CALLS}

static const struct per_type grq = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &request}, {.type = &per_any_octets}, OPTIONAL(non_standard), RAS_ADDRESS,
	END, OPTIONAL_END, OPTIONAL_END, OPTIONAL_END);

static const struct per_type gcf = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &request}, {.type = &per_any_octets}, OPTIONAL(non_standard),
	OPTIONAL(identifier), RAS_ADDRESS);

static const struct per_type rrq = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &request},
	{.type = &per_any_octets},
	OPTIONAL(non_standard),
	{.type = &per_boolean},     /* discoveryComplete */
	CALL_ADDRESSES,
	{.type = &addresses, .tag = H323_RAS},
	{.type = &endpoint},        /* terminalType */
	OPTIONAL(aliases),          /* terminalAlias */
	OPTIONAL(identifier),       /* gatekeeperIdentifier */
	{.type = &vendor},
	ADDED(1, time_to_live));

static const struct per_type rcf = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &request},
	{.type = &per_any_octets},
	OPTIONAL(non_standard),
	CALL_ADDRESSES,
	OPTIONAL(aliases),          /* terminalAlias */
	OPTIONAL(identifier),       /* gatekeeperIdentifier */
	{.type = &identifier},      /* endpointIdentifier */
	ADDED(1, time_to_live));

static const struct per_type rrj = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &request}, END, OPTIONAL_END, OPTIONAL_END);

static const struct per_type urq = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &request}, CALL_ADDRESSES, OPTIONAL_END, OPTIONAL_END, OPTIONAL_END);

static const struct per_type arq = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &request},
	{.type = &one_of_4},        /* callType */
	OPTIONAL(one_of_2),         /* callModel */
	{.type = &identifier},      /* endpointIdentifier */
	OPTIONAL(aliases),          /* destinationInfo */
	{.type = &address, .flags = PER_OPTIONAL, .tag = H323_DESTINATION},
	OPTIONAL(aliases),          /* destExtraCallInfo */
	{.type = &aliases},         /* srcInfo */
	{.type = &address, .flags = PER_OPTIONAL, .tag = H323_SOURCE},
	END,                        /* bandWidth */
	OPTIONAL_END,               /* nonStandardData */
	OPTIONAL_END);              /* callServices */

static const struct per_type acf = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &request},
	{.type = &bandwidth},
	{.type = &one_of_2},        /* callModel */
	{.type = &address, .tag = H323_DESTINATION},
	OPTIONAL_END,               /* irrFrequency */
	OPTIONAL_END);              /* nonStandardData */

static const struct per_type lrq = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &request},
	OPTIONAL(identifier),       /* endpointIdentifier */
	{.type = &aliases},         /* destinationInfo */
	OPTIONAL(non_standard),
	RAS_ADDRESS);               /* replyAddress */

static const struct per_type lcf = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &request},
	{.type = &address, .tag = H323_CALLS},
	RAS_ADDRESS,
	OPTIONAL_END);              /* nonStandardData */

static const struct per_type irq = PER_SEQUENCE_OF_FIELDS(true,
	{.type = &request},
	{.type = &word},            /* callReferenceValue */
	OPTIONAL(non_standard),
	{.type = &address, .flags = PER_OPTIONAL, .tag = H323_RAS}); /* replyAddress */

static const struct per_type irr = PER_SEQUENCE_OF_FIELDS(true,
	OPTIONAL(non_standard),
	{.type = &request},
	{.type = &endpoint},
	{.type = &identifier},      /* endpointIdentifier */
	RAS_ADDRESS,
	CALL_ADDRESSES,
	OPTIONAL_END,               /* endpointAlias */
	OPTIONAL_END);              /* perCallInfo */

#define MESSAGE(place_, t, tag_)                                                                   \
	{.type = &(t), .flags = PER_MARK, .place = (place_), .tag = (tag_)}

const struct per_type h225_ras_message = PER_CHOICE_OF_FIELDS(true, 25, NULL,
	MESSAGE(0, grq, H323_GRQ),
	MESSAGE(1, gcf, H323_GCF),
	MESSAGE(3, rrq, H323_RRQ),
	MESSAGE(4, rcf, H323_RCF),
	MESSAGE(5, rrj, H323_RRJ),
	MESSAGE(6, urq, H323_URQ),
	MESSAGE(9, arq, H323_ARQ),
	MESSAGE(10, acf, H323_ACF),
	MESSAGE(18, lrq, H323_LRQ),
	MESSAGE(19, lcf, H323_LCF),
	MESSAGE(21, irq, H323_IRQ),
	MESSAGE(22, irr, H323_IRR));

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port/link.c - the link layers.
 *
 * A walk stands at an offset in the frame and goes from header to header until it
 * meets IP or something that is not IP. Every step takes its bytes with take(),
 * the only place that moves the walk and the one that checks the bounds.
 */
#include "port/link.h"

#include <pcap/dlt.h>
#include <stdio.h>

#include "base/bytes.h"

enum {
	ETHERTYPE_MIN = 0x0600, /* below: an 802.3 length */
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_CTAG = 0x8100,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_PPP = 0x880b,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_MULTICAST = 0x8848,
	ETHERTYPE_PPPOE = 0x8864,
	ETHERTYPE_STAG = 0x88a8,
	ETHERTYPE_QINQ_OLD1 = 0x9100,
	ETHERTYPE_QINQ_OLD2 = 0x9200,

	/* Linux cooked: not EtherTypes, but what the kernel puts in their place. */
	COOKED_8023 = 0x0001,
	COOKED_8022 = 0x0004,
	COOKED_CAN = 0x000c,
	COOKED_OUTGOING = 4, /* of packet types */
	ARPHRD_NETLINK = 824,

	PPP_IPV4 = 0x0021,
	PPP_IPV6 = 0x0057,
	PPP_MPLS = 0x0281,
	PPP_MPLS_MULTICAST = 0x0283,
};

/* A number and the name that people know it by. */
struct name {
	uint16_t number;
	const char *text;
};

static const struct name ethertypes[] = {
	{ 0x0806, "ARP" },
	{ 0x0842, "Wake-on-LAN" },
	{ 0x22f3, "TRILL" },
	{ 0x6558, "transparent Ethernet bridging" },
	{ 0x8035, "RARP" },
	{ 0x809b, "AppleTalk" },
	{ 0x80f3, "AppleTalk ARP" },
	{ 0x8137, "IPX" },
	{ 0x8808, "Ethernet flow control" },
	{ 0x8809, "slow protocol (LACP, OAM)" },
	{ ETHERTYPE_PPP, "PPP" },
	{ 0x8863, "PPPoE discovery" },
	{ 0x888e, "EAPOL" },
	{ 0x8892, "PROFINET" },
	{ 0x88a2, "ATA over Ethernet" },
	{ 0x88a4, "EtherCAT" },
	{ 0x88be, "ERSPAN" },
	{ 0x88cc, "LLDP" },
	{ 0x88e1, "HomePlug" },
	{ 0x88e5, "MACsec" },
	{ 0x88f5, "MVRP" },
	{ 0x88f7, "PTP" },
	{ 0x8902, "CFM" },
	{ 0x8906, "FCoE" },
	{ 0x893a, "IEEE 1905" },
	{ 0x894f, "NSH" },
	{ 0x9000, "Ethernet loopback test" },
};

static const struct name ppp_protocols[] = {
	{ 0x002d, "compressed TCP/IP" },
	{ 0x002f, "uncompressed TCP/IP" },
	{ 0x003d, "PPP multilink" },
	{ 0x00fd, "compressed PPP" },
	{ 0x8021, "IPCP" },
	{ 0x8057, "IPv6CP" },
	{ 0x80fd, "PPP CCP" },
	{ 0xc021, "PPP LCP" },
	{ 0xc023, "PPP PAP" },
	{ 0xc025, "PPP LQR" },
	{ 0xc223, "PPP CHAP" },
	{ 0xc227, "PPP EAP" },
};

/* 802.2 service access points; the number is both of them. */
static const struct name llc_saps[] = {
	{ 0x4242, "spanning tree" },
	{ 0xe0e0, "IPX" },
	{ 0xf0f0, "NetBIOS" },
	{ 0xfefe, "OSI (IS-IS, CLNP)" },
	{ 0xffff, "IPX" },
};

struct walk {
	const uint8_t *data;
	uint32_t at, caplen, len;
	struct link_packet *packet;
};

static void not_ip(struct walk *w, const char *name)
{
	w->packet->ip = false;
	snprintf(w->packet->name, sizeof w->packet->name, "%s", name);
}

/* The next `size` bytes, a header of the kind `what`.
 * => NULL if they are not all present; the walk is then over */
static const uint8_t *take(struct walk *w, uint32_t size, const char *what)
{
	const uint8_t *p = w->data + w->at;

	if (w->caplen - w->at < size) {
		w->packet->ip = false;
		snprintf(w->packet->name, sizeof w->packet->name, "%s header cut short", what);
		return NULL;
	}
	w->at += size;
	return p;
}

static void named(struct walk *w, const struct name *names, size_t count, const char *kind,
		  uint16_t number)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i].number == number) {
			not_ip(w, names[i].text);
			return;
		}
	}
	w->packet->ip = false;
	snprintf(w->packet->name, sizeof w->packet->name, "%s 0x%04x", kind, number);
}

/* What the walk stands at is IP of this version (0: the packet says itself). A packet
 * whose own version is the other one is not for an engine that goes by the
 * packet alone: a host would not take it for IP either. */
static void found_ip(struct walk *w, unsigned version)
{
	struct link_packet *packet = w->packet;
	unsigned own = w->at < w->caplen ? w->data[w->at] >> 4 : version;

	if (version != 0 && own != version && (own == 4 || own == 6)) {
		packet->ip = false;
		snprintf(packet->name, sizeof packet->name, "version %u where IPv%u was announced", own,
			 version);
		return;
	}
	packet->ip = true;
	packet->offset = w->at;
	packet->caplen = w->caplen - w->at;
	packet->len = w->len - w->at;
}

/* Label stack entries up to the one with the bottom bit. Nothing says what lies below;
 * routers go by its first nibble (RFC 4928). */
static void mpls(struct walk *w)
{
	const uint8_t *entry;

	do {
		entry = take(w, 4, "MPLS");
		if (!entry)
			return;
	} while (!(entry[2] & 1));
	if (w->at == w->caplen) {
		not_ip(w, "MPLS payload cut short");
		return;
	}
	switch (w->data[w->at] >> 4) {
	case 0:
		not_ip(w, "MPLS pseudowire");
		break;
	case 1:
		not_ip(w, "MPLS associated channel");
		break;
	default: /* 4, 6, and what the engine has a reason for */
		found_ip(w, 0);
	}
}

/* A PPP protocol field; one byte if it was compressed (RFC 1661 section 6.5: the last
 * byte of it is odd, and only that). */
static void ppp_protocol(struct walk *w)
{
	const uint8_t *p = take(w, 1, "PPP");
	uint16_t protocol;

	if (!p)
		return;
	protocol = p[0];
	if (!(protocol & 1)) {
		p = take(w, 1, "PPP");
		if (!p)
			return;
		protocol = (uint16_t)(protocol << 8 | p[0]);
	}
	switch (protocol) {
	case PPP_IPV4:
		found_ip(w, 4);
		break;
	case PPP_IPV6:
		found_ip(w, 6);
		break;
	case PPP_MPLS:
	case PPP_MPLS_MULTICAST:
		mpls(w);
		break;
	default:
		named(w, ppp_protocols, ARRAY_COUNT(ppp_protocols), "PPP protocol", protocol);
	}
}

/* RFC 2516: version and type, code, session, length of what follows. */
static void pppoe(struct walk *w)
{
	const uint8_t *p = take(w, 6, "PPPoE");
	uint32_t length;

	if (!p)
		return;
	if (p[0] != 0x11) {
		not_ip(w, "PPPoE of another version");
		return;
	}
	if (p[1] != 0) {
		not_ip(w, "PPPoE discovery");
		return;
	}
	length = be16(p + 4);
	if (length < w->len - w->at) /* the rest is padding */
		w->len = w->at + length;
	if (w->caplen > w->len)
		w->caplen = w->len;
	ppp_protocol(w);
}

static void ethertype(struct walk *w, uint16_t type);

/* 802.2: two access points and a control byte, with SNAP an EtherType behind them. */
static void llc(struct walk *w)
{
	const uint8_t *p = take(w, 3, "LLC");
	uint32_t oui;
	uint16_t saps;

	if (!p)
		return;
	saps = be16(p);
	if (saps == 0x0606 && p[2] == 0x03) {
		found_ip(w, 4);
		return;
	}
	if (saps != 0xaaaa || p[2] != 0x03) {
		named(w, llc_saps, ARRAY_COUNT(llc_saps), "LLC", saps);
		return;
	}
	p = take(w, 5, "SNAP");
	if (!p)
		return;
	oui = be32(p) >> 8;
	if (oui == 0x000000 || oui == 0x0000f8) { /* the second: bridges of 802.1H */
		ethertype(w, be16(p + 3));
		return;
	}
	w->packet->ip = false;
	snprintf(w->packet->name, sizeof w->packet->name, "SNAP %02x-%02x-%02x 0x%04x", p[0], p[1],
		 p[2], be16(p + 3));
}

/* What follows an EtherType or length field. */
static void ethertype(struct walk *w, uint16_t type)
{
	while (type == ETHERTYPE_CTAG || type == ETHERTYPE_STAG || type == ETHERTYPE_QINQ_OLD1 ||
	       type == ETHERTYPE_QINQ_OLD2) {
		const uint8_t *tag = take(w, 4, "VLAN");

		if (!tag)
			return;
		if (w->packet->tags < LINK_TAGS)
			w->packet->vlan[w->packet->tags++] = be16(tag) & 0xfff;
		type = be16(tag + 2);
	}
	switch (type) {
	case ETHERTYPE_IPV4:
		found_ip(w, 4);
		break;
	case ETHERTYPE_IPV6:
		found_ip(w, 6);
		break;
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_MULTICAST:
		mpls(w);
		break;
	case ETHERTYPE_PPPOE:
		pppoe(w);
		break;
	default:
		if (type < ETHERTYPE_MIN)
			llc(w);
		else
			named(w, ethertypes, ARRAY_COUNT(ethertypes), "EtherType", type);
	}
}

static void ethernet(struct walk *w)
{
	const uint8_t *p = take(w, 14, "Ethernet");

	if (p)
		ethertype(w, be16(p + 12));
}

/* The protocol field of a Linux cooked header: an EtherType, unless the device's
 * type or a small number says otherwise. */
static void cooked_protocol(struct walk *w, uint16_t arphrd, uint16_t protocol)
{
	if (arphrd == ARPHRD_NETLINK)
		not_ip(w, "netlink");
	else if (protocol == COOKED_8022)
		llc(w);
	else if (protocol == COOKED_8023)
		not_ip(w, "IPX");
	else if (protocol == COOKED_CAN)
		not_ip(w, "CAN");
	else if (protocol < ETHERTYPE_MIN)
		named(w, NULL, 0, "cooked protocol", protocol);
	else
		ethertype(w, protocol);
}

/* Version 1: packet type, device type, address length, eight bytes of address, protocol. */
static void cooked(struct walk *w)
{
	const uint8_t *p = take(w, 16, "Linux cooked");

	if (!p)
		return;
	w->packet->outgoing = be16(p) == COOKED_OUTGOING;
	cooked_protocol(w, be16(p + 2), be16(p + 14));
}

/* Version 2: protocol, two bytes of nothing, interface, device type, packet type,
 * address length, eight bytes of address. */
static void cooked2(struct walk *w)
{
	const uint8_t *p = take(w, 20, "Linux cooked");

	if (!p)
		return;
	w->packet->outgoing = p[10] == COOKED_OUTGOING;
	cooked_protocol(w, be16(p + 8), be16(p));
}

/* An address family in the byte order of whoever captured. No family needs more
 * than 16 bits, so the order shows. The systems differ in their number for IPv6. */
static void loopback(struct walk *w)
{
	const uint8_t *p = take(w, 4, "loopback");
	uint32_t family;

	if (!p)
		return;
	family = be32(p);
	if (family > 0xffff)
		family = __builtin_bswap32(family);
	switch (family) {
	case 2:
		found_ip(w, 4);
		break;
	case 10: /* Linux */
	case 23: /* Windows */
	case 24: /* NetBSD, OpenBSD */
	case 28: /* FreeBSD */
	case 30: /* macOS */
		found_ip(w, 6);
		break;
	default:
		w->packet->ip = false;
		snprintf(w->packet->name, sizeof w->packet->name, "address family %u", family);
	}
}

static void ppp(struct walk *w)
{
	if (w->caplen >= 2 && w->data[0] == 0xff && w->data[1] == 0x03)
		w->at = 2;
	ppp_protocol(w);
}

/* Serial lines: PPP, or Cisco's HDLC with an EtherType (address 0x0f or 0x8f, control 0). */
static void ppp_serial(struct walk *w)
{
	const uint8_t *p;

	if (w->caplen < 2 || (w->data[0] != 0x0f && w->data[0] != 0x8f) || w->data[1] != 0) {
		ppp(w);
		return;
	}
	p = take(w, 4, "HDLC");
	if (p && be16(p + 2) == 0x8035)
		not_ip(w, "SLARP"); /* shares its number with RARP */
	else if (p)
		ethertype(w, be16(p + 2));
}

enum link_type link_type_from_dlt(int dlt)
{
	switch (dlt) {
	case DLT_EN10MB:
		return LINK_ETHERNET;
	case DLT_RAW:
	case 101: /* LINKTYPE_RAW, should libpcap ever leave it untranslated */
	case DLT_IPV4:
	case DLT_IPV6:
		return LINK_IP;
	case DLT_LINUX_SLL:
		return LINK_COOKED;
	case DLT_LINUX_SLL2:
		return LINK_COOKED2;
	case DLT_NULL:
	case DLT_LOOP:
		return LINK_LOOPBACK;
	case DLT_PPP:
		return LINK_PPP;
	case DLT_PPP_SERIAL:
		return LINK_PPP_SERIAL;
	case DLT_PPP_ETHER:
		return LINK_PPPOE;
	default:
		return LINK_UNKNOWN;
	}
}

void link_decode(enum link_type type, const uint8_t *data, uint32_t caplen, uint32_t len,
		 struct link_packet *packet)
{
	struct walk w = {
		.data = data,
		.caplen = caplen,
		.len = len < caplen ? caplen : len,
		.packet = packet,
	};

	packet->ip = false;
	packet->offset = packet->caplen = packet->len = 0;
	packet->outgoing = false;
	packet->tags = 0;
	packet->name[0] = '\0';
	switch (type) {
	case LINK_UNKNOWN:
		not_ip(&w, "unknown link type");
		break;
	case LINK_ETHERNET:
		ethernet(&w);
		break;
	case LINK_IP:
		found_ip(&w, 0);
		break;
	case LINK_COOKED:
		cooked(&w);
		break;
	case LINK_COOKED2:
		cooked2(&w);
		break;
	case LINK_LOOPBACK:
		loopback(&w);
		break;
	case LINK_PPP:
		ppp(&w);
		break;
	case LINK_PPP_SERIAL:
		ppp_serial(&w);
		break;
	case LINK_PPPOE:
		pppoe(&w);
		break;
	}
}

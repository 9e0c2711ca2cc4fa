/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet_parse(): a row for every shape of header and for every way to be wrong.
 * Packets are lines of the words in assemble.h.
 */
#include "packet/packet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "assemble.h"

struct row {
	const char *packet;
	uint8_t kind;
	uint8_t drop;
	uint16_t reason;
	uint32_t detail[2];
	uint8_t proto; /* and the rest of the tuple */
	uint16_t src_port, dst_port;
	uint8_t extra; /* tcp_event of TCP, opens of others */
};

#define PLAIN(proto, src, dst, extra, packet)                                                      \
	{                                                                                          \
		packet, PACKET_PLAIN, 0, WEIR_R_NONE, {0, 0}, proto, src, dst, extra               \
	}
#define ERROR(proto, src, dst, packet)                                                             \
	{                                                                                          \
		packet, PACKET_ICMP_ERROR, 0, WEIR_R_NONE, {0, 0}, proto, src, dst, 0              \
	}
#define UNTRACKED(packet)                                                                          \
	{                                                                                          \
		packet, PACKET_UNTRACKED, 0, WEIR_R_NONE, {0, 0}, 0, 0, 0, 0                       \
	}
#define BAD(reason, a, b, packet)                                                                  \
	{                                                                                          \
		packet, PACKET_MALFORMED, 0, WEIR_R_##reason, {a, b}, 0, 0, 0, 0                   \
	}
#define DROPPED(reason, a, b, packet)                                                              \
	{                                                                                          \
		packet, PACKET_MALFORMED, 1, WEIR_R_##reason, {a, b}, 0, 0, 0, 0                   \
	}

#define TCP(event, packet) PLAIN(6, 1000, 2000, TCP_EV_##event, packet)
#define OTHER(proto, packet) PLAIN(proto, 0, 0, 1, packet)

static const struct row ip_rows[] = {
        TCP(SYN, "ip4:06 tcp:02"),
        TCP(SYN, "ip4:06 tcp:02 pad:6"),
        TCP(SYN, "ip4:06 tcp:02 *7"),
        TCP(SYN, "ip4:06 01010100 tcp:02 !0=46"), /* options */
        TCP(SYN, "ip4:06 *40 tcp:02 !0=4f"),
        TCP(SYN, "ip4:06 tcp:02 !6=4000"), /* DF */
        TCP(SYN, "ip4:06 tcp:02 !6=8000"), /* the reserved bit is nobody's business */
        DROPPED(IP_TRUNCATED, 19, 20, "ip4:06 short:19"),
        DROPPED(IP_TRUNCATED, 1, 20, "ip4:06 short:1"),
        DROPPED(IP_TRUNCATED, 5, 20, "ip4:06 tcp:02 cut:5"),
        DROPPED(IP_TRUNCATED, 20, 24, "ip4:06 tcp:02 !0=46 short:20"),
        DROPPED(IP_VERSION, 5, 0, "ip4:06 tcp:02 @0=55"),
        DROPPED(IP_VERSION, 0, 0, "ip4:06 tcp:02 @0=05"),
        DROPPED(IP_VERSION, 15, 0, "ip4:06 tcp:02 @0=ff"),
        DROPPED(IP_HEADER_LENGTH, 16, 0, "ip4:06 tcp:02 !0=44"),
        DROPPED(IP_HEADER_LENGTH, 0, 0, "ip4:06 tcp:02 !0=40"),
        DROPPED(IP_TOTAL_LENGTH, 41, 40, "ip4:06 tcp:02 !2=0029"),
        DROPPED(IP_TOTAL_LENGTH, 40, 39, "ip4:06 tcp:02 short:39"),
        DROPPED(IP_TOTAL_LENGTH, 19, 40, "ip4:06 tcp:02 !2=0013"),
        DROPPED(IP_TOTAL_LENGTH, 0, 40, "ip4:06 tcp:02 !2=0000"),
        DROPPED(IP_TOTAL_LENGTH, 20, 44, "ip4:06 01010100 tcp:02 !0=46 !2=0014"),
        DROPPED(IP_CHECKSUM, 0, 0, "ip4:06 tcp:02 @10=0000"),
        DROPPED(IP_CHECKSUM, 0, 0, "ip4:06 tcp:02 @8=3f"),
        DROPPED(IP_CHECKSUM, 0, 0, "ip4:06 01010100 tcp:02 !0=46 @22=02"),
        /* cut in the options: the header's sum cannot be checked, the packet is not to blame */
        BAD(L4_TRUNCATED, 0, 20, "ip4:06 *40 tcp:02 !0=4f cut:30"),
        OTHER(50, "ip4:32 *40 *20 !0=4f cut:30"),

        TCP(SYN, "ip6:06 tcp:02"),
        TCP(SYN, "ip6:06 tcp:02 pad:9"),
        DROPPED(IP_TRUNCATED, 39, 40, "ip6:06 tcp:02 short:39"),
        DROPPED(IP_TRUNCATED, 20, 40, "ip6:06 tcp:02 cut:20"),
        DROPPED(IP_TOTAL_LENGTH, 61, 60, "ip6:06 tcp:02 !4=0015"),
        DROPPED(IP_TOTAL_LENGTH, 60, 59, "ip6:06 tcp:02 short:59"),
        OTHER(50, "ip6:32"),
        BAD(L4_TRUNCATED, 0, 20, "ip6:06"),
};

static const struct row chain_rows[] = {
        TCP(SYN, "ip6:00 0600010400000000 tcp:02"), /* hop-by-hop */
        TCP(SYN, "ip6:00 0601 *14 tcp:02"),         /* of 16 bytes */
        TCP(SYN, "ip6:2b 0600fd0000000000 tcp:02"), /* routing */
        TCP(SYN, "ip6:3c 0600010400000000 tcp:02"), /* destination */
        TCP(SYN, "ip6:33 0604 *22 tcp:02"),         /* AH: 24 bytes */
        TCP(SYN, "ip6:33 0601 *10 tcp:02"),         /* 12 bytes */
        TCP(SYN, "ip6:87 0600 *6 tcp:02"),          /* mobility and more */
        TCP(SYN, "ip6:00 3c00 *6 2b00 *6 3300 *6 3c00fd00 *4 0600 *6 tcp:02"), /* all of them */
        OTHER(135, "ip6:87 3b00 *6"), /* a Mobility header alone is the upper layer */
        PLAIN(17, 1000, 2000, 1, "ip6:00 1100010400000000 udp"),
        PLAIN(58, 0x1234, 0x8000, 1, "ip6:3c 3a00010400000000 icmp6:8000"),
        BAD(IP6_NO_NEXT, 0, 0, "ip6:3b"),
        BAD(IP6_NO_NEXT, 0, 0, "ip6:3b *8"),
        BAD(IP6_NO_NEXT, 0, 0, "ip6:00 3b00 *6"),
        BAD(IP6_CHAIN_TRUNCATED, 0, 0, "ip6:00"),
        BAD(IP6_CHAIN_TRUNCATED, 0, 0, "ip6:00 060000"),
        BAD(IP6_CHAIN_TRUNCATED, 43, 0, "ip6:2b 0602 *14"),
        BAD(IP6_CHAIN_TRUNCATED, 60, 0, "ip6:00 3c00 *6 06ff *6"),
        BAD(IP6_CHAIN_TRUNCATED, 51, 0, "ip6:33 0605 *18"),
        BAD(IP6_CHAIN_TRUNCATED, 135, 0, "ip6:87 3b01 *6"),
        BAD(IP6_CHAIN_TRUNCATED, 44, 0, "ip6:2c 06000000"),
        BAD(IP6_CHAIN_TRUNCATED, 60, 0, "ip6:3c 0600 *6 tcp:02 cut:44"),
        TCP(SYN, "ip6:3c 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 "
                 "3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 0600 *6 tcp:02"),
        BAD(IP6_CHAIN_LONG, 16, 0,
            "ip6:3c 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 "
            "3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 3c00 *6 0600 *6 tcp:02"),
        /* With segments left on a way that we cannot read, it is not checked. */
        TCP(SYN, "ip6:2b 0600030100000000 tcp:02 @64=dead"),
};

static const struct row tcp_rows[] = {
        TCP(SYN, "ip4:06 tcp:22"),
        TCP(SYN, "ip4:06 tcp:0a"),
        TCP(SYN, "ip4:06 tcp:c2"), /* ECE and CWR never matter */
        TCP(SYNACK, "ip4:06 tcp:12"),
        TCP(SYNACK, "ip4:06 tcp:52"),
        TCP(FIN, "ip4:06 tcp:11"),
        TCP(FIN, "ip4:06 tcp:19"),
        TCP(FIN, "ip4:06 tcp:31"),
        TCP(ACK, "ip4:06 tcp:10"),
        TCP(ACK, "ip4:06 tcp:18"),
        TCP(ACK, "ip4:06 tcp:30"),
        TCP(RST, "ip4:06 tcp:04"),
        TCP(RST, "ip4:06 tcp:14"),
        TCP(RST, "ip4:06 tcp:1c"),
        TCP(ACK, "ip6:06 tcp:10 *100"),
        BAD(TCP_FLAGS, 0x00, 0, "ip4:06 tcp:00"),
        BAD(TCP_FLAGS, 0x08, 0, "ip4:06 tcp:08"),
        BAD(TCP_FLAGS, 0x01, 0, "ip4:06 tcp:01"),
        BAD(TCP_FLAGS, 0x20, 0, "ip4:06 tcp:20"),
        BAD(TCP_FLAGS, 0x03, 0, "ip4:06 tcp:03"),
        BAD(TCP_FLAGS, 0x06, 0, "ip4:06 tcp:06"),
        BAD(TCP_FLAGS, 0x05, 0, "ip4:06 tcp:05"),
        BAD(TCP_FLAGS, 0x13, 0, "ip4:06 tcp:13"),
        BAD(TCP_FLAGS, 0x32, 0, "ip4:06 tcp:32"),
        BAD(TCP_FLAGS, 0x24, 0, "ip4:06 tcp:24"),
        BAD(TCP_FLAGS, 0x34, 0, "ip4:06 tcp:34"),
        BAD(TCP_FLAGS, 0xff, 0, "ip6:06 tcp:ff"),
        BAD(L4_TRUNCATED, 19, 20, "ip4:06 *19"),
        BAD(L4_TRUNCATED, 0, 20, "ip4:06"),
        BAD(L4_TRUNCATED, 19, 20, "ip4:06 tcp:02 cut:39"),
        TCP(SYN, "ip4:06 tcp:02 *20 cut:40 @36=dead"), /* the sum needs what is missing */
        BAD(TCP_OFFSET, 16, 20, "ip4:06 tcp:02 !32=40"),
        BAD(TCP_OFFSET, 0, 20, "ip4:06 tcp:02 !32=00"),
        BAD(TCP_OFFSET, 24, 20, "ip4:06 tcp:02 !32=60"),
        BAD(TCP_OFFSET, 60, 59, "ip6:06 tcp:02 *39 !52=f0"),
        TCP(SYN, "ip4:06 tcp:02 *40 !32=f0"),
        BAD(L4_CHECKSUM, 0xdead, 0x9028, "ip4:06 tcp:02 @36=dead"),
        BAD(L4_CHECKSUM, 0x0000, 0x9028, "ip4:06 tcp:02 @36=0000"),
        PLAIN(6, 0, 65535, TCP_EV_SYN, "ip4:06 tcp:02 !20=0000 !22=ffff"),
};

static const struct row udp_rows[] = {
        PLAIN(17, 1000, 2000, 1, "ip4:11 udp"),
        PLAIN(17, 1000, 2000, 1, "ip4:11 udp 01020304"),
        PLAIN(17, 1000, 2000, 1, "ip6:11 udp 0102030405"),
        PLAIN(17, 1000, 2000, 1, "ip4:11 udp *3 @26=0000"), /* no checksum */
        PLAIN(17, 1000, 2000, 1, "ip6:11 udp *3 @46=0000"), /* Linux takes it on IPv6 too */
        PLAIN(17, 1000, 2000, 1, "ip4:11 udp *4 @24=0008 @26=e023"), /* shorter than the payload */
        BAD(L4_TRUNCATED, 7, 8, "ip4:11 *7"),
        BAD(L4_TRUNCATED, 3, 4, "ip4:11 udp cut:23"),
        PLAIN(17, 1000, 2000, 1, "ip4:11 udp *4 cut:24"),
        PLAIN(17, 1000, 2000, 1, "ip4:11 udp *4 cut:28 @26=dead"),
        BAD(UDP_LENGTH, 7, 8, "ip4:11 udp !24=0007"),
        BAD(UDP_LENGTH, 0, 8, "ip4:11 udp !24=0000"),
        BAD(UDP_LENGTH, 9, 8, "ip4:11 udp !24=0009"),
        BAD(L4_CHECKSUM, 0xdead, 0xe023, "ip4:11 udp @26=dead"),

        PLAIN(136, 1000, 2000, 1, "ip4:88 udplite *8"),
        PLAIN(136, 1000, 2000, 1, "ip6:88 udplite *8"),
        PLAIN(136, 1000, 2000, 1, "ip4:88 udplite 0102030405060708 !24=0008"),
        PLAIN(136, 1000, 2000, 1, "ip4:88 udplite 0102030405060708 !24=0008 @32=ffff"),
        PLAIN(136, 1000, 2000, 1, "ip4:88 udplite *8 !24=0010"),
        BAD(UDPLITE_COVERAGE, 7, 16, "ip4:88 udplite *8 !24=0007"),
        BAD(UDPLITE_COVERAGE, 1, 16, "ip4:88 udplite *8 !24=0001"),
        BAD(UDPLITE_COVERAGE, 17, 16, "ip4:88 udplite *8 !24=0011"),
        BAD(UDPLITE_CHECKSUM_ZERO, 0, 0, "ip4:88 udplite *8 @26=0000"),
        BAD(L4_CHECKSUM, 0xdead, 0xdfac, "ip4:88 udplite *8 @26=dead"),
        BAD(L4_TRUNCATED, 7, 8, "ip4:88 *7"),
        BAD(L4_TRUNCATED, 2, 4, "ip4:88 udplite cut:22"),
        PLAIN(136, 1000, 2000, 1, "ip4:88 udplite *8 cut:26"),
};

static const struct row other_rows[] = {
        PLAIN(132, 1000, 2000, 1, "ip4:84 sctp 01000014 *16"),
        PLAIN(132, 1000, 2000, 1, "ip6:84 sctp 01000014 *16"),
        PLAIN(132, 1000, 2000, 1, "ip4:84 sctp"),
        PLAIN(132, 1000, 2000, 1, "ip4:84 sctp 01000014 *16 cut:32 @28=deadbeef"),
        BAD(L4_TRUNCATED, 11, 12, "ip4:84 *11"),
        BAD(L4_TRUNCATED, 11, 12, "ip4:84 sctp cut:31"),
        BAD(L4_CHECKSUM, 0xdeadbeef, 0xcc73c482, "ip4:84 sctp @28=deadbeef"),

        PLAIN(33, 1000, 2000, 1, "ip4:21 dccp:0"),
        PLAIN(33, 1000, 2000, 1, "ip6:21 dccp:1"),
        PLAIN(33, 1000, 2000, 1, "ip4:21 dccp:9"),
        PLAIN(33, 1000, 2000, 1, "ip4:21 dccp:2 !24=03 !28=04"),    /* Data, 24 bits, 12 bytes */
        PLAIN(33, 1000, 2000, 1, "ip4:21 dccp:2 *8 !25=01 @48=ff"), /* only the header is covered */
        BAD(L4_TRUNCATED, 11, 12, "ip4:21 *11"),
        BAD(L4_TRUNCATED, 27, 28, "ip4:21 dccp:1 cut:47"),
        BAD(DCCP_HEADER, 10, 0, "ip4:21 dccp:a"),
        BAD(DCCP_HEADER, 15, 0, "ip4:21 dccp:f"),
        BAD(DCCP_HEADER, 0, 0, "ip4:21 dccp:0 !28=00"), /* a Request has 48 bits */
        BAD(DCCP_HEADER, 1, 0, "ip4:21 dccp:1 !24=06"),
        BAD(DCCP_HEADER, 1, 0, "ip4:21 dccp:1 !24=08"),
        BAD(DCCP_HEADER, 1, 0, "ip4:21 dccp:1 !25=02"),
        BAD(L4_CHECKSUM, 0xdead, 0xd807, "ip4:21 dccp:0 @26=dead"),

        PLAIN(47, 0, 0, 1, "ip4:2f 00000800 *20"),
        PLAIN(47, 0, 0, 1, "ip4:2f 0000"),
        PLAIN(47, 0, 0x4567, 1, "ip4:2f 3001880b00100456 @26=4567 *16"),
        PLAIN(47, 0, 0x4567, 1, "ip6:2f 3001880b00104567 *16"),
        PLAIN(47, 0, 0, 1, "ip4:2f 3001880b"), /* too short for a call id */
        PLAIN(47, 0, 0, 1, "ip4:2f 00020800 *20"),
        BAD(GRE_PROTOCOL, 0x0800, 0, "ip4:2f 3001080000104567"),
        BAD(L4_TRUNCATED, 2, 4, "ip4:2f 00000800 *20 cut:22"),
        BAD(L4_TRUNCATED, 5, 8, "ip4:2f 3001880b00104567 cut:25"),

        OTHER(50, "ip4:32 *20"),
        OTHER(2, "ip4:02 *8"),
        OTHER(0, "ip4:00 *8"),
        OTHER(255, "ip4:ff"),
        /* the ICMP of the other version */
        BAD(ICMP_TYPE, 128, 0, "ip4:3a 8000 *6"),
        BAD(ICMP_TYPE, 8, 0, "ip6:01 0800 *6"),
        BAD(L4_TRUNCATED, 1, 2, "ip6:01 08"),
        OTHER(112, "ip6:70 *8"),
};

#define QUERY(proto, type_code, opens, packet) PLAIN(proto, 0x1234, type_code, opens, packet)

static const struct row icmp_rows[] = {
        QUERY(1, 0x0800, 1, "ip4:01 icmp:0800 *56"),
        QUERY(1, 0x0000, 0, "ip4:01 icmp:0000 *56"),
        QUERY(1, 0x0801, 1, "ip4:01 icmp:0801"),
        QUERY(1, 0x0d00, 1, "ip4:01 icmp:0d00 *12"),
        QUERY(1, 0x0e00, 0, "ip4:01 icmp:0e00 *12"),
        QUERY(1, 0x0f00, 1, "ip4:01 icmp:0f00"),
        QUERY(1, 0x1000, 0, "ip4:01 icmp:1000"),
        QUERY(1, 0x1100, 1, "ip4:01 icmp:1100 *4"),
        QUERY(1, 0x1200, 0, "ip4:01 icmp:1200 *4"),
        BAD(ICMP_TYPE, 1, 0, "ip4:01 icmp:0100"),
        BAD(ICMP_TYPE, 9, 16, "ip4:01 icmp:0910"),
        BAD(ICMP_TYPE, 10, 0, "ip4:01 icmp:0a00"),
        BAD(ICMP_TYPE, 19, 0, "ip4:01 icmp:1300"),
        BAD(ICMP_TYPE, 255, 255, "ip4:01 icmp:ffff"),
        BAD(L4_TRUNCATED, 7, 8, "ip4:01 *7"),
        BAD(L4_TRUNCATED, 7, 8, "ip4:01 icmp:0800 *9 cut:27"),
        BAD(L4_CHECKSUM, 0xdead, 0xe5cb, "ip4:01 icmp:0800 @22=dead"),

        QUERY(58, 0x8000, 1, "ip6:3a icmp6:8000 *56"),
        QUERY(58, 0x8100, 0, "ip6:3a icmp6:8100 *56"),
        QUERY(58, 0x8b00, 1, "ip6:3a icmp6:8b00"),
        QUERY(58, 0x8c00, 0, "ip6:3a icmp6:8c00"),
        UNTRACKED("ip6:3a icmp6:8200 *16"),
        UNTRACKED("ip6:3a icmp6:8500"),
        UNTRACKED("ip6:3a icmp6:8700 *16"),
        UNTRACKED("ip6:3a icmp6:8800 *16"),
        UNTRACKED("ip6:00 3a00050200000000 icmp6:8f00"),
        BAD(ICMP_TYPE, 138, 0, "ip6:3a icmp6:8a00"),
        BAD(ICMP_TYPE, 141, 0, "ip6:3a icmp6:8d00"),
        BAD(ICMP_TYPE, 142, 3, "ip6:3a icmp6:8e03"),
        BAD(ICMP_TYPE, 144, 0, "ip6:3a icmp6:9000"),
        BAD(ICMP_TYPE, 255, 0, "ip6:3a icmp6:ff00"),
        BAD(L4_TRUNCATED, 4, 8, "ip6:3a 80000000"),
        BAD(L4_CHECKSUM, 0xdead, 0x0b14, "ip6:3a icmp6:8700 @42=dead"),
};

static const struct row error_rows[] = {
        ERROR(17, 53, 4000, "ip4:01 icmp:0303 q4:11 0fa00035"),
        ERROR(6, 53, 4000, "ip4:01 icmp:0300 q4:06 0fa00035"),
        ERROR(6, 53, 4000, "ip4:01 icmp:0400 q4:06 0fa00035 *4"),
        ERROR(6, 53, 4000, "ip4:01 icmp:0500 q4:06 0fa00035 *4"),
        ERROR(6, 53, 4000, "ip4:01 icmp:0b00 q4:06 0fa00035 *16"),
        ERROR(6, 53, 4000, "ip4:01 icmp:0c00 q4:06 0fa00035 *4"),
        ERROR(6, 53, 4000, "ip4:01 icmp:0300 q4:06 *40 0fa00035 !28=4f"),
        ERROR(136, 53, 4000, "ip4:01 icmp:0303 q4:88 0fa00035"),
        ERROR(132, 53, 4000, "ip4:01 icmp:0302 q4:84 0fa00035"),
        ERROR(33, 53, 4000, "ip4:01 icmp:0302 q4:21 0fa00035"),
        ERROR(47, 0, 0, "ip4:01 icmp:0302 q4:2f 00000800"),
        ERROR(47, 0x4567, 0, "ip4:01 icmp:0302 q4:2f 3001880b00104567"),
        ERROR(50, 0, 0, "ip4:01 icmp:0302 q4:32"),
        ERROR(1, 0x77, 0x0000, "ip4:01 icmp:0301 q4:01 0800000000770001"),
        ERROR(1, 0x77, 0x0800, "ip4:01 icmp:0301 q4:01 0000000000770001"),
        ERROR(1, 0x77, 0x0e00, "ip4:01 icmp:0301 q4:01 0d00000000770001"),
        ERROR(6, 53, 4000, "ip4:01 icmp:0304 q4:06 0fa00035 *4 !34=2000"), /* a first fragment */
        BAD(ICMP_QUOTE, 3, 0, "ip4:01 icmp:0300"),
        BAD(ICMP_QUOTE, 3, 0, "ip4:01 icmp:0300 q4:06"),
        BAD(ICMP_QUOTE, 11, 0, "ip4:01 icmp:0b00 q4:06 0fa000"),
        BAD(ICMP_QUOTE, 3, 0, "ip4:01 icmp:0300 450000 *16"),
        BAD(ICMP_QUOTE, 3, 0, "ip4:01 icmp:0300 q4:11 0fa00035 !28=65"),
        BAD(ICMP_QUOTE, 3, 0, "ip4:01 icmp:0300 q4:11 0fa00035 !28=44"),
        BAD(ICMP_QUOTE, 3, 0, "ip4:01 icmp:0300 q4:11 0fa00035 !28=4f"),
        BAD(ICMP_QUOTE, 3, 0, "ip4:01 icmp:0300 q4:11 0fa00035 !34=0001"), /* a later fragment */
        BAD(ICMP_QUOTE, 3, 0, "ip4:01 icmp:0300 q4:01 08000000007700"),
        BAD(ICMP_QUOTE, 3, 0, "ip4:01 icmp:0300 q4:01 0300000000770001"), /* an error about one */
        BAD(ICMP_QUOTE, 3, 0, "ip4:01 icmp:0302 q4:2f 3001080000104567"),
        BAD(ICMP_QUOTE, 3, 0, "ip4:01 icmp:0300 q4:06 0fa00035 cut:51"),
        BAD(ICMP_MISDIRECTED, 3, 0, "ip4:01 icmp:0300 q4:11 0fa00035 !43=03"),
        BAD(ICMP_MISDIRECTED, 11, 0, "ip4:01 icmp:0b00 q4:11 0fa00035 !19=03"),

        ERROR(17, 53, 4000, "ip6:3a icmp6:0104 q6:11 0fa00035"),
        ERROR(6, 53, 4000, "ip6:3a icmp6:0200 q6:06 0fa00035 *16"),
        ERROR(6, 53, 4000, "ip6:3a icmp6:0300 q6:06 0fa00035"),
        ERROR(6, 53, 4000, "ip6:3a icmp6:7f00 q6:06 0fa00035"),
        ERROR(6, 53, 4000, "ip6:3a icmp6:0400 q6:00 0600 *6 0fa00035"),
        ERROR(6, 53, 4000, "ip6:3a icmp6:0300 q6:2c 0600000100000007 0fa00035"),
        ERROR(58, 0x77, 0x8100, "ip6:3a icmp6:0300 q6:3a 8000000000770001"),
        BAD(ICMP_QUOTE, 1, 0, "ip6:3a icmp6:0104 q6:11 0fa000"),
        BAD(ICMP_QUOTE, 1, 0, "ip6:3a icmp6:0104"),
        BAD(ICMP_QUOTE, 1, 0, "ip6:3a icmp6:0104 *39"),
        BAD(ICMP_QUOTE, 1, 0, "ip6:3a icmp6:0104 q4:11 0fa00035 *40"),
        BAD(ICMP_QUOTE, 1, 0, "ip6:3a icmp6:0104 q6:3b"),
        BAD(ICMP_QUOTE, 1, 0, "ip6:3a icmp6:0104 q6:00 0601 *6"),
        BAD(ICMP_QUOTE, 3, 0, "ip6:3a icmp6:0300 q6:2c 0600000900000007 0fa00035"),
        BAD(ICMP_QUOTE, 1, 0, "ip6:3a icmp6:0100 q6:3a 0100000000770001"),
        BAD(ICMP_QUOTE, 1, 0, "ip6:3a icmp6:0100 q6:3a 8700000000770001"),
        BAD(ICMP_MISDIRECTED, 1, 0, "ip6:3a icmp6:0104 q6:11 0fa00035 !71=03"),

        ERROR(6, 53, 4000, "ip6:3a icmp6:8900 *32 0407 *6 q6:06 0fa00035 *4 !7=ff !8=fe80"),
        ERROR(6, 53, 4000, "ip6:3a icmp6:8900 *32 0201 *6 0407 *6 q6:06 0fa00035 *4 !7=ff !8=fe80"),
        BAD(ICMP_HOP_LIMIT, 64, 0, "ip6:3a icmp6:8900 *32 0407 *6 q6:06 0fa00035 *4"),
        BAD(ICMP_QUOTE, 137, 0, "ip6:3a icmp6:8900 *32 !7=ff !8=fe80"),
        BAD(ICMP_QUOTE, 137, 0, "ip6:3a icmp6:8900 !7=ff !8=fe80"),
        BAD(ICMP_QUOTE, 137, 0, "ip6:3a icmp6:8900 *32 0201 *6 !7=ff !8=fe80"),
        BAD(ICMP_QUOTE, 137, 0, "ip6:3a icmp6:8900 *32 0200 *6 !7=ff !8=fe80"),
        BAD(ICMP_QUOTE, 137, 0, "ip6:3a icmp6:8900 *32 0408 *6 q6:06 0fa00035 *4 !7=ff !8=fe80"),
        BAD(ICMP_QUOTE, 137, 0, "ip6:3a icmp6:8900 *32 0401 *6 q6:06 0fa00035 *4 !7=ff !8=fe80"),
};

static void parse(struct packet *p, struct weir_packet *io, const struct assembled *a, bool verify)
{
	const struct packet_checks checks = {.checksum = verify};

	memset(io, 0, sizeof *io);
	memset(p, 0xa5, sizeof *p);
	io->data = a->data;
	io->caplen = a->caplen;
	io->len = a->len;
	p->io = io;
	packet_parse(p, &checks);
}

static void check_row(const struct row *row)
{
	struct assembled a = assemble(row->packet);
	struct weir_packet io;
	struct packet p;
	bool good;

	parse(&p, &io, &a, true);
	good = p.kind == row->kind && io.reason == row->reason && io.detail[0] == row->detail[0] &&
	       io.detail[1] == row->detail[1];
	if (good && p.kind == PACKET_MALFORMED)
		good = p.drop == row->drop;
	if (good && (p.kind == PACKET_PLAIN || p.kind == PACKET_ICMP_ERROR))
		good = p.tuple.proto == row->proto && p.tuple.src_port == row->src_port &&
		       p.tuple.dst_port == row->dst_port &&
		       p.tuple.family == (a.data[0] >> 4 == 4 ? WEIR_IPV4 : WEIR_IPV6);
	if (good && p.kind == PACKET_PLAIN)
		good = (row->proto == PROTO_TCP ? p.tcp_event : p.opens) == row->extra;
	if (!good)
		fail_msg("%s: kind %u drop %u reason %u (%u, %u) tuple %u %u>%u event %u opens %u",
		         row->packet, p.kind, p.drop, io.reason, io.detail[0], io.detail[1],
		         p.tuple.proto, p.tuple.src_port, p.tuple.dst_port, p.tcp_event, p.opens);
	free(a.data);
}

#define TABLE(name)                                                                                \
	static void test_##name(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		for (size_t i = 0; i < sizeof name##_rows / sizeof name##_rows[0]; i++)            \
			check_row(&name##_rows[i]);                                                \
	}

TABLE(ip)
TABLE(chain)
TABLE(tcp)
TABLE(udp)
TABLE(other)
TABLE(icmp)
TABLE(error)

/* Every packet of every table, cut at every length: it stays within its bytes, and a capture
 * that ends early never makes the packet one that is dropped, unless it is IP itself that is cut.
 */
static void cut_everywhere(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct assembled whole = assemble(rows[i].packet), part;
		struct weir_packet io;
		struct packet p;

		for (uint32_t n = 0; n < whole.caplen; n++) {
			part.caplen = n;
			part.len = whole.len;
			part.data = malloc(n ? n : 1);
			assert_non_null(part.data);
			memcpy(part.data, whole.data, n);
			parse(&p, &io, &part, true);
			assert_true(p.kind <= PACKET_MALFORMED);
			if (rows[i].kind != PACKET_MALFORMED && p.kind == PACKET_MALFORMED &&
			    p.drop)
				assert_int_equal(io.reason, WEIR_R_IP_TRUNCATED);
			free(part.data);
		}
		free(whole.data);
	}
}

static void test_cut_everywhere(void **state)
{
	(void)state;
#define CUT(name) cut_everywhere(name##_rows, sizeof name##_rows / sizeof name##_rows[0])
	CUT(ip);
	CUT(chain);
	CUT(tcp);
	CUT(udp);
	CUT(other);
	CUT(icmp);
	CUT(error);
#undef CUT
}

static void test_lengths(void **state)
{
	struct assembled a = assemble("ip4:06 01010100 tcp:10 *100 pad:6 !0=46 cut:60");
	struct weir_packet io;
	struct packet p;

	(void)state;
	parse(&p, &io, &a, true);
	assert_int_equal(p.kind, PACKET_PLAIN);
	assert_ptr_equal(p.l3, a.data);
	assert_ptr_equal(p.l4, a.data + 24);
	assert_int_equal(p.len, 144);
	assert_int_equal(p.l4_len, 120);
	assert_int_equal(p.l4_cap, 36);
	assert_int_equal(p.tcp_flags, TCP_ACK);
	free(a.data);
	a = assemble("ip6:00 1100010400000000 udp 0102 pad:3");
	parse(&p, &io, &a, true);
	assert_ptr_equal(p.l4, a.data + 48);
	assert_int_equal(p.len, 58);
	assert_int_equal(p.l4_len, 10);
	assert_int_equal(p.l4_cap, 10);
	free(a.data);
}

static void test_addresses(void **state)
{
	static const uint8_t src[4] = {10, 0, 0, 1}, dst[4] = {10, 0, 0, 2};
	struct assembled a = assemble("ip4:06 tcp:02");
	struct weir_packet io;
	struct packet p;

	(void)state;
	parse(&p, &io, &a, true);
	assert_memory_equal(&p.tuple.src.v4, src, 4);
	assert_memory_equal(&p.tuple.dst.v4, dst, 4);
	assert_int_equal(p.tuple.src.u64[1], 0);
	assert_int_equal(p.tuple.dst.u64[1], 0);
	free(a.data);
	a = assemble("ip6:06 tcp:02");
	parse(&p, &io, &a, true);
	assert_memory_equal(&p.tuple.src, a.data + 8, 16);
	assert_memory_equal(&p.tuple.dst, a.data + 24, 16);
	free(a.data);
	/* An error has the addresses of the answer to what it quotes. */
	a = assemble("ip4:01 icmp:0303 q4:11 0fa00035");
	parse(&p, &io, &a, true);
	assert_memory_equal(&p.tuple.src.v4, a.data + 28 + 16, 4);
	assert_memory_equal(&p.tuple.dst.v4, a.data + 28 + 12, 4);
	free(a.data);
}

/* Checksums are looked at unless the caller or the port says otherwise. */
static void test_checksum_switch(void **state)
{
	static const struct {
		const char *line;
		uint32_t at, size; /* of the checksum */
	} rows[] = {
	        {"ip4:06 tcp:02 *9", 36, 2},    {"ip6:06 tcp:02 *9", 56, 2},
	        {"ip4:11 udp *5", 26, 2},       {"ip6:11 udp *5", 46, 2},
	        {"ip4:88 udplite *8", 26, 2},   {"ip4:88 udplite *8 !24=0009", 26, 2},
	        {"ip4:84 sctp *8", 28, 4},      {"ip4:21 dccp:0", 26, 2},
	        {"ip4:01 icmp:0800 *3", 22, 2}, {"ip6:3a icmp6:8000 *3", 42, 2},
	};
	const struct packet_checks on = {.checksum = true};
	struct weir_packet io;
	struct packet p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct assembled a = assemble(rows[i].line);
		uint8_t *field = a.data + rows[i].at;
		uint32_t right = 0, wrong = 0;

		parse(&p, &io, &a, true);
		assert_int_equal(p.kind, PACKET_PLAIN);
		for (uint32_t n = 0; n < rows[i].size; n++) {
			right = right << 8 | field[n];
			field[n] ^= 0x5a;
			wrong = wrong << 8 | field[n];
		}
		parse(&p, &io, &a, true);
		assert_int_equal(p.kind, PACKET_MALFORMED);
		assert_int_equal(p.drop, 0);
		assert_int_equal(io.reason, WEIR_R_L4_CHECKSUM);
		assert_int_equal(io.detail[0], wrong);
		assert_int_equal(io.detail[1], right);
		parse(&p, &io, &a, false);
		assert_int_equal(p.kind, PACKET_PLAIN);
		assert_int_equal(io.reason, WEIR_R_NONE);
		io.flags = WEIR_PKT_CHECKSUM_OK;
		packet_parse(&p, &on);
		assert_int_equal(p.kind, PACKET_PLAIN);
		free(a.data);
	}
}

/* The transport checksum covers the final destination of a Routing header and the home
 * address of a mobile node, not what the IPv6 header has for the moment. */
static void test_final_address(void **state)
{
#define FIVE "20010db8000000000000000000000005"
#define SIX "20010db8000000000000000000000006"
	static const struct {
		const char *plain, *packet; /* one that has that address, and the one to check */
		uint32_t off;               /* where TCP begins in it */
	} rows[] = {
	        {"ip6:06 tcp:02 !39=05", "ip6:2b 0602000100000000 " FIVE " tcp:02", 64},
	        {"ip6:06 tcp:02 !39=05", "ip6:2b 0604000100000000 " SIX " " FIVE " tcp:02", 80},
	        {"ip6:06 tcp:02 !39=05", "ip6:2b 0602020100000000 " FIVE " tcp:02", 64},
	        {"ip6:06 tcp:02 !39=05", "ip6:2b 0604040100000000 " FIVE " " SIX " tcp:02", 80},
	        {"ip6:06 tcp:02", "ip6:2b 0602000000000000 " FIVE " tcp:02", 64},
	        {"ip6:06 tcp:02 !23=05", "ip6:3c 060201020000c910 " FIVE " tcp:02", 64},
	        {"ip6:06 tcp:02 !23=05", "ip6:3c 0602c910 " FIVE " 01020000 tcp:02", 64},
	};
	struct weir_packet io;
	struct packet p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct assembled plain = assemble(rows[i].plain), a = assemble(rows[i].packet);

		memcpy(a.data + rows[i].off + 16, plain.data + 40 + 16, 2);
		parse(&p, &io, &a, true);
		if (p.kind != PACKET_PLAIN)
			fail_msg("%s: reason %u", rows[i].packet, io.reason);
		a.data[rows[i].off + 16] ^= 1;
		parse(&p, &io, &a, true);
		assert_int_equal(io.reason, WEIR_R_L4_CHECKSUM);
		free(plain.data);
		free(a.data);
	}
#undef FIVE
#undef SIX
}

static void test_gre(void **state)
{
	static const struct {
		const char *packet;
		uint8_t version;
		uint16_t protocol;
		uint32_t key;
	} rows[] = {
	        {"ip4:2f 00000800 *20", 0, 0x0800, 0},
	        {"ip4:2f 2000655800112233 *20", 0, 0x6558, 0x00112233},
	        {"ip4:2f a00065580000000000112233 *20", 0, 0x6558, 0x00112233},
	        {"ip4:2f 600065580000000000112233 *20", 0, 0x6558, 0x00112233},
	        {"ip4:2f 200065580011", 0, 0x6558, 0},
	        {"ip4:2f 3001880b00104567", 1, 0x880b, 0x4567},
	        {"ip4:2f 00", 0, 0, 0},
	        {"ip4:2f 2003655800112233", 3, 0x6558, 0},
	};
	struct weir_packet io;
	struct packet p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct assembled a = assemble(rows[i].packet);

		parse(&p, &io, &a, true);
		assert_int_equal(p.kind, PACKET_PLAIN);
		assert_int_equal(p.gre_version, rows[i].version);
		assert_int_equal(p.gre_protocol, rows[i].protocol);
		assert_int_equal(p.gre_key, rows[i].key);
		free(a.data);
	}
}

static void test_fragments(void **state)
{
	static const struct {
		const char *packet;
		uint16_t offset, l4_off, hdr_off, nh_off;
		uint8_t more, proto;
	} rows[] = {
	        {"ip4:11 udp *16 !6=2000", 0, 20, 0, 0, 1, 17},
	        {"ip4:11 *16 !6=0001", 8, 20, 0, 0, 0, 17},
	        {"ip4:11 *4 *16 !0=46 !6=3fff", 65528, 24, 0, 0, 1, 17},
	        {"ip4:11 *16 !6=6001", 8, 20, 0, 0, 1, 17},
	        {"ip6:2c 1100000100000007 udp", 0, 48, 40, 6, 1, 17},
	        {"ip6:2c 1100000000000007 udp", 0, 48, 40, 6, 0, 17},
	        {"ip6:00 2c00 *6 1100000800000007 *8", 8, 56, 48, 40, 0, 17},
	        {"ip6:2c 1100fff900000007 *8", 65528, 48, 40, 6, 1, 17},
	        {"ip6:00 3c00 *6 2c00 *6 0600001600000007 *8", 16, 64, 56, 48, 0, 6},
	};
	struct weir_packet io;
	struct packet p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct assembled a = assemble(rows[i].packet);
		bool ip4 = a.data[0] >> 4 == 4;

		parse(&p, &io, &a, true);
		assert_int_equal(p.kind, PACKET_FRAGMENT);
		assert_int_equal(io.reason, WEIR_R_NONE);
		assert_int_equal(p.frag_offset, rows[i].offset);
		assert_int_equal(p.frag_l4_off, rows[i].l4_off);
		assert_int_equal(p.frag_more, rows[i].more);
		assert_int_equal(p.frag_proto, rows[i].proto);
		assert_ptr_equal(p.l4, a.data + rows[i].l4_off);
		assert_int_equal(p.l4_len, a.len - rows[i].l4_off);
		assert_memory_equal(&p.frag_id, ip4 ? a.data + 4 : a.data + rows[i].hdr_off + 4,
		                    ip4 ? 2 : 4);
		if (!ip4) {
			assert_int_equal(p.frag_hdr_off, rows[i].hdr_off);
			assert_int_equal(p.frag_nh_off, rows[i].nh_off);
		}
		free(a.data);
	}
}

static void test_invert(void **state)
{
	static const struct {
		uint8_t family, proto;
		uint16_t src, dst, inverse_src, inverse_dst;
		bool good;
	} rows[] = {
	        {WEIR_IPV4, 6, 1, 2, 2, 1, true},
	        {WEIR_IPV6, 17, 1, 2, 2, 1, true},
	        {WEIR_IPV4, 47, 0, 7, 7, 0, true},
	        {WEIR_IPV4, 50, 0, 0, 0, 0, true},
	        {WEIR_IPV4, 1, 9, 0x0803, 9, 0x0003, true},
	        {WEIR_IPV4, 1, 9, 0x0000, 9, 0x0800, true},
	        {WEIR_IPV4, 1, 9, 0x0d00, 9, 0x0e00, true},
	        {WEIR_IPV4, 1, 9, 0x1000, 9, 0x0f00, true},
	        {WEIR_IPV4, 1, 9, 0x1100, 9, 0x1200, true},
	        {WEIR_IPV4, 1, 9, 0x0300, 0, 0, false},
	        {WEIR_IPV4, 1, 9, 0x0900, 0, 0, false},
	        {WEIR_IPV4, 1, 9, 0xff00, 0, 0, false},
	        {WEIR_IPV6, 1, 0, 0, 0, 0, true},
	        {WEIR_IPV4, 58, 0, 0, 0, 0, true},
	        {WEIR_IPV6, 58, 9, 0x8000, 9, 0x8100, true},
	        {WEIR_IPV6, 58, 9, 0x8c01, 9, 0x8b01, true},
	        {WEIR_IPV6, 58, 9, 0x0100, 0, 0, false},
	        {WEIR_IPV6, 58, 9, 0x8700, 0, 0, false},
	        {WEIR_IPV6, 58, 9, 0x8900, 0, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tuple t = {.family = rows[i].family,
		                  .proto = rows[i].proto,
		                  .src_port = rows[i].src,
		                  .dst_port = rows[i].dst};
		struct tuple inverse, back;

		t.src.v4 = 1;
		t.dst.v4 = 2;
		assert_int_equal(tuple_invert(&t, &inverse), rows[i].good);
		if (!rows[i].good)
			continue;
		assert_int_equal(inverse.src.v4, 2);
		assert_int_equal(inverse.dst.v4, 1);
		assert_int_equal(inverse.src_port, rows[i].inverse_src);
		assert_int_equal(inverse.dst_port, rows[i].inverse_dst);
		assert_true(tuple_invert(&inverse, &back));
		assert_true(tuple_equal(&t, &back));
		assert_false(tuple_equal(&t, &inverse));
	}
}

static void test_equal(void **state)
{
	struct tuple a = {.family = WEIR_IPV6, .proto = 6, .src_port = 1, .dst_port = 2}, b = a;

	(void)state;
	assert_true(tuple_equal(&a, &b));
	b.src_port = 3;
	assert_false(tuple_equal(&a, &b));
	b = a;
	b.proto = 17;
	assert_false(tuple_equal(&a, &b));
	for (unsigned i = 0; i < 16; i++) {
		b = a;
		b.src.v6[i] = 1;
		assert_false(tuple_equal(&a, &b));
		b = a;
		b.dst.v6[i] = 1;
		assert_false(tuple_equal(&a, &b));
	}
	b = a;
	b.family = WEIR_IPV4;
	assert_false(tuple_equal(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_ip),
	        cmocka_unit_test(test_chain),
	        cmocka_unit_test(test_tcp),
	        cmocka_unit_test(test_udp),
	        cmocka_unit_test(test_other),
	        cmocka_unit_test(test_icmp),
	        cmocka_unit_test(test_error),
	        cmocka_unit_test(test_cut_everywhere),
	        cmocka_unit_test(test_lengths),
	        cmocka_unit_test(test_addresses),
	        cmocka_unit_test(test_checksum_switch),
	        cmocka_unit_test(test_final_address),
	        cmocka_unit_test(test_gre),
	        cmocka_unit_test(test_fragments),
	        cmocka_unit_test(test_invert),
	        cmocka_unit_test(test_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

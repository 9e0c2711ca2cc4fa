/* SPDX-License-Identifier: Apache-2.0 */
/*
 * embed.c - libweir in a program of your own: packets made in memory go in, the
 * connection table comes out. It is C11 and C++ alike.
 *
 *	cc embed.c $(pkg-config --cflags --libs libweir) -o embed
 */
#include <stdio.h>
#include <string.h>
#include <weir/weir.h>

enum { TCP = 6, UDP = 17, SYN = 0x02, ACK = 0x10 };

/* Writes an IPv4 packet between 10.0.0.1 (port 40000) and 10.0.0.2 and says how long it is. */
static uint32_t make(uint8_t *p, int protocol, int reply, uint16_t service, uint8_t flags)
{
	uint32_t len = protocol == TCP ? 40 : 28, sum = 0;
	uint16_t port[2] = {40000, service};

	memset(p, 0, len);
	p[0] = 0x45; /* version 4, five words */
	p[3] = (uint8_t)len;
	p[8] = 64; /* time to live */
	p[9] = (uint8_t)protocol;
	p[12] = p[16] = 10;
	p[15] = reply ? 2 : 1;
	p[19] = reply ? 1 : 2;
	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	sum = ~(sum + (sum >> 16));
	p[10] = (uint8_t)(sum >> 8);
	p[11] = (uint8_t)sum;
	for (int i = 0; i < 2; i++) {
		p[20 + 2 * i] = (uint8_t)(port[i ^ reply] >> 8);
		p[21 + 2 * i] = (uint8_t)port[i ^ reply];
	}
	if (protocol == UDP) {
		p[25] = 8; /* length of the datagram; no checksum */
		return len;
	}
	p[27] = flags & SYN ? 0 : 1; /* each side begins with sequence number 0 */
	p[31] = flags & ACK ? 1 : 0;
	p[32] = 0x50; /* five words */
	p[33] = flags;
	p[34] = 0x20; /* window: 8192 */
	return len;
}

int main(void)
{
	uint8_t bytes[4][40];
	struct weir_packet packets[4];
	struct weir_conn conns[8];
	struct weir_config config;
	struct weir_engine *engine;
	uint64_t cursor = 0;
	size_t count;

	weir_config_init(&config);
	config.settings.checksum = 0; /* these packets carry none */
	if (weir_engine_create(&engine, &config) != WEIR_OK)
		return 1;

	memset(packets, 0, sizeof(packets));
	packets[0].caplen = make(bytes[0], TCP, 0, 80, SYN);
	packets[1].caplen = make(bytes[1], TCP, 1, 80, SYN | ACK);
	packets[2].caplen = make(bytes[2], TCP, 0, 80, ACK);
	packets[3].caplen = make(bytes[3], UDP, 0, 53, 0);
	for (int i = 0; i < 4; i++)
		packets[i].data = bytes[i];
	weir_process(weir_engine_worker(engine, 0), packets, 4, WEIR_SEC);
	for (int i = 0; i < 4; i++)
		printf("packet %d: %s\n", i, weir_state_text((enum weir_state)packets[i].state));

	count = weir_conn_list(weir_engine_worker(engine, 0), &cursor, WEIR_SEC, conns, 8);
	for (size_t i = 0; i < count; i++)
		printf("connection: protocol %d, port %d to %d, tcp-state %s, timeout %d s\n",
		       conns[i].protocol, conns[i].tuple[0].src_port, conns[i].tuple[0].dst_port,
		       weir_tcp_state_text((enum weir_tcp_state)conns[i].tcp_state),
		       (int)(conns[i].timeout / WEIR_SEC));
	weir_engine_destroy(engine);
	return count == 2 ? 0 : 1;
}

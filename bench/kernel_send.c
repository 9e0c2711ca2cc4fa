/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_send.c - sends TCP packets of many flows into one end of a veth pair and says how
 * long that took, for bench/kernel.py.
 *
 * The other end lies in the router's namespace. The kernel handles a frame that enters a
 * veth pair in the sender's own context, so what is measured is sending and forwarding
 * together, on one processor.
 *
 *	kernel_send open|data FROM FROM-MAC TO TO-MAC FLOWS PACKETS
 *
 * open: a SYN of each flow (timed), then the SYN-ACK from the other side and the ACK. data:
 * PACKETS acknowledgements, flow after flow in a random order. Prints the nanoseconds a packet and
 * how many of them arrived at TO.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FRAME 60
#define BATCH 64
#define PORTS 50000

enum { SYN = 0x02, ACK = 0x10 };

struct side {
	int fd;
	uint8_t mac[6]; /* of the router's end */
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static struct side side_open(const char *name, const char *mac)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET};
	struct side s;
	int one = 1;

	if (sscanf(mac, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &s.mac[0], &s.mac[1], &s.mac[2], &s.mac[3],
		   &s.mac[4], &s.mac[5]) != 6)
		die(mac);
	s.fd = socket(AF_PACKET, SOCK_RAW, 0);
	at.sll_ifindex = (int)if_nametoindex(name);
	if (s.fd < 0 || !at.sll_ifindex || bind(s.fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    setsockopt(s.fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) != 0)
		die(name);
	return s;
}

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static unsigned fold(const uint8_t *p, int size, uint32_t sum)
{
	for (int i = 0; i < size; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* 10.1.0.2, a port for each flow, to 10.2.0.2, another port for every 50000 flows. */
static void make(uint8_t *f, const struct side *s, uint32_t flow, int answer, unsigned flags)
{
	uint8_t *ip = f + 14, *tcp = ip + 20;

	memset(f, 0, FRAME);
	memcpy(f, s->mac, 6);
	f[6] = 0x02;
	f[12] = 0x08;
	ip[0] = 0x45;
	put16(ip + 2, 40);
	ip[8] = 64;
	ip[9] = 6;
	ip[12] = ip[16] = 10;
	ip[13] = answer ? 2 : 1;
	ip[17] = answer ? 1 : 2;
	ip[15] = ip[19] = 2;
	put16(ip + 10, fold(ip, 20, 0));
	put16(tcp + (answer ? 2 : 0), 1024 + flow % PORTS);
	put16(tcp + (answer ? 0 : 2), 80 + flow / PORTS);
	tcp[7] = flags & SYN ? 0 : 1;
	tcp[11] = flags & ACK ? 1 : 0;
	tcp[12] = 0x50;
	tcp[13] = (uint8_t)flags;
	put16(tcp + 14, 0x2000);
	/* The pseudo header: addresses, protocol, length. */
	put16(tcp + 16, fold(ip + 12, 28, 6 + 20));
}

static uint64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* What the interface has received, from this namespace's /proc/net/dev. */
static uint64_t received(const char *name)
{
	FILE *file = fopen("/proc/self/net/dev", "r");
	unsigned long long bytes, packets = 0;
	char line[512];

	if (!file)
		die("/proc/self/net/dev");
	while (fgets(line, sizeof(line), file)) {
		char *colon = strchr(line, ':'), *start = line + strspn(line, " ");

		if (!colon)
			continue;
		*colon = 0;
		if (strcmp(start, name) == 0)
			sscanf(colon + 1, "%llu %llu", &bytes, &packets);
	}
	fclose(file);
	return packets;
}

/* Sends `count` packets; order NULL: flow 0 first. => nanoseconds without making them */
static uint64_t run(const struct side *s, const uint32_t *order, uint32_t flows, uint64_t count,
		    int answer, unsigned flags)
{
	static uint8_t frames[BATCH][FRAME];
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	uint64_t took = 0;

	memset(messages, 0, sizeof(messages));
	for (int i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){frames[i], FRAME};
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	for (uint64_t done = 0; done < count;) {
		unsigned n = count - done < BATCH ? (unsigned)(count - done) : BATCH;
		uint64_t start;

		for (unsigned i = 0; i < n; i++) {
			uint32_t flow = (uint32_t)((done + i) % flows);

			make(frames[i], s, order ? order[flow] : flow, answer, flags);
		}
		start = clock_ns();
		for (unsigned sent = 0; sent < n;) {
			int got = sendmmsg(s->fd, messages + sent, n - sent, 0);

			if (got <= 0)
				die("sendmmsg");
			sent += (unsigned)got;
		}
		took += clock_ns() - start;
		done += n;
	}
	return took;
}

static uint32_t *shuffled(uint32_t flows)
{
	uint32_t *order = calloc(flows, sizeof(*order));
	uint64_t random = 88172645463325252u;

	if (!order)
		die("memory");
	for (uint32_t i = 0; i < flows; i++) {
		uint32_t other;

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		other = (uint32_t)(random % (i + 1));
		order[i] = order[other];
		order[other] = i;
	}
	return order;
}

int main(int argc, char **argv)
{
	struct side from, to;
	uint64_t took, before, count;
	uint32_t flows;
	cpu_set_t cpus;
	int data;

	if (argc != 8) {
		fputs("usage: kernel_send open|data FROM FROM-MAC TO TO-MAC FLOWS PACKETS\n", stderr);
		return 2;
	}
	CPU_ZERO(&cpus);
	CPU_SET(sched_getcpu(), &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) != 0)
		die("sched_setaffinity");
	data = strcmp(argv[1], "data") == 0;
	from = side_open(argv[2], argv[3]);
	to = side_open(argv[4], argv[5]);
	flows = (uint32_t)strtoul(argv[6], NULL, 10);
	count = data ? strtoull(argv[7], NULL, 10) : flows;
	if (flows == 0 || flows > PORTS * 100)
		return 2;
	before = received(argv[4]);
	took = run(&from, data ? shuffled(flows) : NULL, flows, count, 0, data ? ACK : SYN);
	printf("%.1f %llu\n", (double)took / (double)count,
	       (unsigned long long)(received(argv[4]) - before));
	if (!data) {
		run(&to, NULL, flows, flows, 1, SYN | ACK);
		run(&from, NULL, flows, flows, 0, ACK);
	}
	return 0;
}

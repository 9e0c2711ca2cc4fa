/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle/passage.c - puts into words how a packet went. See passage.h.
 */
#include "passage.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

static unsigned get16(const uint8_t *at)
{
	return (unsigned)(at[0] << 8 | at[1]);
}

/* "198.51.100.1.40000>203.0.113.80.80". => where the transport header begins, 0: nowhere */
static uint32_t say_ends(const uint8_t *data, uint32_t len, bool ports, char *text, size_t size)
{
	bool six = data[0] >> 4 == 6;
	uint32_t at = six ? 40 : (data[0] & 15u) * 4;
	uint8_t protocol = data[six ? 6 : 9];
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];

	inet_ntop(six ? AF_INET6 : AF_INET, data + (six ? 8 : 12), src, sizeof(src));
	inet_ntop(six ? AF_INET6 : AF_INET, data + (six ? 24 : 16), dst, sizeof(dst));
	if (ports && (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP) && len >= at + 4)
		snprintf(text, size, "%s.%u>%s.%u", src, get16(data + at), dst,
			 get16(data + at + 2));
	else
		snprintf(text, size, "%s>%s", src, dst);
	return len >= at + 14 ? at : 0;
}

/* What left, and a sum over all its bytes, by which they are compared. */
static void say_out(struct passage_texts *texts, const uint8_t *data, uint32_t len)
{
	uint32_t sum = 2166136261u;
	size_t used;

	say_ends(data, len, false, texts->addresses, sizeof(texts->addresses));
	say_ends(data, len, true, texts->out, sizeof(texts->out));
	for (uint32_t i = 0; i < len; i++)
		sum = (sum ^ data[i]) * 16777619u;
	texts->len = len < sizeof(texts->bytes) ? len : sizeof(texts->bytes);
	memcpy(texts->bytes, data, texts->len);
	used = strlen(texts->out);
	snprintf(texts->out + used, sizeof(texts->out) - used, " bytes %08x", sum);
	texts->fragment = data[0] >> 4 == 4 ? (get16(data + 6) & 0x3fff) != 0 : data[6] == 44;
}

static void say_answer(struct passage_texts *texts, const uint8_t *data, uint32_t len)
{
	char ends[120];
	uint32_t at = say_ends(data, len, true, ends, sizeof(ends));
	uint8_t protocol = data[data[0] >> 4 == 6 ? 6 : 9];

	if (at && protocol == IPPROTO_TCP)
		snprintf(texts->answer, sizeof(texts->answer), "tcp flags 0x%02x %s", data[at + 13],
			 ends);
	else if (at)
		snprintf(texts->answer, sizeof(texts->answer), "icmp %u/%u %s", data[at],
			 data[at + 1], ends);
}

static void begin(struct passage_texts *texts)
{
	memset(texts, 0, sizeof(*texts));
	strcpy(texts->leaves, "nowhere");
	strcpy(texts->out, "none");
	strcpy(texts->answer, "none");
}

static void set_leaves(struct passage_texts *texts, const struct story_router *router,
		       uint16_t port)
{
	snprintf(texts->leaves, sizeof(texts->leaves), "%s", router_port_name(router, port));
}

void passage_of_weir(struct passage_texts *texts, const struct story_router *router,
		     const struct weir_packet *packet)
{
	begin(texts);
	if (packet->verdict == WEIR_ACCEPT)
		set_leaves(texts, router, packet->out_port);
	if (packet->out && packet->out_port != WEIR_PORT_HOST)
		say_out(texts, packet->out, packet->out_len);
	if (packet->answer)
		say_answer(texts, packet->answer, packet->answer_len);
}

void passage_of_kernel(struct passage_texts *texts, const struct story_router *router,
		       const struct kernel_result *result)
{
	begin(texts);
	if (result->delivered) {
		set_leaves(texts, router,
			   WEIR_PORT_HOST); /* what its stack says to it is its own */
	} else if (result->forwarded && result->out) {
		set_leaves(texts, router, result->out_port);
		say_out(texts, result->out, result->out_len);
	} else if (result->out) {
		say_answer(texts, result->out, result->out_len);
	}
}

/* Adds where the bytes of two packets part. */
static void say_parting(struct passage_texts *texts, const struct passage_texts *other)
{
	uint32_t at = 0;
	char shown[40] = "the end";
	size_t used = strlen(texts->out);

	while (at < texts->len && at < other->len && texts->bytes[at] == other->bytes[at])
		at++;
	if (at < texts->len)
		text_show(texts->bytes + at, texts->len - at, shown, sizeof(shown));
	snprintf(texts->out + used, sizeof(texts->out) - used, " from byte %u: %s", at, shown);
}

bool passage_is_open(const struct story_step *step)
{
	for (size_t i = 0; i < step->check_count; i++) {
		const struct story_check *check = &step->checks[i];

		if (check->from.last_port || check->to.last_port || check->from.name ||
		    check->to.name || (check->pending && check->pending->dst.name))
			return true;
		for (size_t p = 0; p < check->piece_count; p++)
			if (check->pieces[p].kind == PIECE_VALUE ||
			    check->pieces[p].kind == PIECE_BINARY)
				return true;
	}
	return false;
}

void passage_settle(struct passage_texts *weir, struct passage_texts *kernel,
		    const struct story_step *step)
{
	if (passage_is_open(step)) {
		strcpy(weir->out, weir->addresses);
		strcpy(kernel->out, kernel->addresses);
	} else if (kernel->fragment && !weir->fragment) {
		strcpy(weir->out, "put together");
		strcpy(kernel->out, "put together");
	} else if (strcmp(weir->out, kernel->out) != 0 && weir->len && kernel->len) {
		/* Header checksums tell nothing: they differ because something else does. */
		if (weir->bytes[0] >> 4 == 4 && kernel->bytes[0] >> 4 == 4)
			memcpy(weir->bytes + 10, kernel->bytes + 10, 2);
		say_parting(weir, kernel);
		say_parting(kernel, weir);
	}
}

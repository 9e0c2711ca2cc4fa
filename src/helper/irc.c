/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/irc.c - Internet Relay Chat (RFC 1459, 2812): DCC, by which a client offers another
 * one a connection to itself.
 *
 *	PRIVMSG friend :\001DCC SEND photo.jpg 3232235777 5000 31337\001
 *
 * The address is a decimal number. It must be the client's own or the one that the server sees, and
 * the other side is told the latter. Any peer may come to the port, since nobody knows its
 * address beforehand.
 *
 * What a browser, or another program that carries what strangers write, sends to this port is no
 * IRC. So nothing is expected unless
 *	- what the client says first is a command of IRC, and
 *	- the offer is the beginning of a PRIVMSG or NOTICE, at the beginning of a line; where
 *	  lines begin is known by their sequence numbers, not by where segments do.
 *
 * Threads: the worker's. Cost: a search for line ends; of lines that begin with neither command,
 * no more.
 */
#include "helper/helper.h"
#include "helper/view.h"

#define LIMIT 8u
#define SECONDS 300u
#define OFFERS_MAX 8u /* that are read in one packet */
#define STARTS 4u     /* sequence numbers that are remembered: the last may come again */
#define WORD_MAX 16u

enum kind { KIND_UNKNOWN, KIND_IRC, KIND_OTHER };

/* What is remembered. */
struct irc {
	uint8_t kind;        /* enum kind */
	uint8_t count, next; /* of start: in use, and the place that is used next */
	bool held;           /* an offer that was cut off was dropped once */
	uint32_t held_seq;
	uint32_t start[STARTS]; /* sequence numbers of segments that began with a line */
};

static_assert(sizeof(struct irc) <= HELPER_MEMORY, "fits what a helper may remember");

/* One offer in the payload. */
struct offer {
	uint32_t at, length; /* of "address port" */
	uint32_t addr;
	uint16_t port;
};

enum reading { READ_NOTHING, READ_OFFER, READ_CUT };

/* Where lines begin. */

static bool is_start(const struct irc *irc, uint32_t seq)
{
	for (unsigned i = 0; i < irc->count; i++)
		if (irc->start[i] == seq)
			return true;
	return false;
}

static void note_start(struct irc *irc, uint32_t seq)
{
	if (is_start(irc, seq))
		return;
	irc->start[irc->next] = seq;
	irc->next = (uint8_t)((irc->next + 1) % STARTS);
	if (irc->count < STARTS)
		irc->count++;
}

/* => the beginning of the next line, size: it is not in here */
static uint32_t next_line(const uint8_t *data, uint32_t size, uint32_t at)
{
	const uint8_t *end = at < size ? memchr(data + at, '\n', size - at) : NULL;

	return end ? (uint32_t)(end - data) + 1 : size;
}

/* Words. */

static uint8_t upper(uint8_t c)
{
	return c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c;
}

/* The word at the view, in capitals, without the blanks behind it. => false: none, too long, or
 * the view ends with it */
static bool take_word(struct view *v, char word[WORD_MAX])
{
	uint32_t n = 0;

	while (n < WORD_MAX - 1 && view_left(v) && v->data[v->at] > ' ')
		word[n++] = (char)upper(view_8(v));
	word[n] = '\0';
	if (!n || !view_left(v) || v->data[v->at] > ' ')
		return false;
	while (view_left(v) && v->data[v->at] == ' ')
		v->at++;
	return true;
}

/* What a client may say first: whatever registers it, and what it says later too, since a
 * connection may be older than the helper. No method of HTTP is among them. */
static bool is_command(const uint8_t *data, uint32_t size)
{
	static const char *const known[] = {
		"ADMIN",   "AUTHENTICATE", "AWAY",   "CAP",    "INFO",   "INVITE", "ISON",
		"JOIN",    "KICK",         "LIST",   "LUSERS", "MODE",   "MOTD",   "NAMES",
		"NICK",    "NOTICE",       "PART",   "PASS",   "PING",   "PONG",   "PRIVMSG",
		"QUIT",    "STATS",        "TAGMSG", "TIME",   "TOPIC",  "USER",   "USERHOST",
		"VERSION", "WEBIRC",       "WHO",    "WHOIS",  "WHOWAS",
	};
	struct view v = view_of(data, size);
	char word[WORD_MAX];

	if (!take_word(&v, word))
		return false;
	for (unsigned i = 0; i < ARRAY_COUNT(known); i++)
		if (!strcmp(word, known[i]))
			return true;
	return false;
}

/* A decimal number that something follows. => false: there is none, or it is above `most` */
static bool take_number(struct view *v, uint64_t most, uint64_t *number)
{
	uint32_t from = v->at;

	for (*number = 0; view_left(v) && v->data[v->at] >= '0' && v->data[v->at] <= '9'; v->at++) {
		*number = *number * 10 + (v->data[v->at] - '0');
		if (*number > most)
			return false;
	}
	return v->at > from && view_left(v);
}

/* Passes over what is offered: a word, or several between quotes. */
static bool pass_argument(struct view *v)
{
	bool quoted = view_left(v) && v->data[v->at] == '"';

	if (quoted)
		v->at++;
	while (view_left(v) && v->data[v->at] != (quoted ? '"' : ' '))
		v->at++;
	if (quoted)
		view_8(v);
	if (view_8(v) != ' ')
		return false;
	while (view_left(v) && v->data[v->at] == ' ')
		v->at++;
	return true;
}

/* Passes over "target :" and \001. */
static bool pass_target(struct view *v)
{
	while (view_left(v) && v->data[v->at] != ' ')
		v->at++;
	while (view_left(v) && v->data[v->at] == ' ')
		v->at++;
	if (view_left(v) && v->data[v->at] == ':')
		v->at++;
	return view_8(v) == 1;
}

static bool offers_connection(const char *word)
{
	return !strcmp(word, "SEND") || !strcmp(word, "CHAT") || !strcmp(word, "MOVE") ||
	       !strcmp(word, "TSEND") || !strcmp(word, "SCHAT");
}

/* Reads a line; `whole`: its end is there too. Whatever is read has something behind it, so no
 * number is taken for shorter than it is. */
static enum reading read_line(struct view v, bool whole, struct offer *offer)
{
	enum reading otherwise = whole ? READ_NOTHING : READ_CUT;
	uint64_t addr, port;
	char word[WORD_MAX];

	if (!take_word(&v, word) || (strcmp(word, "PRIVMSG") != 0 && strcmp(word, "NOTICE") != 0))
		return READ_NOTHING;
	if (!pass_target(&v) || !take_word(&v, word))
		return view_left(&v) ? READ_NOTHING : otherwise;
	if (strcmp(word, "DCC") != 0)
		return READ_NOTHING;
	if (!take_word(&v, word))
		return otherwise;
	if (!offers_connection(word))
		return READ_NOTHING;
	if (!pass_argument(&v))
		return otherwise;
	offer->at = v.at;
	if (!take_number(&v, UINT32_MAX, &addr))
		return view_left(&v) ? READ_NOTHING : otherwise;
	while (view_left(&v) && v.data[v.at] == ' ')
		v.at++;
	if (!take_number(&v, UINT16_MAX, &port))
		return view_left(&v) ? READ_NOTHING : otherwise;
	offer->length = v.at - offer->at;
	offer->addr = (uint32_t)addr;
	offer->port = (uint16_t)port;
	return READ_OFFER;
}

/* What comes of an offer. */

static uint32_t print_number(char *to, uint32_t number)
{
	char digits[10];
	uint32_t n = 0, length;

	do
		digits[n++] = (char)('0' + number % 10);
	while (number /= 10);
	for (length = 0; n; length++)
		to[length] = digits[--n];
	return length;
}

static enum helper_result make_offer(struct helper_call *call, uint32_t line,
				     const struct offer *offer)
{
	struct helper_want want = {
		.proto = PROTO_TCP,
		.class = EXPECT_DATA,
		.from_any = true,
		.port = offer->port,
		.ports = 1,
		.limit = LIMIT,
		.seconds = SECONDS,
	};
	char text[2 * 10 + 1];
	uint32_t length;

	if ((offer->addr != be32(helper_own(call)) && offer->addr != be32(helper_seen(call))) ||
	    !helper_expect(call, &want) || !call->translated)
		return HELPER_PASS;
	length = print_number(text, be32(helper_seen(call)));
	text[length++] = ' ';
	length += print_number(text + length, want.seen);
	if (!helper_replace(call, line + offer->at, offer->length, text, length))
		return helper_drop(call, WEIR_R_HELPER_ROOM, 0);
	return HELPER_PASS;
}

/* An offer whose address or port is not all there: dropped, its sender sends it again, with what
 * follows if that is there by then. Once, since it may not be. */
static enum helper_result cut_off(struct helper_call *call, struct irc *irc, uint32_t seq)
{
	if (!call->translated || (irc->held && irc->held_seq == seq))
		return HELPER_PASS;
	irc->held = true;
	irc->held_seq = seq;
	return helper_drop(call, WEIR_R_HELPER_PARTIAL, call->size);
}

static enum helper_result read_lines(struct helper_call *call, struct irc *irc, uint32_t at)
{
	unsigned offers = 0;

	while (at < call->size && offers < OFFERS_MAX) {
		uint32_t next = next_line(call->data, call->size, at), before = call->size;
		bool whole = call->data[next - 1] == '\n';
		enum helper_result result = HELPER_PASS;
		struct offer offer;

		switch (read_line(view_of(call->data + at, next - at), whole, &offer)) {
		case READ_OFFER:
			offers++;
			result = make_offer(call, at, &offer);
			break;
		case READ_CUT:
			result = cut_off(call, irc, call->seq);
			break;
		case READ_NOTHING:
			break;
		}
		if (result != HELPER_PASS)
			return result;
		at = next + (call->size - before);
	}
	return HELPER_PASS;
}

enum helper_result helper_irc(struct helper_call *call)
{
	struct irc *irc = call->memory;
	uint32_t seq = call->seq, size = call->size;
	bool ends = call->data[size - 1] == '\n', starts;
	enum helper_result result;

	if (call->dir != WEIR_ORIGINAL || call->tuple[0].family != WEIR_IPV4 ||
	    irc->kind == KIND_OTHER)
		return HELPER_PASS;
	if (irc->kind == KIND_UNKNOWN) {
		irc->kind = is_command(call->data, size) ? KIND_IRC : KIND_OTHER;
		if (irc->kind == KIND_OTHER)
			return HELPER_PASS;
		note_start(irc, seq);
	}
	starts = is_start(irc, seq);
	result = read_lines(call, irc, starts ? 0 : next_line(call->data, size, 0));
	if (result == HELPER_PASS && ends)
		note_start(irc, seq + size);
	return result;
}

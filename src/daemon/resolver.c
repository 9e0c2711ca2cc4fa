/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/resolver.c - see resolver.h.
 *
 * A question has one event at a time: for its socket, with what is left of the server's time, or
 * none but the time where it ends at once, so that nobody is told from within resolver_ask().
 */
#include "daemon/resolver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "daemon/dns_message.h"

#define PORT 53
#define MACHINE_FILE "/etc/resolv.conf"
#define LINE_UP (50 * WEIR_MSEC) /* until it is looked again whether there is room by TCP */
#define LENGTH 2 /* in front of a message by TCP */

enum way { BY_UDP, TCP_OPENING, TCP_READING };

struct question {
	struct question *next, **before;
	struct resolver *resolver;
	resolver_told *told;
	void *ctx;
	struct event *event; /* NULL: none is under way */
	int fd;
	enum way way;
	bool asking;  /* resolver_ask() has not returned: nobody is told from within */
	bool dead;    /* it cannot be asked */
	bool plain;   /* without the extension: a server did not understand it */
	bool by_tcp;  /* counted as such */
	uint8_t family;
	unsigned server;  /* that is asked */
	unsigned refused; /* servers that could or would not tell, in a row */
	enum resolver_result result; /* if nobody tells */
	weir_time until, deadline;   /* of this try, of all */
	uint8_t *stream;             /* by TCP: the length and the answer */
	size_t have, want;
	union weir_addr *addr;
	size_t count, room;
	bool starved;
	size_t size; /* of the message */
	uint8_t message[LENGTH + DNS_QUESTION_MAX];
	size_t name_len;
	char name[];
};

struct resolver {
	struct event_base *base;
	struct resolver_settings settings;
	struct question *questions;
	unsigned count, by_tcp;
	unsigned good; /* the server that answered last */
	uint8_t buffer[UINT16_MAX];
};

static void try_server(struct question *q);

static weir_time now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (weir_time)t.tv_sec * WEIR_SEC + (weir_time)t.tv_nsec;
}

/* Ending */

static void close_socket(struct question *q)
{
	if (q->event)
		event_free(q->event);
	q->event = NULL;
	if (q->fd >= 0)
		close(q->fd);
	q->fd = -1;
	q->resolver->by_tcp -= q->by_tcp;
	q->by_tcp = false;
	free(q->stream);
	q->stream = NULL;
}

void resolver_cancel(struct question *q)
{
	if (!q)
		return;
	close_socket(q);
	*q->before = q->next;
	if (q->next)
		q->next->before = q->before;
	q->resolver->count--;
	free(q->addr);
	free(q);
}

static void end(struct question *q, const struct resolver_answer *answer)
{
	resolver_told *told = q->told;
	void *ctx = q->ctx;
	union weir_addr *addr = q->addr;

	q->addr = NULL;
	resolver_cancel(q);
	told(ctx, answer);
	free(addr);
}

static void end_without(struct question *q, enum resolver_result result)
{
	end(q, &(struct resolver_answer){.result = result});
}

/* Waiting */

/* => false: no memory */
static bool wait_for(struct question *q, short what, event_callback_fn callback)
{
	weir_time at = now(), left = q->until > at ? q->until - at : 0;
	struct timeval time = {(time_t)(left / WEIR_SEC),
	                       (suseconds_t)(left % WEIR_SEC / 1000 + 1)};

	if (q->event)
		event_free(q->event);
	q->event = event_new(q->resolver->base, q->fd, what, callback, q);
	return q->event && event_add(q->event, &time) == 0;
}

static void on_over(evutil_socket_t fd, short what, void *ctx)
{
	(void)fd;
	(void)what;
	end_without(ctx, ((struct question *)ctx)->result);
}

static void end_soon(struct question *q, enum resolver_result result)
{
	close_socket(q);
	q->result = result;
	q->until = 0;
	if (wait_for(q, EV_TIMEOUT, on_over))
		return;
	if (q->asking)
		q->dead = true;
	else
		end_without(q, result);
}

/* The server did not tell: it is the next one's turn, unless all were asked or the time is over. */
static void next_server(struct question *q, enum resolver_result why, bool said)
{
	const struct resolver_settings *settings = &q->resolver->settings;

	close_socket(q);
	q->result = why;
	q->refused = said ? q->refused + 1 : 0;
	if (q->refused >= settings->servers || now() >= q->deadline) {
		end_soon(q, why);
		return;
	}
	if (settings->servers)
		q->server = (q->server + 1) % settings->servers;
	try_server(q);
}

/* Reading */

static void take_address(void *ctx, const union weir_addr *addr)
{
	struct question *q = ctx;

	if (q->count == q->room) {
		size_t room = q->room ? 2 * q->room : 8;
		union weir_addr *grown = reallocarray(q->addr, room, sizeof *grown);

		if (!grown) {
			q->starved = true;
			return;
		}
		q->addr = grown;
		q->room = room;
	}
	q->addr[q->count++] = *addr;
}

static void ask_by_tcp(struct question *q);

/* => false: it was not for us */
static bool take_message(struct question *q, const uint8_t *data, size_t len)
{
	struct resolver_answer answer = {0};
	enum dns_result result;

	q->count = 0;
	result = dns_read_answer(data, len, q->message + LENGTH, q->size, take_address, q,
	                         &answer.ttl);
	if (result == DNS_NOT_OURS)
		return false;
	if (result == DNS_ADDRESSES || result == DNS_NO_ADDRESS || result == DNS_NO_NAME)
		q->resolver->good = q->server;
	switch (result) {
	case DNS_ADDRESSES:
		answer.result = q->starved ? RESOLVER_NO_MEMORY : RESOLVER_ADDRESSES;
		answer.addr = q->addr;
		answer.count = q->count;
		end(q, &answer);
		break;
	case DNS_NO_ADDRESS:
		end_without(q, RESOLVER_NO_ADDRESS);
		break;
	case DNS_NO_NAME:
		end_without(q, RESOLVER_NO_NAME);
		break;
	case DNS_CUT:
		if (q->way == BY_UDP)
			ask_by_tcp(q);
		else
			next_server(q, RESOLVER_FAILED, true);
		break;
	case DNS_MISUNDERSTOOD:
		if (q->plain) {
			next_server(q, RESOLVER_FAILED, true);
			break;
		}
		q->plain = true;
		close_socket(q);
		try_server(q);
		break;
	default:
		next_server(q, RESOLVER_FAILED, true);
	}
	return true;
}

/* By UDP */

static void on_datagram(evutil_socket_t fd, short what, void *ctx)
{
	struct question *q = ctx;
	uint8_t *buffer = q->resolver->buffer;
	ssize_t len;

	if (what & EV_READ) {
		while ((len = recv(fd, buffer, sizeof q->resolver->buffer, 0)) >= 0) {
			if (take_message(q, buffer, (size_t)len))
				return;
		}
		if (errno != EAGAIN && errno != EINTR) {
			next_server(q, RESOLVER_NO_ANSWER, true);
			return;
		}
	}
	if (what & EV_TIMEOUT || now() >= q->until)
		next_server(q, RESOLVER_NO_ANSWER, false);
	else if (!wait_for(q, EV_READ, on_datagram))
		next_server(q, RESOLVER_NO_MEMORY, true);
}

/* => false: errno says why, or it is under way and EINPROGRESS does */
static bool open_socket(struct question *q, int type)
{
	const struct resolver_server *server = &q->resolver->settings.server[q->server];
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
	bool is_v4 = server->family == WEIR_IPV4;

	memcpy(&v4.sin_addr, &server->addr, sizeof v4.sin_addr);
	memcpy(&v6.sin6_addr, &server->addr, sizeof v6.sin6_addr);
	v6.sin6_scope_id = server->scope;
	q->fd = socket(is_v4 ? AF_INET : AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (q->fd < 0)
		return false;
	return connect(q->fd, is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6,
	               is_v4 ? sizeof v4 : sizeof v6) == 0;
}

static enum resolver_result by_errno(void)
{
	return errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS
	               ? RESOLVER_NO_MEMORY
	               : RESOLVER_NO_ANSWER;
}

static void write_message(struct question *q)
{
	uint16_t id = 0;

	if (getrandom(&id, sizeof id, GRND_NONBLOCK) != sizeof id)
		id = (uint16_t)now();
	q->size = dns_write_question(q->message + LENGTH, id, q->name, q->name_len, q->family,
	                             q->plain ? 0 : q->resolver->settings.udp_size);
	put_be16(q->message, (uint16_t)q->size);
}

static void begin_try(struct question *q)
{
	weir_time at = now();

	q->until = at + q->resolver->settings.server_timeout;
	if (q->until > q->deadline)
		q->until = q->deadline;
	write_message(q);
}

/* What cannot be sent now is as good as lost on the way. */
static void try_server(struct question *q)
{
	if (q->resolver->settings.servers == 0) {
		end_soon(q, RESOLVER_NO_SERVER);
		return;
	}
	q->server %= q->resolver->settings.servers;
	q->way = BY_UDP;
	begin_try(q);
	if (q->size == 0) {
		end_soon(q, RESOLVER_NO_NAME);
		return;
	}
	if (!open_socket(q, SOCK_DGRAM) ||
	    (send(q->fd, q->message + LENGTH, q->size, MSG_NOSIGNAL) < 0 && errno != EAGAIN))
		next_server(q, by_errno(), true);
	else if (!wait_for(q, EV_READ, on_datagram))
		end_soon(q, RESOLVER_NO_MEMORY);
}

/* By TCP */

/* => false: it is over with this server */
static bool read_stream(struct question *q)
{
	for (;;) {
		ssize_t len;

		if (!q->stream) {
			q->stream = malloc(LENGTH);
			q->have = 0;
			q->want = LENGTH;
		}
		if (!q->stream)
			return false;
		len = recv(q->fd, q->stream + q->have, q->want - q->have, 0);
		if (len < 0)
			return errno == EAGAIN || errno == EINTR;
		if (len == 0)
			return false;
		q->have += (size_t)len;
		if (q->have < q->want)
			continue;
		if (q->want == LENGTH) {
			uint8_t *grown;

			q->want = LENGTH + (size_t)be16(q->stream);
			grown = q->want > LENGTH ? realloc(q->stream, q->want) : NULL;
			if (!grown)
				return false;
			q->stream = grown;
			continue;
		}
		return true;
	}
}

static void on_stream(evutil_socket_t fd, short what, void *ctx)
{
	struct question *q = ctx;
	bool good = !(what & EV_TIMEOUT);

	if (good && q->way == TCP_OPENING) {
		size_t size = LENGTH + q->size;

		/* A connection's first bytes fit into its buffer. */
		good = send(fd, q->message, size, MSG_NOSIGNAL) == (ssize_t)size;
		q->way = TCP_READING;
	} else if (good) {
		good = read_stream(q);
	}
	if (good && q->stream && q->have == q->want) {
		uint8_t *stream = q->stream;
		bool ours;

		/* A second message is none that was asked for. */
		q->stream = NULL;
		ours = take_message(q, stream + LENGTH, q->want - LENGTH);
		free(stream);
		if (ours)
			return;
		good = false;
	}
	if (!good)
		next_server(q, RESOLVER_NO_ANSWER, !(what & EV_TIMEOUT));
	else if (!wait_for(q, EV_READ, on_stream))
		end_soon(q, RESOLVER_NO_MEMORY);
}

/* Others were by TCP when it wanted to be. */
static void on_turn(evutil_socket_t fd, short what, void *ctx)
{
	struct question *q = ctx;

	(void)fd;
	(void)what;
	if (now() >= q->deadline)
		end_without(q, RESOLVER_NO_ANSWER);
	else
		ask_by_tcp(q);
}

static void ask_by_tcp(struct question *q)
{
	struct resolver *resolver = q->resolver;

	close_socket(q);
	if (resolver->by_tcp >= resolver->settings.by_tcp) {
		q->until = now() + LINE_UP;
		if (!wait_for(q, EV_TIMEOUT, on_turn))
			end_soon(q, RESOLVER_NO_MEMORY);
		return;
	}
	resolver->by_tcp++;
	q->by_tcp = true;
	q->way = TCP_OPENING;
	begin_try(q);
	if (!open_socket(q, SOCK_STREAM) && errno != EINPROGRESS)
		next_server(q, by_errno(), true);
	else if (!wait_for(q, EV_WRITE, on_stream))
		end_soon(q, RESOLVER_NO_MEMORY);
}

/* The whole */

struct question *resolver_ask(struct resolver *resolver, const char *name, size_t len,
                              uint8_t family, resolver_told *told, void *ctx)
{
	struct question *q = resolver_room(resolver) ? calloc(1, sizeof *q + len) : NULL;

	if (!q)
		return NULL;
	q->resolver = resolver;
	q->told = told;
	q->ctx = ctx;
	q->fd = -1;
	q->family = family;
	q->name_len = len;
	memcpy(q->name, name, len);
	q->server = resolver->good;
	q->deadline = now() + resolver->settings.total_timeout;
	q->next = resolver->questions;
	q->before = &resolver->questions;
	if (q->next)
		q->next->before = &q->next;
	resolver->questions = q;
	resolver->count++;
	q->asking = true;
	try_server(q);
	q->asking = false;
	if (!q->dead)
		return q;
	resolver_cancel(q);
	return NULL;
}

unsigned resolver_room(const struct resolver *resolver)
{
	unsigned most = resolver->settings.questions;

	if (most > RESOLVER_QUESTIONS)
		most = RESOLVER_QUESTIONS;
	return most > resolver->count ? most - resolver->count : 0;
}

void resolver_set(struct resolver *resolver, const struct resolver_settings *settings)
{
	resolver->settings = *settings;
	resolver->good = 0;
}

struct resolver *resolver_create(struct event_base *base)
{
	struct resolver *resolver = calloc(1, sizeof *resolver);

	if (resolver)
		resolver->base = base;
	return resolver;
}

void resolver_destroy(struct resolver *resolver)
{
	if (!resolver)
		return;
	while (resolver->questions)
		resolver_cancel(resolver->questions);
	free(resolver);
}

/* The machine's servers */

static bool read_server(const char *word, struct resolver_server *server)
{
	size_t len = strcspn(word, "%");

	server->scope = 0;
	if (!addr_parse(word, len, &server->family, &server->addr))
		return false;
	if (word[len])
		server->scope = if_nametoindex(word + len + 1);
	return true;
}

unsigned resolver_machine_servers(struct resolver_server server[RESOLVER_SERVERS])
{
	FILE *file = fopen(MACHINE_FILE, "re");
	char line[256], word[128];
	unsigned count = 0;

	if (!file)
		return 0;
	while (count < RESOLVER_SERVERS && fgets(line, sizeof line, file)) {
		if (sscanf(line, " nameserver %127s", word) == 1 && read_server(word, &server[count]))
			count++;
	}
	fclose(file);
	return count;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/player.c - captures into a running engine; see player.h.
 *
 * One packet costs a copy and its share of a batch. An idle player wakes up every 10 ms for the
 * worker's sake, and at once when somebody asks the worker for something.
 */
#include "daemon/player.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "daemon/command.h"
#include "daemon/rules.h"

#define BATCH 32
#define FRAME_MAX 262144 /* no larger frame is read by libpcap, but from D-Bus */
#define IDLE (10 * WEIR_MSEC)

struct player {
	struct engine_access *access;
	struct merge *merge;
	bool pace;
	bool started;          /* there was a first frame: */
	weir_time begun, first; /* when it was played, and its own time */
	bool waiting;          /* `frame` is the next, and not played yet */
	struct capture_frame frame;
	atomic_bool stop, ended;
	pthread_t thread;
	uint16_t interface[MERGE_PORTS_MAX]; /* by port of merge */
	uint8_t mac[BATCH][6]; /* of the batch's packets */
	unsigned macs;
	size_t used; /* of room */
	uint8_t room[2 * FRAME_MAX];
};

static weir_time clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (weir_time)now.tv_sec * WEIR_SEC + (weir_time)now.tv_nsec;
}

/* All captures have been read, or what could be read of them. */
static void end(struct player *p)
{
	if (atomic_exchange(&p->ended, true))
		return;
	for (unsigned i = 0; p->merge && i < merge_ports(p->merge); i++) {
		const struct capture_error *error = merge_error(p->merge, i);

		if (error)
			complain("%s", error->text);
	}
}

/* => the frame that comes next, and when; NULL: there is none */
static const struct capture_frame *peek(struct player *p, weir_time now, weir_time *due)
{
	if (!p->waiting) {
		if (!p->merge || !merge_next(p->merge, &p->frame)) {
			end(p);
			return NULL;
		}
		p->waiting = true;
		if (!p->started) {
			p->started = true;
			p->begun = now;
			p->first = p->frame.time;
		}
	}
	*due = now;
	if (p->pace && p->frame.time > p->first)
		*due = p->begun + (p->frame.time - p->first);
	return &p->frame;
}

/* Takes the frame into the batch. => whether there was IP in it */
static bool take(struct player *p, const struct capture_frame *frame, struct weir_packet *packet)
{
	struct link_packet ip;
	uint32_t caplen;

	p->waiting = false;
	link_decode(frame->link, frame->data, frame->caplen, frame->len, &ip);
	if (!ip.ip)
		return false;
	caplen = ip.caplen < FRAME_MAX ? ip.caplen : FRAME_MAX;
	memset(packet, 0, sizeof *packet);
	packet->data = p->room + p->used;
	packet->caplen = caplen;
	packet->len = ip.len;
	packet->port = p->interface[frame->port];
	/* The frame's own bytes are gone with the next one. */
	if (frame->link == LINK_ETHERNET && frame->caplen >= 12) {
		memcpy(p->mac[p->macs], frame->data + 6, sizeof p->mac[0]);
		packet->src_mac = p->mac[p->macs++];
	}
	memcpy(packet->data, frame->data + ip.offset, caplen);
	p->used += caplen;
	return true;
}

/* Plays what is due. => when the next frame is, UINT64_MAX: never */
static weir_time play(struct player *p)
{
	struct weir_packet packets[BATCH];
	weir_time now = clock_now(), due = UINT64_MAX;
	size_t count = 0;

	p->used = 0;
	p->macs = 0;
	while (count < BATCH && p->used < FRAME_MAX) {
		const struct capture_frame *frame = peek(p, now, &due);

		if (!frame) {
			due = UINT64_MAX;
			break;
		}
		if (due > now)
			break;
		if (take(p, frame, &packets[count]))
			count++;
	}
	if (count)
		weir_process(p->access->worker, packets, count, now);
	else
		weir_poll(p->access->worker, now);
	return due;
}

/* Sleeps until `due`, or somebody asks for something. */
static void sleep_until(struct player *p, weir_time due)
{
	weir_time now = clock_now();
	weir_time wait = due <= now ? 0 : due - now < IDLE ? due - now : IDLE;
	struct timespec timeout = {.tv_sec = (time_t)(wait / WEIR_SEC),
	                           .tv_nsec = (long)(wait % WEIR_SEC)};
	struct pollfd wake = {.fd = p->access->wake, .events = POLLIN};
	uint64_t count;

	if (ppoll(&wake, 1, &timeout, NULL) == 1 && read(wake.fd, &count, sizeof count) < 0 &&
	    errno != EAGAIN)
		atomic_store(&p->stop, true);
}

static void *run(void *ctx)
{
	struct player *p = ctx;

	while (!atomic_load_explicit(&p->stop, memory_order_relaxed))
		sleep_until(p, play(p));
	return NULL;
}

/* An interface keeps its number as long as it is there, and ports of the machine stay. */
static void map_ports(struct player *p)
{
	const struct rules *rules = p->access->rules;

	for (unsigned i = 0; p->merge && i < merge_ports(p->merge); i++) {
		p->interface[i] = (uint16_t)i;
		if (!rules)
			continue;
		model_lock(rules_model(rules));
		p->interface[i] = rules_interface(rules, merge_port_name(p->merge, i));
		model_unlock(rules_model(rules));
		/* The same number as the router's own port. */
		if (p->interface[i] == WEIR_INTERFACE_NONE)
			p->interface[i] = WEIR_INTERFACES_MAX;
	}
}

struct player *player_start(struct engine_access *access, struct merge *merge, bool pace)
{
	struct player *p = calloc(1, sizeof *p);

	access->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p && access->wake >= 0) {
		p->access = access;
		p->merge = merge;
		p->pace = pace;
		map_ports(p);
		if (pthread_create(&p->thread, NULL, run, p) == 0)
			return p;
	}
	if (access->wake >= 0)
		close(access->wake);
	access->wake = -1;
	merge_destroy(merge);
	free(p);
	return NULL;
}

void player_stop(struct player *p)
{
	if (!p)
		return;
	atomic_store(&p->stop, true);
	pthread_join(p->thread, NULL);
	p->access->now = clock_now();
	close(p->access->wake);
	p->access->wake = -1;
	merge_destroy(p->merge);
	free(p);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port/merge.c - see merge.h.
 *
 * Every port holds its next frame ready; libpcap keeps a frame's bytes until the
 * same capture is read again, so nothing is copied. The port whose frame was handed
 * out last is read again only when the next frame is asked for.
 */
#include "port/merge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum head_state {
	HEAD_UNREAD, /* read the capture before comparing */
	HEAD_READY,
	HEAD_END,
};

struct merge_port {
	char name[MERGE_NAME_MAX + 1];
	struct capture *capture;
	enum head_state state;
	struct capture_frame head;
};

struct merge {
	unsigned count;
	struct merge_port ports[MERGE_PORTS_MAX];
};

struct merge *merge_create(void)
{
	return calloc(1, sizeof(struct merge));
}

void merge_destroy(struct merge *merge)
{
	if (!merge)
		return;
	for (unsigned i = 0; i < merge->count; i++)
		capture_close(merge->ports[i].capture);
	free(merge);
}

bool merge_has(const struct merge *merge, const char *name)
{
	for (unsigned i = 0; i < merge->count; i++) {
		if (!strcmp(merge->ports[i].name, name))
			return true;
	}
	return false;
}

int merge_add(struct merge *merge, const char *name, struct capture *capture)
{
	struct merge_port *port;
	int error = 0;

	if (!name[0] || strlen(name) > MERGE_NAME_MAX)
		error = EINVAL;
	else if (merge_has(merge, name))
		error = EEXIST;
	else if (merge->count == MERGE_PORTS_MAX)
		error = ENOSPC;
	if (error) {
		capture_close(capture);
		return error;
	}
	port = &merge->ports[merge->count++];
	snprintf(port->name, sizeof port->name, "%s", name);
	port->capture = capture;
	port->state = HEAD_UNREAD;
	return 0;
}

bool merge_next(struct merge *merge, struct capture_frame *frame)
{
	struct merge_port *first = NULL;

	for (unsigned i = 0; i < merge->count; i++) {
		struct merge_port *port = &merge->ports[i];

		if (port->state == HEAD_UNREAD) {
			port->state =
				capture_next(port->capture, &port->head) ? HEAD_READY : HEAD_END;
			port->head.port = (uint16_t)i;
		}
		if (port->state == HEAD_READY && (!first || port->head.time < first->head.time))
			first = port;
	}
	if (!first)
		return false;
	*frame = first->head;
	first->state = HEAD_UNREAD;
	return true;
}

unsigned merge_ports(const struct merge *merge)
{
	return merge->count;
}

const char *merge_port_name(const struct merge *merge, unsigned port)
{
	return merge->ports[port].name;
}

const struct capture_error *merge_error(const struct merge *merge, unsigned port)
{
	return capture_error(merge->ports[port].capture);
}

uint64_t merge_position(const struct merge *merge)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < merge->count; i++)
		sum += capture_position(merge->ports[i].capture);
	return sum;
}

uint64_t merge_size(const struct merge *merge)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < merge->count; i++) {
		uint64_t size = capture_size(merge->ports[i].capture);

		if (!size)
			return 0;
		sum += size;
	}
	return sum;
}

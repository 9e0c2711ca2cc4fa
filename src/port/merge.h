/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port/merge.h - several captures of one router, each taken at a port of its own, as one
 * sequence in the order of time.
 *
 * Frames with equal time stamps come in the order in which the ports were added,
 * and those of one port always in the order of its file, so the sequence is the
 * same every time. A capture that ends too early does not end the others.
 *
 * One thread at a time. Each frame costs a look at every port's next one.
 */
#ifndef PORT_MERGE_H
#define PORT_MERGE_H

#include "port/capture.h"

#define MERGE_PORTS_MAX 256
#define MERGE_NAME_MAX 63 /* bytes in a port's name */

struct merge;

/* => NULL if out of memory */
struct merge *merge_create(void);
void merge_destroy(struct merge *merge); /* NULL is fine */

/* Adds a port; the first is number 0. The capture belongs to the merge from then on, on
 * failure too.
 * => 0; EEXIST if the name is taken; ENOSPC if there are MERGE_PORTS_MAX already; EINVAL if
 *    the name is empty or too long */
int merge_add(struct merge *merge, const char *name, struct capture *capture);

/* Whether a port of that name was added. */
bool merge_has(const struct merge *merge, const char *name);

/* The next frame; its bytes are good until the next call. => false at the end */
bool merge_next(struct merge *merge, struct capture_frame *frame);

unsigned merge_ports(const struct merge *merge);
const char *merge_port_name(const struct merge *merge, unsigned port);

/* What ended that port's capture, or NULL. */
const struct capture_error *merge_error(const struct merge *merge, unsigned port);

/* How far all files have been read, and their size: 0 if one of them is unknown. */
uint64_t merge_position(const struct merge *merge);
uint64_t merge_size(const struct merge *merge);

#endif

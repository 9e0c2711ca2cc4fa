/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/resource.h - /system resource, its cores, /system package: what the machine is, and
 * how busy it is.
 *
 * Life: resource_create() until after the model's end. Threads: with the model's lock held.
 * Cost: a few files of /proc for each question; how busy a core is is measured over a second
 * at least, so asking often costs no more.
 */
#ifndef SYSTEM_RESOURCE_H
#define SYSTEM_RESOURCE_H

#include "model/model.h"
#include "system/files.h"

#define RESOURCE_VERSION "7.16.2" /* the RouterOS that weir speaks */

struct resource;

struct resource_options {
	struct files *files;	/* whose disk is meant; NULL: there is none */
	const char *build_time; /* "2026-11-21 16:00:00"; NULL: it is not told */
	const char *proc;	/* where /proc is; NULL: there */
};

/* In per cent. */
struct resource_load {
	unsigned load, irq, disk;
};

/* Binds the menus. => NULL: no memory */
struct resource *resource_create(struct model *model, const struct resource_options *options);
void resource_destroy(struct resource *resource); /* NULL is fine */

/* How busy all cores are together and, with cpu from 0, one of them, in the last second or
 * more. => false: there is none of that number */
bool resource_load_all(struct resource *resource, struct resource_load *load);
bool resource_load_of(struct resource *resource, size_t cpu, struct resource_load *load);
size_t resource_cpus(struct resource *resource);

/* Bytes. => false: not known */
bool resource_memory(struct resource *resource, uint64_t *free, uint64_t *total);

#endif

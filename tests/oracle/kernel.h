/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle/kernel.h - this machine's own connection tracking as an oracle: a router in
 * a network namespace of its own that is sent one packet at a time and asked what
 * it thinks of it.
 *
 * kernel_open() puts the whole process into a new namespace (and, without root, into a
 * user namespace first), so a process opens one kernel in its life; fork for more.
 * Nothing outside of the namespace is touched.
 *
 * Time: packets are sent at once. kernel_pass() lets time pass without waiting for all of it, by
 * shortening the lifetimes of the entries; see there. One thread.
 */
#ifndef ORACLE_KERNEL_H
#define ORACLE_KERNEL_H

#include <stdbool.h>
#include <weir/weir.h>

#include "router.h"

#define KERNEL_ERROR 400

/* The error of a kernel that lacks what a story wants. */
#define KERNEL_NO_HELPER "this kernel has not all of these helpers"

struct kernel;

/* What became of one packet. */
struct kernel_result {
	uint8_t state;	/* enum weir_state; NONE: it never came to be classified (dropped before,
			   or a fragment that waits) */
	bool forwarded; /* it passed routing and what follows, up to postrouting */
	bool delivered; /* it is for the router itself */
	/* With a story's router: the last packet that left by any device meanwhile, be it this one
	 * or an answer to it. Good until the next kernel_send(). */
	const uint8_t *out; /* NULL: none */
	uint32_t out_len;
	uint16_t out_port;
};

/* Enters a namespace and builds the router.
 * => 0; 1 if it is not permitted or tools are missing here; -1 if something broke. `error`
 *    says what, and *kernel is untouched. router: the story's, or NULL: everything is forwarded */
int kernel_open(struct kernel **kernel, const struct weir_settings *settings,
		const struct story_router *router, char error[KERNEL_ERROR]);
void kernel_close(struct kernel *kernel);

/* Whether Linux can be set alike: it knows whole seconds, and tracks always. `why`: if not */
bool kernel_can(const struct weir_settings *settings, char why[KERNEL_ERROR]);

/* Puts the tracking settings into force that Linux has too.
 * => 0, or -1 and `error` */
int kernel_settings(struct kernel *kernel, const struct weir_settings *settings,
		    char error[KERNEL_ERROR]);

/* Sends one IP packet through the router, and waits until it is done with it. port: of the story's
 * router, where it comes in; WEIR_PORT_HOST: the router sends it itself, IPv4 only.
 * => 0, or -1 and `error` */
int kernel_send(struct kernel *kernel, const uint8_t *data, size_t len, uint16_t port,
		struct kernel_result *result, char error[KERNEL_ERROR]);

/* Copies all entries out, `count` at most. `timeout` is in whole seconds, rounded down; id,
 * state, rate and what Linux does not tell (icmp_id aside) are 0.
 * => how many, or -1 and `error` */
int kernel_list(struct kernel *kernel, struct weir_conn *conns, int count,
		char error[KERNEL_ERROR]);

/* Copies out what helpers expect, `count` at most; helper and master are 0, `to` where it follows from
 * the master.
 * => how many, or -1 and `error` */
int kernel_expectations(struct kernel *kernel, struct weir_expectation *list, int count,
			char error[KERNEL_ERROR]);

/* Lets `gap` pass: waits for `real` of it, counted from the first packet on so that what
 * the work takes does not add up, and takes the rest off the lifetimes of all
 * entries; those whose end this is are removed. Other clocks of the kernel (UDP's two
 * seconds, fragments that wait) see only the part that was waited for.
 * => 0, or -1 and `error` */
int kernel_pass(struct kernel *kernel, weir_time gap, weir_time real, char error[KERNEL_ERROR]);

/* How much more time has passed for the kernel's entries than kernel_pass() was told: what the
 * work took since it last set their lifetimes. */
weir_time kernel_late(const struct kernel *kernel);

#endif

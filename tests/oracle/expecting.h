/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle/expecting.h - the connections that the kernel's helpers expect: listed over netlink, and
 * aged as the entries of the table are (kernel.h). Used by kernel.c, in its namespace.
 */
#ifndef ORACLE_EXPECTING_H
#define ORACLE_EXPECTING_H

#include "kernel.h"

struct expecting;

/* => 0, or -1 and `error` */
int expecting_open(struct expecting **expecting, char error[KERNEL_ERROR]);
void expecting_close(struct expecting *expecting);

/* Copies all out; `clock` is all the time that has passed. helper, master are 0.
 * => how many, or -1 and `error` */
int expecting_list(struct expecting *expecting, uint64_t clock, struct weir_expectation *list,
		   int count, char error[KERNEL_ERROR]);

/* Gives each the lifetime that it has left at `clock`; expecting_list() was called before that time
 * passed. => 0, or -1 and `error` */
int expecting_age(struct expecting *expecting, uint64_t clock, char error[KERNEL_ERROR]);

#endif

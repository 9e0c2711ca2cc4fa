/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle/passage.h - how a packet went through a router, in words that can be compared.
 */
#ifndef ORACLE_PASSAGE_H
#define ORACLE_PASSAGE_H

#include "kernel.h"

struct passage_texts {
	char leaves[STORY_NAME]; /* an interface, "local", "nowhere" */
	char out[220];		 /* the packet that left, and a sum of all its bytes */
	uint8_t bytes[1600];	 /* the first of them */
	uint32_t len;
	char addresses[160];	 /* of it, without ports and sum */
	char answer[160];
	bool fragment;
};

void passage_of_weir(struct passage_texts *texts, const struct story_router *router,
		     const struct weir_packet *packet);
void passage_of_kernel(struct passage_texts *texts, const struct story_router *router,
		       const struct kernel_result *result);

/* Whether a step leaves a port, or another value, to the router. */
bool passage_is_open(const struct story_step *step);

/* Makes alike what may differ: a port that the story leaves open, a datagram that one side cut into
 * pieces again. */
void passage_settle(struct passage_texts *weir, struct passage_texts *kernel,
		    const struct story_step *step);

#endif

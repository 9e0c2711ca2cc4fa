/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/regex_pcre.c - see regex.h: by PCRE2.
 *
 * Expressions are those of RouterOS (POSIX extended), which PCRE2 reads too. Case does not count,
 * a dot is any byte, $ is the end of what was collected.
 *
 * All memory is the alloc's of who asks, with its size in front, as PCRE2 gives blocks back
 * without telling it. A compiled expression keeps the pointer to the alloc that it was made with.
 *
 * Cost: a run is bounded by PCRE2's limits below; what exceeds them does not match.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>

#include "firewall/regex.h"

#define RUN_STEPS 50000     /* of a run: calls of PCRE2's matcher */
#define RUN_DEPTH 500       /* how far it may go back */
#define RUN_HEAP_KIB 256    /* what it may allocate */
#define PATTERN_MOST 8192   /* bytes of an expression */
#define NEST_MOST 50        /* parentheses in each other */
#define SIZE_ROOM ((size_t)16)

struct regex_runner {
	struct alloc *alloc;
	pcre2_general_context *general;
	pcre2_match_context *limits;
	pcre2_match_data *data;
};

static void *get(PCRE2_SIZE size, void *ctx)
{
	uint8_t *block = alloc_get(ctx, size + SIZE_ROOM, 64);

	if (!block)
		return NULL;
	*(size_t *)(void *)block = size;
	return block + SIZE_ROOM;
}

static void put(void *ptr, void *ctx)
{
	uint8_t *block;

	if (!ptr)
		return;
	block = (uint8_t *)ptr - SIZE_ROOM;
	alloc_put(ctx, block, *(size_t *)(void *)block + SIZE_ROOM);
}

static void describe(int code, size_t at, char fault[REGEX_FAULT])
{
	PCRE2_UCHAR text[REGEX_FAULT];

	if (code == PCRE2_ERROR_HEAP_FAILED)
		return;
	if (pcre2_get_error_message(code, text, sizeof text) < 0)
		text[0] = 0;
	snprintf(fault, REGEX_FAULT, "at %zu: %.90s", at, (const char *)text);
}

void *regex_compile(struct alloc *alloc, const char *text, size_t size, char fault[REGEX_FAULT])
{
	pcre2_general_context *general = pcre2_general_context_create(get, put, alloc);
	pcre2_compile_context *context = general ? pcre2_compile_context_create(general) : NULL;
	pcre2_code *code = NULL;
	size_t at = 0;
	int error = 0;

	fault[0] = 0;
	if (context) {
		pcre2_set_max_pattern_length(context, PATTERN_MOST);
		pcre2_set_parens_nest_limit(context, NEST_MOST);
		code = pcre2_compile((PCRE2_SPTR)text, size,
				     PCRE2_CASELESS | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY |
					     PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C,
				     &error, &at, context);
		if (!code)
			describe(error, at, fault);
	}
	pcre2_compile_context_free(context);
	pcre2_general_context_free(general);
	return code;
}

void regex_release(void *regex, struct alloc *alloc)
{
	(void)alloc;
	pcre2_code_free(regex);
}

struct regex_runner *regex_runner_create(struct alloc *alloc)
{
	struct regex_runner *r = alloc_get(alloc, sizeof *r, 64);

	if (!r)
		return NULL;
	r->alloc = alloc;
	r->general = pcre2_general_context_create(get, put, alloc);
	if (r->general) {
		r->limits = pcre2_match_context_create(r->general);
		r->data = pcre2_match_data_create(1, r->general);
	}
	if (!r->limits || !r->data) {
		regex_runner_destroy(r);
		return NULL;
	}
	pcre2_set_match_limit(r->limits, RUN_STEPS);
	pcre2_set_depth_limit(r->limits, RUN_DEPTH);
	pcre2_set_heap_limit(r->limits, RUN_HEAP_KIB);
	return r;
}

void regex_runner_destroy(struct regex_runner *runner)
{
	if (!runner)
		return;
	pcre2_match_data_free(runner->data);
	pcre2_match_context_free(runner->limits);
	pcre2_general_context_free(runner->general);
	alloc_put(runner->alloc, runner, sizeof *runner);
}

int regex_run(struct regex_runner *runner, const void *regex, const uint8_t *data, size_t size)
{
	int found = pcre2_match(regex, data, size, 0, 0, runner->data, runner->limits);

	if (found >= 0)
		return 1;
	return found == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/check_out.c - reads expectations of a packet that leaves, and of connections that
 * helpers expect. See check_reader.h.
 */
#include <string.h>
#include <weir/helper.h>

#include "check_reader.h"
#include "router.h"
#include "text.h"
#include "word.h"

/* Whether the next word is this one; if so, it is taken. */
static bool take(struct check_reader *r, const char *word)
{
	if (!*r->word || strcmp(*r->word, word) != 0)
		return false;
	r->word++;
	return true;
}

/* "100-200 300-400": the edges, as TCP writes them */
static int sack(struct check_reader *r)
{
	struct story_check *check = check_add(r, CHECK_OUT_SACK, 0);
	uint8_t *bytes = word_alloc(r->memory, 32);
	struct story_piece *piece =
	        word_more(r->memory, &check->pieces, &check->piece_count, sizeof(*piece));

	piece->bytes = bytes;
	for (; *r->word && strchr(*r->word, '-') && piece->len < 32; r->word++) {
		char *right = word_cut(*r->word, '-');
		uint64_t edges[2];

		if (word_number(*r->word, UINT32_MAX, &edges[0], r->error) ||
		    word_number(right, UINT32_MAX, &edges[1], r->error))
			return -1;
		for (unsigned i = 0; i < 8; i++)
			bytes[piece->len++] = (uint8_t)(edges[i / 4] >> (24 - i % 4 * 8));
	}
	return piece->len ? 0 : word_fail(r->error, "sack: 100-200 expected");
}

/* "wan", "wan gateway:1024-65535 > server:80", "local" */
static int leaves(struct check_reader *r)
{
	struct story_check *check;
	int port = r->names->router ? router_port(r->names->router, *r->word) : -1;

	if (port < 0)
		return word_fail(r->error, "out: \"same\", \"as LABEL\", a length or an interface "
		                           "expected, not \"%s\"", *r->word);
	check = check_add(r, CHECK_LEAVES, (uint64_t)port);
	r->word++;
	return r->word[0] && r->word[1] && !strcmp(r->word[1], ">") ? check_ends(r, check) : 0;
}

/* Where it goes, what it is as a whole. */
static int whole(struct check_reader *r)
{
	if (take(r, "same")) {
		check_add(r, CHECK_OUT_SAME, 0);
		return 0;
	}
	if (take(r, "as"))
		return check_label(r, &check_add(r, CHECK_OUT_SAME, 0)->text);
	if (**r->word < '0' || **r->word > '9')
		return leaves(r);
	return check_number(r, BUILD_MAX, &check_add(r, CHECK_OUT, 0)->value);
}

int check_out(struct check_reader *r)
{
	static const char *const parts[] = {"seq", "ack", "sack", "text", "payload"};
	bool begun = false;

	if (!*r->word)
		return word_fail(r->error, "out: \"same\", \"as LABEL\" or a length expected");
	for (; *r->word; begun = true) {
		const char *word = *r->word;
		int failed;

		if (word_find(parts, 3, word) >= 0)
			r->word++;
		if (!strcmp(word, "seq"))
			failed = check_number(r, UINT32_MAX,
			                      &check_add(r, CHECK_OUT_SEQ, 0)->value);
		else if (!strcmp(word, "ack"))
			failed = check_number(r, UINT32_MAX,
			                      &check_add(r, CHECK_OUT_ACK, 0)->value);
		else if (!strcmp(word, "sack"))
			failed = sack(r);
		else if (word_find(parts, 5, word) >= 0)
			failed = text_pieces(r->memory, r->names->names, &r->word,
			                     check_add(r, CHECK_OUT_TEXT, 0), r->error);
		else if (!begun)
			failed = whole(r);
		else
			return 0; /* what is left is too much */
		if (failed)
			return -1;
	}
	return 0;
}

/* "server", "server:20", "anyone" */
static int source(struct check_reader *r, char *word, struct story_pending *pending)
{
	pending->anyone = !strcmp(word, "anyone");
	return pending->anyone ? 0 : check_end(r, word, &pending->from);
}

int check_pending_begin(struct check_reader *r)
{
	struct story_check *check = check_add(r, CHECK_PENDING, 0);
	struct story_pending *pending = word_alloc(r->memory, sizeof(*pending));
	int protocol = *r->word ? build_protocol(*r->word) : -1;

	check->pending = pending;
	if (protocol < 0 || !r->word[1] || !r->word[2] || strcmp(r->word[2], ">") != 0 ||
	    !r->word[3])
		return word_fail(r->error,
		                 "pending: \"tcp server > client:2000\" or the like expected");
	pending->protocol = (uint8_t)protocol;
	if (source(r, r->word[1], pending) || check_end(r, r->word[3], &pending->dst))
		return -1;
	r->word += 4;
	return 0;
}

int check_pending(struct check_reader *r, const char *word, struct story_pending *pending)
{
	if (!strcmp(word, "permanent") || !strcmp(word, "inactive")) {
		pending->flags |= *word == 'p' ? WEIR_EXPECT_PERMANENT : WEIR_EXPECT_INACTIVE;
		return 1;
	}
	if (!strcmp(word, "to") && *r->word)
		return check_end(r, *r->word++, &pending->to) ? -1 : 1;
	if (!strcmp(word, "master"))
		return check_label(r, &pending->master) ? -1 : 1;
	if (!strcmp(word, "timeout")) {
		if (word_time(*r->word, &pending->timeout, r->error))
			return -1;
		r->word++;
		return 1;
	}
	if (!strcmp(word, "helper")) {
		int helper = *r->word ? word_find(check_helpers, WEIR_HELPER_COUNT, *r->word) : -1;

		if (helper <= 0)
			return word_fail(r->error, "\"%s\" is no helper",
			                 *r->word ? *r->word : "");
		pending->helper = (uint8_t)helper;
		r->word++;
		return 1;
	}
	return 0;
}

struct story_pending *check_latest_pending(const struct check_reader *r)
{
	size_t count = r->step->check_count;

	return count ? r->step->checks[count - 1].pending : NULL;
}

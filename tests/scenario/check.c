/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/check.c - reads expectations. See check.h; README.md lists them.
 */
#include "check.h"

#include <stdio.h>
#include <string.h>
#include <weir/conn.h>
#include <weir/event.h>
#include <weir/reason.h>

#include "check_reader.h"
#include "router.h"
#include "text.h"
#include "word.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define X(name, text) text,
static const char *const states[] = {"none", WEIR_STATES(X)};
static const char *const verdicts[] = {WEIR_VERDICTS(X)};
static const char *const events[] = {WEIR_EVENTS(X)};
static const char *const ends[] = {WEIR_ENDS(X)};
#undef X
#define X(name, text, linux_text) text,
static const char *const tcp_states[] = {WEIR_TCP_STATES(X)};
static const char *const sctp_states[] = {WEIR_SCTP_STATES(X)};
#undef X
#define X(name, counter, text) counter,
static const char *const reasons[] = {"none", WEIR_REASONS(X)};
#undef X
#define X(name, text, on, ...) text,
const char *const check_helpers[] = {"none", WEIR_HELPERS(X)};
#undef X
static const char *const dirs[] = {"original", "reply"};

#define X(name, bit, text) {text, 1u << bit},
static const struct {
	const char *name;
	uint32_t bit;
} statuses[] = {WEIR_STATUS_BITS(X)};
#undef X

const char *const check_stats[] = {
        "packets", "bytes",      "state",       "verdict",        "count",
        "created", "ended",      "connections", "connections-v6", "half-open",
        "peak",    "held-bytes", "reassembled", "events-lost",    NULL,
};

struct story_check *check_add(struct check_reader *r, enum story_check_kind kind, uint64_t value)
{
	struct story_check *check =
	        word_more(r->memory, &r->step->checks, &r->step->check_count, sizeof(*check));

	check->kind = kind;
	check->line = r->line;
	check->value = value;
	return check;
}

/* The next word as a name of a list. */
static int name(struct check_reader *r, const char *const *names, size_t count, const char *what,
                uint64_t *value)
{
	int found = *r->word ? word_find(names, count, *r->word) : -1;

	if (found < 0)
		return word_fail(r->error, "\"%s\" is no %s", *r->word ? *r->word : "", what);
	*value = (uint64_t)found;
	r->word++;
	return 0;
}

static int status_bits(struct check_reader *r, uint64_t *bits)
{
	*bits = 0;
	do {
		size_t i = 0;

		while (i < COUNT(statuses) && (!*r->word || strcmp(statuses[i].name, *r->word)))
			i++;
		if (i == COUNT(statuses))
			return word_fail(r->error, "\"%s\" is no status bit",
			                 *r->word ? *r->word : "");
		*bits |= statuses[i].bit;
		r->word++;
	} while (*r->word);
	return 0;
}

int check_number(struct check_reader *r, uint64_t max, uint64_t *value)
{
	if (word_number(*r->word, max, value, r->error))
		return -1;
	r->word++;
	return 0;
}

/* "2/1": two numbers, original and reply. */
static int pair(struct check_reader *r, uint64_t *value, uint64_t *other)
{
	char *rest = *r->word ? word_cut(*r->word, '/') : NULL;

	if (!rest)
		return word_fail(r->error, "original/reply expected, such as 2/1");
	if (word_number(*r->word, UINT64_MAX, value, r->error) ||
	    word_number(rest, UINT64_MAX, other, r->error))
		return -1;
	r->word++;
	return 0;
}

/* "client:{p}". => 1, 0: it has no name; -1 and error */
static int named_end(struct check_reader *r, char *word, struct story_end *end)
{
	char *at = strchr(word, '{');
	struct story_name *name;
	int got;

	if (!at || at == word || at[-1] != ':' || !r->names->names)
		return 0;
	name = word_alloc(r->memory, sizeof(*name));
	got = text_name(r->names->names, at, true, name, r->error);
	if (got < 0 || at[got])
		return got < 0 ? -1 : word_fail(r->error, "\"%s\" is too much", at + got);
	at[-1] = '\0';
	if (build_end(r->names, word, end, r->error))
		return -1;
	end->has_port = true;
	end->name = name;
	return 1;
}

/* "client:40000", "client:1024-65535", "client:{p}" */
int check_end(struct check_reader *r, char *word, struct story_end *end)
{
	int named = named_end(r, word, end);
	char *colon = strchr(word, ':'), *rest = colon && !named ? word_cut(colon, '-') : NULL;
	uint64_t last = 0;

	if (named)
		return named < 0 ? -1 : 0;

	if (rest && word_number(rest, UINT16_MAX, &last, r->error))
		return -1;
	if (build_end(r->names, word, end, r->error))
		return -1;
	end->last_port = (uint16_t)last;
	return 0;
}

/* "client:40000 > server:80" */
int check_ends(struct check_reader *r, struct story_check *check)
{
	if (!r->word[0] || !r->word[1] || strcmp(r->word[1], ">") || !r->word[2])
		return word_fail(r->error, "\"host:port > host:port\" expected");
	if (check_end(r, r->word[0], &check->from) || check_end(r, r->word[2], &check->to))
		return -1;
	r->word += 3;
	return 0;
}

int check_label(struct check_reader *r, const char **text)
{
	if (!*r->word)
		return word_fail(r->error, "a label is missing at the end");
	for (size_t i = 0; i < r->names->earlier_count; i++) {
		const struct story_step *step = &r->names->earlier[i];

		if (step->kind == STEP_PACKET && step->label && !strcmp(step->label, *r->word)) {
			*text = step->label;
			r->word++;
			return 0;
		}
	}
	return word_fail(r->error, "no packet [%s] before this line", *r->word);
}

/* What may be said of a connection. => 1 if it was such a word, 0 if not, -1 on error */
static int connection_item(struct check_reader *r, const char *word)
{
	static const struct {
		const char *word;
		enum story_check_kind kind;
		uint64_t max;
	} numbers[] = {
	        {"mark", CHECK_MARK, UINT16_MAX},
	        {"icmp-id", CHECK_ICMP_ID, UINT16_MAX},
	        {"gre-key", CHECK_GRE_KEY, UINT32_MAX},
	        {"gre-version", CHECK_GRE_VERSION, 7},
	        {"gre-protocol", CHECK_GRE_PROTOCOL, UINT16_MAX},
	        {"protocol", CHECK_PROTOCOL, UINT8_MAX},
	};
	static const struct {
		const char *word;
		enum story_check_kind kind;
	} pairs[] = {
	        {"packets", CHECK_PACKETS},
	        {"bytes", CHECK_BYTES},
	        {"fasttrack-packets", CHECK_FAST_PACKETS},
	        {"icmp-type", CHECK_ICMP},
	};
	uint64_t value = 0;

	for (size_t i = 0; i < COUNT(numbers); i++)
		if (!strcmp(word, numbers[i].word))
			return check_number(r, numbers[i].max, &check_add(r, numbers[i].kind, 0)->value) ? -1
			                                                                     : 1;
	for (size_t i = 0; i < COUNT(pairs); i++)
		if (!strcmp(word, pairs[i].word)) {
			struct story_check *check = check_add(r, pairs[i].kind, 0);

			return pair(r, &check->value, &check->other) ? -1 : 1;
		}
	if (!strcmp(word, "tcp-state"))
		return name(r, tcp_states, COUNT(tcp_states), "tcp-state",
		            &check_add(r, CHECK_TCP_STATE, 0)->value)
		               ? -1
		               : 1;
	if (!strcmp(word, "sctp-state"))
		return name(r, sctp_states, COUNT(sctp_states), "sctp-state",
		            &check_add(r, CHECK_SCTP_STATE, 0)->value)
		               ? -1
		               : 1;
	if (!strcmp(word, "helper"))
		return name(r, check_helpers, WEIR_HELPER_COUNT, "helper",
		            &check_add(r, CHECK_HELPER, 0)->value)
		               ? -1
		               : 1;
	if (!strcmp(word, "next-state"))
		return name(r, states, COUNT(states), "state", &check_add(r, CHECK_NEXT_STATE, 0)->value)
		               ? -1
		               : 1;
	if (!strcmp(word, "timeout")) {
		if (word_time(*r->word, &check_add(r, CHECK_TIMEOUT, 0)->value, r->error))
			return -1;
		r->word++;
		return 1;
	}
	if (!strcmp(word, "status"))
		return status_bits(r, &check_add(r, CHECK_STATUS, 0)->value) ? -1 : 1;
	if (!strcmp(word, "not"))
		return status_bits(r, &check_add(r, CHECK_STATUS_CLEAR, 0)->value) ? -1 : 1;
	if (!strcmp(word, "reply") && *r->word)
		return check_ends(r, check_add(r, CHECK_REPLY, 0)) ? -1 : 1;
	for (size_t i = 0; i < COUNT(statuses); i++)
		if (!strcmp(word, statuses[i].name))
			value = statuses[i].bit;
	if (!value)
		return 0;
	check_add(r, CHECK_STATUS_SET, value);
	return 1;
}

/* "reset", "icmp 3/13", "none"; the first two with "from > to" */
static int answer(struct check_reader *r)
{
	struct story_check *check = check_add(r, CHECK_ANSWER, ANSWER_NONE);
	uint64_t type, code;

	if (*r->word && !strcmp(*r->word, "none")) {
		r->word++;
		return 0;
	}
	if (*r->word && !strcmp(*r->word, "reset")) {
		check->value = ANSWER_RESET;
		r->word++;
	} else if (*r->word && !strcmp(*r->word, "icmp")) {
		check->value = ANSWER_ICMP;
		r->word++;
		if (pair(r, &type, &code))
			return -1;
		check->other = type << 8 | code;
	} else {
		return word_fail(r->error, "answer: \"reset\", \"icmp 3/1\" or \"none\" expected");
	}
	return *r->word ? check_ends(r, check) : 0;
}

/* The comment of a rule. => its counter, or -1 and error */
static int rule_of(struct check_reader *r, const char **text)
{
	int found = *r->word && r->names->router ? router_find_rule(r->names->router, *r->word)
	                                         : -1;

	if (found < 0)
		return word_fail(r->error, "no rule with comment=%s", *r->word ? *r->word : "");
	*text = *r->word++;
	return found;
}

/* What a router does with a packet. => 1 if it was such a word, 0 if not, -1 and error */
static int router_item(struct check_reader *r, const char *word)
{
	struct story_check *check;
	int found;

	if (!strcmp(word, "rule")) {
		check = check_add(r, CHECK_RULE, 0);
		found = rule_of(r, &check->text);
		check->value = (uint64_t)found;
		return found < 0 ? -1 : 1;
	}
	if (!strcmp(word, "answer"))
		return answer(r) ? -1 : 1;
	if (!strcmp(word, "fast-path")) {
		check_add(r, CHECK_FAST, 0);
		return 1;
	}
	if (strcmp(word, "via") != 0 || !*r->word)
		return 0;
	return build_end(r->names, *r->word++, &check_add(r, CHECK_VIA, 0)->from, r->error) ? -1 : 1;
}

static int packet_item(struct check_reader *r)
{
	const char *word = *r->word++;
	int found;

	if ((found = word_find(states, COUNT(states), word)) >= 0) {
		check_add(r, CHECK_STATE, (uint64_t)found);
		return 0;
	}
	if ((found = word_find(verdicts, COUNT(verdicts), word)) >= 0) {
		check_add(r, CHECK_VERDICT, (uint64_t)found);
		return 0;
	}
	if (!strcmp(word, "reason"))
		return name(r, reasons, COUNT(reasons), "reason", &check_add(r, CHECK_REASON, 0)->value);
	if (!strcmp(word, "says") && *r->word && **r->word == '"') {
		struct story_check *check = check_add(r, CHECK_SAYS, 0);

		check->text = word_copy(r->memory, *r->word + 1);
		r->word++;
		return 0;
	}
	if (!strcmp(word, "dir"))
		return name(r, dirs, COUNT(dirs), "direction", &check_add(r, CHECK_DIR, 0)->value);
	if (!strcmp(word, "created")) {
		check_add(r, CHECK_CREATED, 1);
		return 0;
	}
	if (!strcmp(word, "same") && r->word[0] && !strcmp(r->word[0], "as")) {
		r->word++;
		return check_label(r, &check_add(r, CHECK_SAME, 0)->text);
	}
	if (!strcmp(word, "differs") && r->word[0] && !strcmp(r->word[0], "from")) {
		r->word++;
		return check_label(r, &check_add(r, CHECK_DIFFERS, 0)->text);
	}
	if (!strcmp(word, "no-connection")) {
		check_add(r, CHECK_NO_CONN, 0);
		return 0;
	}
	if (!strcmp(word, "out"))
		return check_out(r);
	found = router_item(r, word);
	if (found)
		return found > 0 ? 0 : -1;
	found = connection_item(r, word);
	return found > 0   ? 0
	       : found < 0 ? -1
	                   : word_fail(r->error, "\"%s\" is no expectation", word);
}

static int event_item(struct check_reader *r)
{
	struct story_check *check = check_add(r, CHECK_EVENT, 0);

	if (*r->word && !strcmp(*r->word, "none")) {
		check->kind = CHECK_NO_EVENT;
		r->word++;
		return 0;
	}
	if (name(r, events, COUNT(events), "event", &check->value) || check_label(r, &check->text))
		return -1;
	if (check->value == WEIR_EVENT_DESTROYED)
		return name(r, ends, COUNT(ends), "end of a connection", &check->other);
	return 0;
}

static int entry_item(struct check_reader *r)
{
	struct story_check *check = check_add(r, CHECK_ENTRY, 0);
	int protocol;

	if (r->word[0] && !r->word[1])
		return check_label(r, &check->text);
	protocol = *r->word ? build_protocol(*r->word) : -1;
	if (protocol < 0)
		return word_fail(r->error,
		                 "entry: a label, or \"tcp client:1 > server:2\" expected");
	check->value = (uint64_t)protocol;
	r->word++;
	return check_ends(r, check);
}

static int stat_item(struct check_reader *r, const char *word)
{
	static const struct {
		const char *stat;
		const char *const *names;
		size_t count;
	} lists[] = {
	        {"state", states, COUNT(states)},
	        {"verdict", verdicts, COUNT(verdicts)},
	        {"count", reasons, COUNT(reasons)},
	        {"ended", ends, COUNT(ends)},
	};
	int found = word_find(check_stats, COUNT(check_stats), word);
	struct story_check *check;

	if (found < 0)
		return word_fail(r->error, "\"%s\" is no expectation", word);
	check = check_add(r, CHECK_STAT, 0);
	check->text = check_stats[found];
	for (size_t i = 0; i < COUNT(lists); i++)
		if (!strcmp(lists[i].stat, word) &&
		    name(r, lists[i].names, lists[i].count, word, &check->other))
			return -1;
	return check_number(r, UINT64_MAX, &check->value);
}

static int expect_item(struct check_reader *r, bool entry, struct story_pending *pending)
{
	const char *word = *r->word++;
	int found = entry ? connection_item(r, word) : pending ? check_pending(r, word, pending) : 0;

	if (found)
		return found > 0 ? 0 : -1;
	if (!strcmp(word, "pending"))
		return check_pending_begin(r);
	if (!strcmp(word, "expectations"))
		return check_number(r, UINT32_MAX, &check_add(r, CHECK_EXPECTATIONS, 0)->value);
	if (!strcmp(word, "entry"))
		return entry_item(r);
	if (!strcmp(word, "event"))
		return event_item(r);
	if (!strcmp(word, "counted")) {
		struct story_check *check = check_add(r, CHECK_COUNTED, 0);

		found = rule_of(r, &check->text);
		check->other = (uint64_t)found;
		return found < 0 ? -1 : check_number(r, UINT64_MAX, &check->value);
	}
	if (!strcmp(word, "gone"))
		return check_label(r, &check_add(r, CHECK_GONE, 0)->text);
	if (!strcmp(word, "alive"))
		return check_label(r, &check_add(r, CHECK_ALIVE, 0)->text);
	if (!strcmp(word, "none")) {
		check_add(r, CHECK_STAT, 0)->text = "connections";
		return 0;
	}
	return stat_item(r, word);
}

/* Items between commas; each must be used up to its last word. */
static int items(struct check_reader *r, char *text, bool expect)
{
	struct story_pending *pending = NULL;
	bool entry = false;

	while (text) {
		char *rest = word_cut(text, ',');

		r->word = word_split(r->memory, text, r->error);
		if (!r->word)
			return -1;
		if (!*r->word)
			return word_fail(r->error, "nothing stands between two commas");
		if (expect && !strcmp(*r->word, "entry"))
			entry = true;
		if (expect && !strcmp(*r->word, "pending"))
			entry = false;
		if (expect ? expect_item(r, entry, pending) : packet_item(r))
			return -1;
		pending = check_latest_pending(r);
		if (*r->word)
			return word_fail(r->error, "\"%s\" is too much (a comma missing?)",
			                 *r->word);
		text = rest;
	}
	return 0;
}

int check_packet(void **memory, struct story_step *step, unsigned line, char *text,
                 const struct build_line *names, char error[STORY_ERROR])
{
	struct check_reader r = {memory, step, line, names, error, NULL};

	return items(&r, text, false);
}

int check_expect(void **memory, struct story_step *step, unsigned line, char *text,
                 const struct build_line *names, char error[STORY_ERROR])
{
	struct check_reader r = {memory, step, line, names, error, NULL};

	return items(&r, text, true);
}

static const struct story_check *find(const struct story_step *step, enum story_check_kind kind)
{
	for (size_t i = 0; i < step->check_count; i++)
		if (step->checks[i].kind == kind)
			return &step->checks[i];
	return NULL;
}

int check_complete(void **memory, struct story_step *step, char error[STORY_ERROR])
{
	struct check_reader r = {memory, step, step->line, NULL, error, NULL};
	const struct story_check *state = find(step, CHECK_STATE);
	const struct story_check *verdict = find(step, CHECK_VERDICT);
	bool bad;

	if (!state && !verdict)
		return word_fail(error,
		                 "what becomes of this packet? (\"-> new\", \"-> drop\" ...)");
	bad = (state && state->value == WEIR_STATE_INVALID) ||
	      (verdict && verdict->value == WEIR_DROP);
	if (bad && !find(step, CHECK_REASON))
		return word_fail(error, "an invalid or dropped packet needs its reason");
	if (!verdict)
		check_add(&r, CHECK_VERDICT, WEIR_ACCEPT);
	if (!state && verdict->value == WEIR_HELD)
		check_add(&r, CHECK_STATE, WEIR_STATE_NONE);
	if (!bad && !find(step, CHECK_REASON))
		check_add(&r, CHECK_REASON, WEIR_R_NONE);
	if (!find(step, CHECK_CREATED))
		check_add(&r, CHECK_CREATED, 0);
	if (!find(step, CHECK_ANSWER))
		check_add(&r, CHECK_ANSWER, ANSWER_NONE);
	return 0;
}

static const char *text_of(const char *const *names, size_t count, uint64_t value)
{
	return value < count ? names[value] : "?";
}

const char *check_reason_name(uint64_t reason)
{
	return text_of(reasons, COUNT(reasons), reason);
}

const char *check_state_name(uint64_t state)
{
	return text_of(states, COUNT(states), state);
}

const char *check_verdict_name(uint64_t verdict)
{
	return text_of(verdicts, COUNT(verdicts), verdict);
}

const char *check_tcp_name(uint64_t state)
{
	return text_of(tcp_states, COUNT(tcp_states), state);
}

const char *check_sctp_name(uint64_t state)
{
	return text_of(sctp_states, COUNT(sctp_states), state);
}

const char *check_event_name(uint64_t event)
{
	return text_of(events, COUNT(events), event);
}

const char *check_end_name(uint64_t end)
{
	return text_of(ends, COUNT(ends), end);
}

const char *check_helper_name(uint64_t helper)
{
	return text_of(check_helpers, COUNT(check_helpers), helper);
}

void check_status_names(uint64_t status, char *text, size_t size)
{
	size_t at = 0;

	snprintf(text, size, "nothing");
	for (size_t i = 0; i < COUNT(statuses); i++)
		if (status & statuses[i].bit && at < size)
			at += (size_t)snprintf(text + at, size - at, "%s%s", at ? " " : "",
			                       statuses[i].name);
}

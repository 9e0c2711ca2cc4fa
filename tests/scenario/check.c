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

#include "router.h"
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

struct reader {
	void **memory;
	struct story_step *step;
	unsigned line;
	const struct build_line *names;
	char *error;
	char **word; /* the next one */
};

static struct story_check *add(struct reader *r, enum story_check_kind kind, uint64_t value)
{
	struct story_check *check =
	        word_more(r->memory, &r->step->checks, &r->step->check_count, sizeof(*check));

	check->kind = kind;
	check->line = r->line;
	check->value = value;
	return check;
}

/* The next word as a name of a list. */
static int name(struct reader *r, const char *const *names, size_t count, const char *what,
                uint64_t *value)
{
	int found = *r->word ? word_find(names, count, *r->word) : -1;

	if (found < 0)
		return word_fail(r->error, "\"%s\" is no %s", *r->word ? *r->word : "", what);
	*value = (uint64_t)found;
	r->word++;
	return 0;
}

static int status_bits(struct reader *r, uint64_t *bits)
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

static int number(struct reader *r, uint64_t max, uint64_t *value)
{
	if (word_number(*r->word, max, value, r->error))
		return -1;
	r->word++;
	return 0;
}

/* "2/1": two numbers, original and reply. */
static int pair(struct reader *r, uint64_t *value, uint64_t *other)
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

/* "client:40000", "client:1024-65535" */
static int end_of(struct reader *r, char *word, struct story_end *end)
{
	char *colon = strchr(word, ':'), *rest = colon ? word_cut(colon, '-') : NULL;
	uint64_t last = 0;

	if (rest && word_number(rest, UINT16_MAX, &last, r->error))
		return -1;
	if (build_end(r->names, word, end, r->error))
		return -1;
	end->last_port = (uint16_t)last;
	return 0;
}

/* "client:40000 > server:80" */
static int ends_of(struct reader *r, struct story_check *check)
{
	if (!r->word[0] || !r->word[1] || strcmp(r->word[1], ">") || !r->word[2])
		return word_fail(r->error, "\"host:port > host:port\" expected");
	if (end_of(r, r->word[0], &check->from) || end_of(r, r->word[2], &check->to))
		return -1;
	r->word += 3;
	return 0;
}

static int label(struct reader *r, const char **text)
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
static int connection_item(struct reader *r, const char *word)
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
			return number(r, numbers[i].max, &add(r, numbers[i].kind, 0)->value) ? -1
			                                                                     : 1;
	for (size_t i = 0; i < COUNT(pairs); i++)
		if (!strcmp(word, pairs[i].word)) {
			struct story_check *check = add(r, pairs[i].kind, 0);

			return pair(r, &check->value, &check->other) ? -1 : 1;
		}
	if (!strcmp(word, "tcp-state"))
		return name(r, tcp_states, COUNT(tcp_states), "tcp-state",
		            &add(r, CHECK_TCP_STATE, 0)->value)
		               ? -1
		               : 1;
	if (!strcmp(word, "sctp-state"))
		return name(r, sctp_states, COUNT(sctp_states), "sctp-state",
		            &add(r, CHECK_SCTP_STATE, 0)->value)
		               ? -1
		               : 1;
	if (!strcmp(word, "next-state"))
		return name(r, states, COUNT(states), "state", &add(r, CHECK_NEXT_STATE, 0)->value)
		               ? -1
		               : 1;
	if (!strcmp(word, "timeout")) {
		if (word_time(*r->word, &add(r, CHECK_TIMEOUT, 0)->value, r->error))
			return -1;
		r->word++;
		return 1;
	}
	if (!strcmp(word, "status"))
		return status_bits(r, &add(r, CHECK_STATUS, 0)->value) ? -1 : 1;
	if (!strcmp(word, "not"))
		return status_bits(r, &add(r, CHECK_STATUS_CLEAR, 0)->value) ? -1 : 1;
	if (!strcmp(word, "reply") && *r->word)
		return ends_of(r, add(r, CHECK_REPLY, 0)) ? -1 : 1;
	for (size_t i = 0; i < COUNT(statuses); i++)
		if (!strcmp(word, statuses[i].name))
			value = statuses[i].bit;
	if (!value)
		return 0;
	add(r, CHECK_STATUS_SET, value);
	return 1;
}

/* "wan", "wan gateway:1024-65535 > server:80", "local" */
static int leaves(struct reader *r)
{
	struct story_check *check;
	int port = r->names->router ? router_port(r->names->router, *r->word) : -1;

	if (port < 0)
		return word_fail(r->error, "out: \"same\", \"as LABEL\", a length or an interface "
		                           "expected, not \"%s\"", *r->word);
	check = add(r, CHECK_LEAVES, (uint64_t)port);
	r->word++;
	return *r->word ? ends_of(r, check) : 0;
}

/* "reset", "icmp 3/13", "none"; the first two with "from > to" */
static int answer(struct reader *r)
{
	struct story_check *check = add(r, CHECK_ANSWER, ANSWER_NONE);
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
	return *r->word ? ends_of(r, check) : 0;
}

/* The comment of a rule. => its counter, or -1 and error */
static int rule_of(struct reader *r, const char **text)
{
	int found = *r->word && r->names->router ? router_find_rule(r->names->router, *r->word)
	                                         : -1;

	if (found < 0)
		return word_fail(r->error, "no rule with comment=%s", *r->word ? *r->word : "");
	*text = *r->word++;
	return found;
}

/* What a router does with a packet. => 1 if it was such a word, 0 if not, -1 and error */
static int router_item(struct reader *r, const char *word)
{
	struct story_check *check;
	int found;

	if (!strcmp(word, "rule")) {
		check = add(r, CHECK_RULE, 0);
		found = rule_of(r, &check->text);
		check->value = (uint64_t)found;
		return found < 0 ? -1 : 1;
	}
	if (!strcmp(word, "answer"))
		return answer(r) ? -1 : 1;
	if (!strcmp(word, "fast-path")) {
		add(r, CHECK_FAST, 0);
		return 1;
	}
	if (strcmp(word, "via") != 0 || !*r->word)
		return 0;
	return build_end(r->names, *r->word++, &add(r, CHECK_VIA, 0)->from, r->error) ? -1 : 1;
}

static int packet_item(struct reader *r)
{
	const char *word = *r->word++;
	int found;

	if ((found = word_find(states, COUNT(states), word)) >= 0) {
		add(r, CHECK_STATE, (uint64_t)found);
		return 0;
	}
	if ((found = word_find(verdicts, COUNT(verdicts), word)) >= 0) {
		add(r, CHECK_VERDICT, (uint64_t)found);
		return 0;
	}
	if (!strcmp(word, "reason"))
		return name(r, reasons, COUNT(reasons), "reason", &add(r, CHECK_REASON, 0)->value);
	if (!strcmp(word, "says") && *r->word && **r->word == '"') {
		struct story_check *check = add(r, CHECK_SAYS, 0);

		check->text = word_copy(r->memory, *r->word + 1);
		r->word++;
		return 0;
	}
	if (!strcmp(word, "dir"))
		return name(r, dirs, COUNT(dirs), "direction", &add(r, CHECK_DIR, 0)->value);
	if (!strcmp(word, "created")) {
		add(r, CHECK_CREATED, 1);
		return 0;
	}
	if (!strcmp(word, "same") && r->word[0] && !strcmp(r->word[0], "as")) {
		r->word++;
		return label(r, &add(r, CHECK_SAME, 0)->text);
	}
	if (!strcmp(word, "differs") && r->word[0] && !strcmp(r->word[0], "from")) {
		r->word++;
		return label(r, &add(r, CHECK_DIFFERS, 0)->text);
	}
	if (!strcmp(word, "no-connection")) {
		add(r, CHECK_NO_CONN, 0);
		return 0;
	}
	if (!strcmp(word, "out")) {
		if (!*r->word)
			return word_fail(r->error,
			                 "out: \"same\", \"as LABEL\" or a length expected");
		if (!strcmp(*r->word, "same")) {
			add(r, CHECK_OUT_SAME, 0);
			r->word++;
			return 0;
		}
		if (!strcmp(*r->word, "as")) {
			r->word++;
			return label(r, &add(r, CHECK_OUT_SAME, 0)->text);
		}
		if (**r->word < '0' || **r->word > '9')
			return leaves(r);
		return number(r, BUILD_MAX, &add(r, CHECK_OUT, 0)->value);
	}
	found = router_item(r, word);
	if (found)
		return found > 0 ? 0 : -1;
	found = connection_item(r, word);
	return found > 0   ? 0
	       : found < 0 ? -1
	                   : word_fail(r->error, "\"%s\" is no expectation", word);
}

static int event_item(struct reader *r)
{
	struct story_check *check = add(r, CHECK_EVENT, 0);

	if (*r->word && !strcmp(*r->word, "none")) {
		check->kind = CHECK_NO_EVENT;
		r->word++;
		return 0;
	}
	if (name(r, events, COUNT(events), "event", &check->value) || label(r, &check->text))
		return -1;
	if (check->value == WEIR_EVENT_DESTROYED)
		return name(r, ends, COUNT(ends), "end of a connection", &check->other);
	return 0;
}

static int entry_item(struct reader *r)
{
	struct story_check *check = add(r, CHECK_ENTRY, 0);
	int protocol;

	if (r->word[0] && !r->word[1])
		return label(r, &check->text);
	protocol = *r->word ? build_protocol(*r->word) : -1;
	if (protocol < 0)
		return word_fail(r->error,
		                 "entry: a label, or \"tcp client:1 > server:2\" expected");
	check->value = (uint64_t)protocol;
	r->word++;
	return ends_of(r, check);
}

static int stat_item(struct reader *r, const char *word)
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
	check = add(r, CHECK_STAT, 0);
	check->text = check_stats[found];
	for (size_t i = 0; i < COUNT(lists); i++)
		if (!strcmp(lists[i].stat, word) &&
		    name(r, lists[i].names, lists[i].count, word, &check->other))
			return -1;
	return number(r, UINT64_MAX, &check->value);
}

static int expect_item(struct reader *r, bool entry)
{
	const char *word = *r->word++;
	int found = entry ? connection_item(r, word) : 0;

	if (found)
		return found > 0 ? 0 : -1;
	if (!strcmp(word, "entry"))
		return entry_item(r);
	if (!strcmp(word, "event"))
		return event_item(r);
	if (!strcmp(word, "counted")) {
		struct story_check *check = add(r, CHECK_COUNTED, 0);

		found = rule_of(r, &check->text);
		check->other = (uint64_t)found;
		return found < 0 ? -1 : number(r, UINT64_MAX, &check->value);
	}
	if (!strcmp(word, "gone"))
		return label(r, &add(r, CHECK_GONE, 0)->text);
	if (!strcmp(word, "alive"))
		return label(r, &add(r, CHECK_ALIVE, 0)->text);
	if (!strcmp(word, "none")) {
		add(r, CHECK_STAT, 0)->text = "connections";
		return 0;
	}
	return stat_item(r, word);
}

/* Items between commas; each must be used up to its last word. */
static int items(struct reader *r, char *text, bool expect)
{
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
		if (expect ? expect_item(r, entry) : packet_item(r))
			return -1;
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
	struct reader r = {memory, step, line, names, error, NULL};

	return items(&r, text, false);
}

int check_expect(void **memory, struct story_step *step, unsigned line, char *text,
                 const struct build_line *names, char error[STORY_ERROR])
{
	struct reader r = {memory, step, line, names, error, NULL};

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
	struct reader r = {memory, step, step->line, NULL, error, NULL};
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
		add(&r, CHECK_VERDICT, WEIR_ACCEPT);
	if (!state && verdict->value == WEIR_HELD)
		add(&r, CHECK_STATE, WEIR_STATE_NONE);
	if (!bad && !find(step, CHECK_REASON))
		add(&r, CHECK_REASON, WEIR_R_NONE);
	if (!find(step, CHECK_CREATED))
		add(&r, CHECK_CREATED, 0);
	if (!find(step, CHECK_ANSWER))
		add(&r, CHECK_ANSWER, ANSWER_NONE);
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

void check_status_names(uint64_t status, char *text, size_t size)
{
	size_t at = 0;

	snprintf(text, size, "nothing");
	for (size_t i = 0; i < COUNT(statuses); i++)
		if (status & statuses[i].bit && at < size)
			at += (size_t)snprintf(text + at, size - at, "%s%s", at ? " " : "",
			                       statuses[i].name);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/log_setup.c - rules and actions of the log; see log_setup.h.
 */
#include "system/log_setup.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/addr.h"
#include "system/field.h"

#define ACTIONS "/system logging action"
#define RULES "/system logging"
#define IDENTITY "/system identity"

/* What an expression may cost for one line. */
#define MATCH_LIMIT 100000
#define MATCH_DEPTH 1000
#define MATCH_HEAP_KIB 256

static bool has_topic(const char *topics, const char *topic, size_t len)
{
	while (*topics) {
		size_t n = strcspn(topics, ",");

		if (n == len && memcmp(topics, topic, len) == 0)
			return true;
		topics += n + (topics[n] == ',');
	}
	return false;
}

bool log_topics_match(const char *rule, const char *topics)
{
	while (*rule) {
		bool not = *rule == '!';
		size_t len;

		rule += not ;
		len = strcspn(rule, ",");
		if (len && has_topic(topics, rule, len) == not )
			return false;
		rule += len + (rule[len] == ',');
	}
	return true;
}

bool log_rule_match(const struct log_setup *setup, const struct log_rule *rule,
		    const char *topics, const char *message)
{
	return log_topics_match(rule->topics, topics) &&
	       (rule->regex == NULL ||
		pcre2_match(rule->regex, (PCRE2_SPTR)message, strlen(message), 0, 0, rule->match,
			    setup->limits) >= 0);
}

void log_setup_free(struct log_setup *setup)
{
	if (setup == NULL)
		return;
	for (size_t i = 0; i < setup->actions; i++) {
		free(setup->action[i].name);
		free(setup->action[i].file);
		free(setup->action[i].host);
		if (setup->action[i].fd >= 0)
			close(setup->action[i].fd);
	}
	for (size_t i = 0; i < setup->rules; i++) {
		free(setup->rule[i].topics);
		free(setup->rule[i].prefix);
		pcre2_match_data_free(setup->rule[i].match);
		pcre2_code_free(setup->rule[i].regex);
	}
	pcre2_match_context_free(setup->limits);
	free(setup->action);
	free(setup->rule);
	free(setup);
}

static struct log_setup *make(size_t actions, size_t rules)
{
	struct log_setup *setup = calloc(1, sizeof *setup);

	if (setup == NULL)
		return NULL;
	setup->action = calloc(actions + 1, sizeof *setup->action);
	setup->rule = calloc(rules + 1, sizeof *setup->rule);
	if (setup->action == NULL || setup->rule == NULL) {
		log_setup_free(setup);
		return NULL;
	}
	return setup;
}

static bool add_rule(struct log_setup *setup, char *topics, char *prefix, size_t action)
{
	setup->rule[setup->rules++] = (struct log_rule){.topics = topics, .prefix = prefix, .action = action};
	return topics && prefix;
}

struct log_setup *log_setup_default(void)
{
	static const char *const topics[] = {"info", "error", "warning", "critical"};
	struct log_setup *setup = make(2, 4);
	bool ok = true;

	if (setup == NULL)
		return NULL;
	/* Ids as those of the rows that the menu of actions begins with. */
	setup->action[0] = (struct log_action){
		.id = 1, .name = strdup("memory"), .target = LOG_MEMORY, .lines = 1000, .fd = -1};
	setup->action[1] =
		(struct log_action){.id = 3, .name = strdup("echo"), .target = LOG_ECHO, .fd = -1};
	setup->actions = 2;
	for (size_t i = 0; i < 4; i++)
		ok &= add_rule(setup, strdup(topics[i]), strdup(""), i == 3);
	if (ok && setup->action[0].name && setup->action[1].name)
		return setup;
	log_setup_free(setup);
	return NULL;
}

/* From the model */

struct reading {
	struct model *model;
	struct log_setup *setup;
	char *host;
	bool failed; /* no memory, or *error says why */
	struct strbuf *error;
};

static uint8_t target_of(const char *name)
{
	static const char *const names[] = {"disk", "echo", "email", "memory", "remote"};

	for (uint8_t i = 0; i < LOG_NOTHING; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return LOG_NOTHING;
}

static bool read_address(struct reading *r, const struct item *item, const char *name,
			 uint8_t *family, union weir_addr *addr)
{
	struct strbuf text = STRBUF_INIT;
	static const union weir_addr none;
	bool ok = field_text(r->model, item, name, &text) &&
		  addr_parse(strbuf_text(&text), text.len, family, addr) &&
		  addr_compare(*family, addr, *family, &none) != 0;

	strbuf_free(&text);
	return ok;
}

static void read_remote(struct reading *r, const struct item *item, struct log_action *a)
{
	uint8_t family;
	bool bsd = field_yes(r->model, item, "bsd-syslog", false);

	a->host = strdup(r->host);
	r->failed |= a->host == NULL;
	a->form = (uint8_t)field_number(r->model, item, "remote-log-format", LOG_DEFAULT);
	if (a->form == LOG_DEFAULT && bsd)
		a->form = LOG_BSD;
	a->facility = (uint8_t)field_number(r->model, item, "syslog-facility", 3);
	/* The menu's names have none for syslog's 13 to 15. */
	if (a->facility > 12)
		a->facility += 3;
	a->severity = (uint8_t)field_number(r->model, item, "syslog-severity", 0);
	a->iso_time = field_yes(r->model, item, "syslog-time-format", false);
	a->port = (uint16_t)field_number(r->model, item, "remote-port", 514);
	if (!read_address(r, item, "remote", &a->family, &a->remote))
		a->family = 0;
	a->has_from =
		read_address(r, item, "src-address", &family, &a->from) && family == a->family;
}

static void read_action(struct reading *r, const struct item *item)
{
	struct log_action *a = &r->setup->action[r->setup->actions++];
	char *target = field_copy(r->model, item, "target", "memory", &r->failed);

	a->id = item_id(item);
	a->fd = -1;
	a->name = field_copy(r->model, item, "name", "", &r->failed);
	a->target = target ? target_of(target) : LOG_NOTHING;
	free(target);
	if (a->target == LOG_MEMORY) {
		a->lines = (uint32_t)field_number(r->model, item, "memory-lines", 1000);
		a->stop = field_yes(r->model, item, "memory-stop-on-full", false);
	} else if (a->target == LOG_DISK) {
		a->file = field_copy(r->model, item, "disk-file-name", "log", &r->failed);
		a->lines = (uint32_t)field_number(r->model, item, "disk-lines-per-file", 1000);
		a->files = (uint32_t)field_number(r->model, item, "disk-file-count", 2);
		a->stop = field_yes(r->model, item, "disk-stop-on-full", false);
	} else if (a->target == LOG_REMOTE) {
		read_remote(r, item, a);
	}
}

static bool have_limits(struct log_setup *setup)
{
	if (setup->limits)
		return true;
	setup->limits = pcre2_match_context_create(NULL);
	if (setup->limits == NULL)
		return false;
	pcre2_set_match_limit(setup->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(setup->limits, MATCH_DEPTH);
	pcre2_set_heap_limit(setup->limits, MATCH_HEAP_KIB);
	return true;
}

static void read_regex(struct reading *r, const struct item *item, struct log_rule *rule)
{
	struct strbuf text = STRBUF_INIT;
	PCRE2_UCHAR message[120];
	PCRE2_SIZE offset;
	int code;

	if (field_text(r->model, item, "regex", &text) && text.len) {
		rule->regex = pcre2_compile((PCRE2_SPTR)strbuf_text(&text), text.len,
					    PCRE2_NEVER_BACKSLASH_C, &code, &offset, NULL);
		if (rule->regex == NULL && code != PCRE2_ERROR_HEAP_FAILED && r->error->len == 0) {
			pcre2_get_error_message(code, message, sizeof message);
			strbuf_printf(r->error, "failure: bad regex: %s", (const char *)message);
		}
		if (rule->regex)
			rule->match = pcre2_match_data_create_from_pattern(rule->regex, NULL);
		r->failed |= rule->match == NULL || !have_limits(r->setup);
	}
	r->failed |= text.failed;
	strbuf_free(&text);
}

static void read_rule(struct reading *r, const struct item *item)
{
	uint64_t action = field_reference(r->model, item, "action");
	char *topics, *prefix;

	if (item_disabled(item))
		return;
	for (size_t i = 0; i < r->setup->actions; i++) {
		if (r->setup->action[i].id != action)
			continue;
		topics = field_copy(r->model, item, "topics", "", &r->failed);
		prefix = field_copy(r->model, item, "prefix", "", &r->failed);
		add_rule(r->setup, topics, prefix, i);
		read_regex(r, item, &r->setup->rule[r->setup->rules - 1]);
	}
}

static void each(struct reading *r, const struct menu *menu,
		 void (*take)(struct reading *r, const struct item *item))
{
	struct menu_source *source = model_open(r->model, menu);
	const void *row;

	if (source == NULL) {
		r->failed = true;
		return;
	}
	while ((row = source->next(source)) != NULL) {
		const struct item *item = model_item(r->model, menu, model_id(source, row));

		if (item)
			take(r, item);
	}
	model_close(source);
}

struct log_setup *log_setup_of(struct model *model, struct strbuf *error)
{
	const struct menu *actions = model_menu(model, ACTIONS), *rules = model_menu(model, RULES);
	const struct menu *identity = model_menu(model, IDENTITY);
	struct reading r = {.model = model, .error = error};

	if (actions == NULL || rules == NULL)
		r.setup = log_setup_default();
	else
		r.setup = make(model_count(model, actions), model_count(model, rules));
	if (r.setup == NULL)
		strbuf_str(error, "failure: out of memory");
	if (r.setup == NULL || actions == NULL || rules == NULL)
		return r.setup;
	if (identity && model_settings(model, identity))
		r.host = field_copy(model, model_settings(model, identity), "name", "weir",
				    &r.failed);
	else
		r.host = strdup("weir");
	if (r.host && !r.failed) {
		each(&r, actions, read_action);
		each(&r, rules, read_rule);
	}
	if (r.host == NULL || r.failed) {
		if (error->len == 0)
			strbuf_str(error, "failure: out of memory");
		log_setup_free(r.setup);
		r.setup = NULL;
	}
	free(r.host);
	return r.setup;
}

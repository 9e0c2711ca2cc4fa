/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/completion.c - what may stand at the end of a line: session_complete(), for Tab and
 * for `?`.
 *
 * The parser says what it expects (console/context.h); here it becomes words: menus, commands,
 * names of arguments, values of enumerations, names of items, variables.
 *
 * Life: the words lie in completion.store until completion_free(). Threads: the session's; it
 * takes the model's lock. Cost: one parse of the line; at most ITEMS_MAX items are looked at.
 *
 * Source: RouterOS manual, "Command Line Interface": Tab, `?`, colours.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "console/command.h"
#include "console/context.h"
#include "console/run.h"

#define ITEMS_MAX 5000
#define WORDS_MAX 2000

/* The candidates while they are collected: `word` is an offset into the store, as that moves. */
struct candidate {
	size_t at;
	const char *help;
	uint8_t style;
	char end; /* what follows it when it is the only one; 0: nothing */
};

struct collector {
	struct completion *completion;
	struct session *session;
	const struct context *context;
	const char *word; /* what they begin with */
	size_t len;
	struct candidate *candidates;
	size_t count, size;
	uint8_t style; /* of the values that setting_complete() gives */
	bool failed;
};

static bool begins(const struct collector *c, const char *word, size_t len)
{
	return len >= c->len && memcmp(word, c->word, c->len) == 0;
}

static void add_text(struct collector *c, const char *word, size_t len, const char *help,
                     uint8_t style, char end)
{
	struct strbuf *store = &c->completion->store;

	if (!begins(c, word, len) || c->failed || c->count == WORDS_MAX || len == 0)
		return;
	if (c->count == c->size) {
		size_t size = c->size ? 2 * c->size : 64;
		struct candidate *larger = realloc(c->candidates, size * sizeof *larger);

		if (larger == NULL) {
			c->failed = true;
			return;
		}
		c->candidates = larger;
		c->size = size;
	}
	c->candidates[c->count++] = (struct candidate){store->len, help, style, end};
	strbuf_add(store, word, len);
	strbuf_char(store, '\0');
}

static void add(struct collector *c, const char *word, const char *help, uint8_t style, char end)
{
	add_text(c, word, strlen(word), help, style, end);
}

/* Menus and commands */

/* /ip/firewall/ goes on as it began. */
static char menu_end(const struct collector *c, const char *text)
{
	size_t start = c->completion->start;

	return start && text[start - 1] == '/' ? '/' : ' ';
}

static bool named(const struct context_name *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(name) == names[i].len && memcmp(name, names[i].name, names[i].len) == 0)
			return true;
	}
	return false;
}

static bool of_node(const struct menu_node *node, const char *name)
{
	const struct command *const *commands = menu_commands(node);

	for (const struct menu_node *child = node->child; child; child = child->next) {
		if (strcmp(child->word, name) == 0)
			return true;
	}
	for (; *commands; commands++) {
		if (strcmp((*commands)->name, name) == 0)
			return true;
	}
	return false;
}

static void add_globals(struct collector *c, const struct command *const *commands)
{
	const struct context *context = c->context;

	for (; *commands; commands++) {
		if (context->globals == CONTEXT_GLOBALS_ONLY ||
		    !of_node(context->node, (*commands)->name))
			add(c, (*commands)->name, (*commands)->help, COMPLETION_COMMAND, ' ');
	}
}

/* Whether weir has the node or something below it: what only RouterOS has is not offered. */
static bool offered(const struct menu_node *node)
{
	if (node->menu || !node->foreign)
		return true;
	for (const struct menu_node *child = node->child; child; child = child->next) {
		if (offered(child))
			return true;
	}
	return false;
}

static void add_commands(struct collector *c, const char *text)
{
	const struct context *context = c->context;
	const struct command *const *commands = menu_commands(context->node);
	bool globals = context->globals == CONTEXT_GLOBALS_ONLY ||
	               (context->globals == CONTEXT_GLOBALS_TOO &&
	                (c->len || context->node->parent == NULL));

	if (context->globals != CONTEXT_GLOBALS_ONLY) {
		for (const struct menu_node *node = context->node->child; node; node = node->next) {
			if (offered(node))
				add(c, node->word, node->help, COMPLETION_MENU, menu_end(c, text));
		}
		for (; *commands; commands++)
			add(c, (*commands)->name, (*commands)->help, COMPLETION_COMMAND, ' ');
	}
	if (globals) {
		add_globals(c, control_commands);
		add_globals(c, global_commands);
	}
}

/* Values */

static void add_value(void *ctx, const char *word, const char *help)
{
	struct collector *c = ctx;

	add(c, word, help, COMPLETION_VALUE, c->context->quoted ? '"' : ' ');
}

/* The values that a property has in the items of a menu, each once. */
static void add_items(struct collector *c, const struct menu *menu, const struct property *property)
{
	struct menu_source *source = model_open(c->session->model, menu);
	const void *item;

	for (unsigned n = 0; source && n < ITEMS_MAX && (item = source->next(source)); n++) {
		struct strbuf text = STRBUF_INIT;
		struct value value = value_none();

		source_getter(source, property)(source, item, property, &value);
		if (value.type != VALUE_NONE)
			value_print(&property->kind, &value, VALUE_API, &text);
		add_text(c, strbuf_text(&text), text.len, NULL, COMPLETION_VALUE,
		         c->context->quoted ? '"' : ' ');
		c->failed |= text.failed;
		strbuf_free(&text);
	}
	model_close(source);
}

static const struct property *name_property(const struct menu *menu)
{
	for (size_t i = 0; i < menu->count; i++) {
		if (menu->properties[i].show & PROP_NAME)
			return &menu->properties[i];
	}
	return NULL;
}

static void add_names(struct collector *c, const struct menu *menu)
{
	const struct property *name = menu ? name_property(menu) : NULL;

	if (name)
		add_items(c, menu, name);
}

/* Names that a configuration makes by using them: where else they stand. */
static const struct {
	const char *property, *menu, *where; /* menu NULL: the same */
} used_names[] = {
        {"chain", NULL, "chain"},
        {"jump-target", NULL, "chain"},
        {"list", NULL, "list"},
        {"src-address-list", "/ip firewall address-list", "list"},
        {"dst-address-list", "/ip firewall address-list", "list"},
        {"address-list", "/ip firewall address-list", "list"},
        {"connection-mark", "/ip firewall mangle", "new-connection-mark"},
        {"packet-mark", "/ip firewall mangle", "new-packet-mark"},
        {"routing-mark", "/ip firewall mangle", "new-routing-mark"},
        {"new-connection-mark", "/ip firewall mangle", "new-connection-mark"},
        {"new-packet-mark", "/ip firewall mangle", "new-packet-mark"},
        {"new-routing-mark", "/routing table", "name"},
};

static void add_used(struct collector *c, const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(used_names); i++) {
		const struct menu *menu = c->context->node->menu;
		const struct property *property;

		if (strcmp(used_names[i].property, name) != 0)
			continue;
		if (used_names[i].menu)
			menu = model_menu(c->session->model, used_names[i].menu);
		property = menu ? menu_find(menu, used_names[i].where, strlen(used_names[i].where))
		                : NULL;
		if (property && property->kind.type != VALUE_REFERENCE)
			add_items(c, menu, property);
	}
}

/* The chains that packets meet by themselves, by the last word of the menu's path. */
static void add_chains(struct collector *c)
{
	static const struct {
		const char *menu;
		const char *chains[6];
	} built_in[] = {
	        {"filter", {"forward", "input", "output"}},
	        {"mangle", {"forward", "input", "output", "postrouting", "prerouting"}},
	        {"nat", {"dstnat", "input", "output", "srcnat"}},
	        {"raw", {"output", "prerouting"}},
	};

	for (size_t i = 0; i < ARRAY_COUNT(built_in); i++) {
		if (strcmp(c->context->node->word, built_in[i].menu) != 0)
			continue;
		for (const char *const *chain = built_in[i].chains; *chain; chain++)
			add_value(c, *chain, NULL);
	}
}

/* From here on only what comes after that place of the word is to be completed. */
static void move_on(struct collector *c, size_t by)
{
	c->word += by;
	c->len -= by;
	c->completion->start += by;
}

static size_t last_element(const struct collector *c)
{
	size_t start = c->len;

	while (start && c->word[start - 1] != ',')
		start--;
	return start;
}

static void add_kind(struct collector *c, const struct value_kind *kind, const char *name)
{
	const char *word = c->word;
	size_t len = c->len, start = 0;

	if (kind->form & (KIND_LIST | KIND_SET))
		start = last_element(c);
	if (start < len && word[start] == '!' &&
	    (kind->form & KIND_EACH_NOT || (kind->form & KIND_NOT && start == 0)))
		start++;
	move_on(c, start);
	setting_complete(kind, c->word, c->len, add_value, c);
	if (kind->type == VALUE_REFERENCE && kind->refers)
		add_names(c, model_menu(c->session->model, kind->refers));
	if (kind->type == VALUE_STRING && name)
		add_used(c, name);
	if (name && strcmp(name, "chain") == 0)
		add_chains(c);
}

static void add_properties_as_values(struct collector *c, bool all)
{
	const struct menu *menu = c->context->node->menu;

	move_on(c, last_element(c));
	for (size_t i = 0; menu && i < menu->count; i++) {
		const struct property *property = &menu->properties[i];

		if (!(property->show & PROP_ID) && (all || !(property->show & PROP_READ_ONLY)))
			add(c, property->name, property->help, COMPLETION_VALUE, ' ');
	}
}

static void add_parameter_value(struct collector *c, const struct parameter *parameter)
{
	const struct command *command = c->context->command;
	const struct property *property = NULL;

	if (parameter->shape == PARAMETER_ITEMS) {
		move_on(c, last_element(c));
		add_names(c, c->context->node->menu);
	} else if (strcmp(parameter->name, "value-name") == 0) {
		add_properties_as_values(c, command == &command_get ||
		                                    command == &command_get_settings);
	} else if (strcmp(parameter->name, "proplist") == 0) {
		add_properties_as_values(c, true);
	} else if (parameter->shape == PARAMETER_VALUE && parameter->kind.type != VALUE_NONE) {
		add_kind(c, &parameter->kind, NULL);
	} else if (strcmp(parameter->name, "file-name") == 0 ||
	           (command == &command_file_read && strcmp(parameter->name, "file") == 0)) {
		add_names(c, model_menu(c->session->model, "/file"));
	} else if (parameter->shape == PARAMETER_VALUE && c->context->node->menu) {
		property = menu_find(c->context->node->menu, parameter->name,
		                     strlen(parameter->name));
	}
	if (property)
		add_kind(c, &property->kind, property->name); /* print chain= */
}

/* Arguments */

/* Whether the menu has what a flag word of print is about. */
static bool flag_fits(const struct collector *c, const struct parameter *parameter)
{
	static const char *const words[] = {"active", "disabled", "dynamic", "invalid", "running"};
	const struct menu *menu = c->context->node->menu;
	const char *flag = parameter->name;

	if (parameter->shape == PARAMETER_VALUE && strcmp(flag, "chain") == 0 &&
	    c->context->command == &command_print_rules)
		return menu && menu_find(menu, "chain", 5);
	if (parameter->shape != PARAMETER_FLAG)
		return true;
	if (strcmp(flag, "static") == 0)
		flag = "dynamic";
	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (strcmp(words[i], flag) == 0)
			return menu && menu_find(menu, flag, strlen(flag));
	}
	return true;
}

static bool spelled(const struct collector *c, const struct property *property)
{
	unsigned version = model_version(c->session->model);

	return (property->since == 0 || property->since <= version) &&
	       (property->until == 0 || version < property->until);
}

static void add_arguments(struct collector *c)
{
	const struct context *context = c->context;
	const struct command *command = context->command;
	const struct menu *menu = command && command->properties ? context->node->menu : NULL;
	const struct parameter *parameter = command ? command->parameters : NULL;

	for (; parameter && parameter->name && !context->unset; parameter++) {
		bool bare = parameter->shape == PARAMETER_FLAG ||
		            parameter->shape == PARAMETER_WHERE;

		if (parameter->shape != PARAMETER_VARIABLE && flag_fits(c, parameter) &&
		    !named(context->given, context->given_count, parameter->name))
			add(c, parameter->name, parameter->help, COMPLETION_ARGUMENT,
			    bare ? ' ' : '=');
	}
	for (size_t i = 0; menu && i < menu->count; i++) {
		const struct property *property = &menu->properties[i];

		if ((property->show & (PROP_READ_ONLY | PROP_ID)) || !spelled(c, property) ||
		    ((property->show & PROP_FIXED) && command != &command_add) ||
		    named(context->given, context->given_count, property->name))
			continue;
		add(c, property->name, property->help, COMPLETION_ARGUMENT,
		    context->unset ? ' ' : '=');
	}
	if (context->parameter)
		add_parameter_value(c, context->parameter);
}

static void add_conditions(struct collector *c)
{
	const struct menu *menu = c->context->node->menu;

	for (size_t i = 0; menu && i < menu->count; i++)
		add(c, menu->properties[i].name, menu->properties[i].help, COMPLETION_ARGUMENT, 0);
}

static void add_variables(struct collector *c)
{
	for (size_t i = 0; i < c->context->variable_count; i++)
		add_text(c, c->context->variables[i].name, c->context->variables[i].len, NULL,
		         COMPLETION_VARIABLE, ' ');
}

static void collect(struct collector *c, const char *text)
{
	const struct context *context = c->context;

	switch (context->kind) {
	case CONTEXT_NOTHING:
		break;
	case CONTEXT_COMMAND:
		add_commands(c, text);
		break;
	case CONTEXT_ARGUMENT:
		add_arguments(c);
		break;
	case CONTEXT_VALUE:
		if (context->property)
			add_kind(c, &context->property->kind, context->property->name);
		else if (context->parameter)
			add_parameter_value(c, context->parameter);
		break;
	case CONTEXT_VARIABLE:
		add_variables(c);
		break;
	case CONTEXT_WHERE:
		add_conditions(c);
		break;
	}
}

/* The result */

static int by_word(const void *a, const void *b)
{
	return strcmp(((const struct completion_word *)a)->word,
	              ((const struct completion_word *)b)->word);
}

/* Sorted, each once. => false: no memory */
static bool sort_words(struct collector *c)
{
	struct completion *completion = c->completion;
	struct completion_word *words;
	size_t kept = 0;

	if (c->count == 0)
		return true;
	words = calloc(c->count, sizeof *words);
	if (words == NULL)
		return false;
	for (size_t i = 0; i < c->count; i++)
		words[i] = (struct completion_word){completion->store.data + c->candidates[i].at,
		                                    c->candidates[i].help, c->candidates[i].style};
	qsort(words, c->count, sizeof *words, by_word);
	for (size_t i = 0; i < c->count; i++) {
		if (kept == 0 || strcmp(words[kept - 1].word, words[i].word) != 0)
			words[kept++] = words[i];
	}
	completion->words = words;
	completion->count = kept;
	return true;
}

/* What they all begin with is what the first and the last of the sorted ones begin with. */
static void find_common(struct collector *c)
{
	struct completion *completion = c->completion;
	const char *first, *last;
	size_t len = 0;

	if (completion->count == 0) {
		strbuf_add(&completion->common, c->word, c->len);
		return;
	}
	first = completion->words[0].word;
	last = completion->words[completion->count - 1].word;
	while (first[len] && first[len] == last[len])
		len++;
	strbuf_add(&completion->common, first, len);
	if (completion->count == 1 && c->candidates[0].end) {
		strbuf_char(&completion->common, c->candidates[0].end);
		if (c->candidates[0].end == '"')
			strbuf_char(&completion->common, ' ');
	}
}

static void complete(struct session *session, const char *text, size_t len,
                     const struct context *context, struct completion *completion)
{
	struct collector c = {
	        .completion = completion,
	        .session = session,
	        .context = context,
	        .word = context->word,
	        .len = context->len,
	};

	/* The word is the end of the text, behind a quote that opens it. */
	completion->start = len - (context->kind == CONTEXT_NOTHING ? 0 : context->len);
	if (context->kind == CONTEXT_NOTHING)
		return;
	collect(&c, text);
	if (!c.failed && !completion->store.failed && sort_words(&c))
		find_common(&c);
	free(c.candidates);
}

void session_complete(struct session *session, const char *text, size_t len,
                      struct completion *completion)
{
	struct context context;

	*completion = (struct completion){.start = len,
	                                  .common = STRBUF_INIT,
	                                  .store = STRBUF_INIT};
	model_lock(session->model);
	if (context_read(session, text, len, &context))
		complete(session, text, len, &context, completion);
	context_free(&context);
	model_unlock(session->model);
}

void completion_free(struct completion *completion)
{
	strbuf_free(&completion->common);
	strbuf_free(&completion->store);
	free(completion->words);
	*completion = (struct completion){.common = STRBUF_INIT, .store = STRBUF_INIT};
}

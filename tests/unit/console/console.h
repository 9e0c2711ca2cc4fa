/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console.h - for tests: a model of its own with a session in it, some connections, files and a
 * log in memory, and somebody who answers.
 */
#ifndef TESTS_CONSOLE_CONSOLE_H
#define TESTS_CONSOLE_CONSOLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "console/session.h"
#include "model/menu_connection.h"
#include "model/menus.h"

#define CONSOLE_CONNECTIONS 8
#define CONSOLE_FILES 8

struct service_file {
	struct console *console;
	char name[64];
	struct strbuf contents;
	bool there;
};

struct console {
	struct model *model;
	struct session *session;
	struct strbuf out;
	size_t room; /* output that is taken before the reader is gone */
	void (*wrote)(struct console *console, const char *data, size_t len); /* or NULL */
	unsigned writes;

	struct weir_conn connections[CONSOLE_CONNECTIONS];
	size_t count;
	uint64_t late;   /* a connection of that id appears once the others were looked at */
	unsigned resets; /* of counters */

	struct service_file files[CONSOLE_FILES];
	struct strbuf log;
	bool down;
	const char *const *answers; /* what is asked for, one after the other; then nothing */
	struct console_services services;
};

/* Connections */

static inline struct menu_source *console_open(void *ctx, const struct menu *menu);

static inline void console_connection(struct console *c, uint64_t id, uint8_t protocol,
                                      uint8_t last, uint16_t port, weir_time timeout);

static inline void console_close(struct menu_source *source)
{
	struct conn_source *conns = (struct conn_source *)source;
	struct console *c = conns->ctx;

	if (c->late) {
		console_connection(c, c->late, 47, 9, 0, WEIR_SEC);
		c->late = 0;
	}
	free(source);
}

static inline const void *console_find(struct menu_source *source, uint64_t id)
{
	struct conn_source *conns = (struct conn_source *)source;

	for (size_t i = 0; i < conns->count; i++) {
		if (conns->conns[i].id == id)
			return &conns->conns[i];
	}
	return NULL;
}

static inline struct menu_source *console_open(void *ctx, const struct menu *menu)
{
	struct console *c = ctx;
	struct conn_source *source = calloc(1, sizeof *source);

	if (source == NULL)
		return NULL;
	conn_source_array(source, c->connections, c->count);
	source->ctx = c;
	source->source.menu = menu;
	source->source.find = console_find;
	source->source.close = console_close;
	return &source->source;
}

static inline enum model_refusal console_remove(void *ctx, const struct menu *menu,
                                                const struct actor *actor, uint64_t id,
                                                struct strbuf *error)
{
	struct console *c = ctx;

	(void)menu, (void)actor, (void)error;
	for (size_t i = 0; i < c->count; i++) {
		if (c->connections[i].id == id) {
			c->count--;
			memmove(&c->connections[i], &c->connections[i + 1],
			        (c->count - i) * sizeof *c->connections);
			return MODEL_OK;
		}
	}
	return MODEL_NO_ITEM;
}

/* Counters of rules: 10 packets for *1, 20 for *2. */
static inline void console_value(void *ctx, const struct menu *menu, const struct item *item,
                                 const struct property *property, struct value *value)
{
	uint64_t packets = 10 * item_id(item);

	(void)ctx, (void)menu;
	*value = value_none();
	if (strcmp(property->name, "packets") == 0)
		*value = value_number(VALUE_COUNTER, packets);
	else if (strcmp(property->name, "bytes") == 0)
		*value = value_number(VALUE_COUNTER, 1500 * packets);
}

static inline void console_reset(void *ctx, const struct menu *menu, uint64_t id)
{
	(void)menu;
	((struct console *)ctx)->resets += id ? 1 : 100;
}

static const struct menu_live console_live = {.open = console_open, .remove = console_remove};
static const struct menu_live console_rules = {.value = console_value,
                                               .reset_counters = console_reset};

static inline void console_connection(struct console *c, uint64_t id, uint8_t protocol,
                                      uint8_t last, uint16_t port, weir_time timeout)
{
	struct weir_conn *conn = &c->connections[c->count++];
	char source[24];
	uint8_t family;

	*conn = (struct weir_conn){.id = id,
	                           .family = WEIR_IPV4,
	                           .protocol = protocol,
	                           .status = WEIR_STATUS_CONFIRMED,
	                           .timeout = timeout};
	snprintf(source, sizeof source, "10.0.0.%u", last);
	assert_true(addr_parse(source, strlen(source), &family, &conn->tuple[0].src));
	assert_true(addr_parse("192.0.2.1", 9, &family, &conn->tuple[0].dst));
	conn->tuple[1].src = conn->tuple[0].dst;
	conn->tuple[1].dst = conn->tuple[0].src;
	conn->tuple[0].src_port = conn->tuple[1].dst_port = 40000;
	conn->tuple[0].dst_port = conn->tuple[1].src_port = port;
	if (protocol == 6) {
		conn->tcp_state = WEIR_TCP_ESTABLISHED;
		conn->status |= WEIR_STATUS_SEEN_REPLY | WEIR_STATUS_ASSURED;
	}
}

/* Services */

static inline uint64_t console_now(void *ctx, int32_t *offset)
{
	(void)ctx;
	*offset = 3600;
	return UINT64_C(1795262400) * WEIR_SEC; /* 2026-11-21 12:00:00 UTC */
}

static inline void console_log(void *ctx, const char *topics, const char *message)
{
	struct console *c = ctx;

	strbuf_printf(&c->log, "%s %s\n", topics, message);
}

static inline struct service_file *console_file(struct console *c, const char *name)
{
	for (size_t i = 0; i < CONSOLE_FILES; i++) {
		if (c->files[i].there && strcmp(c->files[i].name, name) == 0)
			return &c->files[i];
	}
	return NULL;
}

static inline bool console_file_read(void *ctx, const char *name, struct strbuf *contents,
                                     struct strbuf *error)
{
	struct service_file *file = console_file(ctx, name);

	if (file == NULL) {
		strbuf_printf(error, "no such file %s", name);
		return false;
	}
	strbuf_add(contents, strbuf_text(&file->contents), file->contents.len);
	return true;
}

static inline struct service_file *console_file_begin(void *ctx, const char *name, bool append,
                                                      struct strbuf *error)
{
	struct console *c = ctx;
	struct service_file *file = console_file(c, name);

	if (strchr(name, '/')) {
		strbuf_str(error, "no such directory");
		return NULL;
	}
	for (size_t i = 0; file == NULL; i++) {
		if (!c->files[i].there)
			file = &c->files[i];
	}
	file->console = c;
	file->there = true;
	snprintf(file->name, sizeof file->name, "%s", name);
	if (!append)
		strbuf_reset(&file->contents);
	return file;
}

static inline bool console_file_write(struct service_file *file, const char *data, size_t len)
{
	strbuf_add(&file->contents, data, len);
	return true;
}

static inline bool console_file_end(struct service_file *file, bool keep, struct strbuf *error)
{
	(void)error;
	file->there = keep;
	return true;
}

static inline void console_shutdown(void *ctx)
{
	((struct console *)ctx)->down = true;
}

/* The session */

static inline bool console_write(void *ctx, const char *data, size_t len)
{
	struct console *c = ctx;

	if (len > c->room)
		return false;
	c->room -= len;
	strbuf_add(&c->out, data, len);
	c->writes++;
	if (c->wrote)
		c->wrote(c, data, len);
	return true;
}

static inline bool console_ask(void *ctx, const char *prompt, bool key, struct strbuf *answer)
{
	struct console *c = ctx;

	(void)key;
	strbuf_str(&c->out, prompt);
	if (c->answers == NULL || *c->answers == NULL)
		return false;
	strbuf_str(answer, *c->answers++);
	return true;
}

static inline void console_sit_down(struct console *c, uint32_t policies, bool interactive,
                                    unsigned width, unsigned height)
{
	struct session_options options = {
	        .actor = {"admin", "console", policies},
	        .width = width,
	        .height = height,
	        .interactive = interactive,
	        .ctx = c,
	        .write = console_write,
	        .ask = interactive ? console_ask : NULL,
	        .services = &c->services,
	};

	session_destroy(c->session);
	c->session = session_create(c->model, &options);
	assert_non_null(c->session);
}

static inline void console_begin(struct console *c)
{
	static const struct model_world world;

	memset(c, 0, sizeof *c);
	c->room = SIZE_MAX;
	c->services = (struct console_services){
	        .ctx = c,
	        .now = console_now,
	        .log = console_log,
	        .file_read = console_file_read,
	        .file_begin = console_file_begin,
	        .file_write = console_file_write,
	        .file_end = console_file_end,
	        .shutdown = console_shutdown,
	};
	c->model = model_create(&world);
	assert_non_null(c->model);
	model_lock(c->model);
	assert_true(model_add_hardware(c->model, "ether1"));
	assert_true(model_add_hardware(c->model, "ether2"));
	model_bind(c->model, &menu_connection, &console_live, c);
	model_bind(c->model, &menu_filter, &console_rules, c);
	model_unlock(c->model);
	console_connection(c, 0x1a, 6, 5, 443, 86399 * WEIR_SEC);
	console_connection(c, 0x1b, 17, 5, 53, 10 * WEIR_SEC);
	console_connection(c, 0x1c, 17, 6, 53, 5 * WEIR_SEC);
	console_sit_down(c, POLICY_ALL, false, 0, 0);
}

static inline void console_end(struct console *c)
{
	session_destroy(c->session);
	model_lock(c->model);
	model_bind(c->model, &menu_connection, NULL, NULL);
	model_bind(c->model, &menu_filter, NULL, NULL);
	model_unlock(c->model);
	model_destroy(c->model);
	for (size_t i = 0; i < CONSOLE_FILES; i++)
		strbuf_free(&c->files[i].contents);
	strbuf_free(&c->out);
	strbuf_free(&c->log);
}

/* Types a line. => what the console says, good until the next one */
static inline const char *console_type(struct console *c, const char *line)
{
	strbuf_reset(&c->out);
	session_run(c->session, line, strlen(line));
	return strbuf_text(&c->out);
}

struct exchange {
	const char *line, *says;
};

static inline void console_talk(struct console *c, const struct exchange *exchanges, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *says = console_type(c, exchanges[i].line);

		if (strcmp(says, exchanges[i].says) != 0)
			print_error("%s\nsays:\n%s\nnot:\n%s\n", exchanges[i].line, says,
			            exchanges[i].says);
		assert_string_equal(says, exchanges[i].says);
	}
}

#endif

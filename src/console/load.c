/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/load.c - a file of statements, run one by one within one change; see session.h.
 *
 * A statement is found by its brackets and quotes (scan.h), parsed into an arena that the next
 * one uses again, and run. What it says of lines is the file's. After an error in a path the
 * statements up to the next path are not looked at: they were meant for the menu that is missing.
 *
 * Cost: some hundred nanoseconds a statement besides what the model does.
 */
#include "console/load.h"

#include <stdlib.h>
#include <string.h>

#include "console/parser.h"
#include "console/run.h"
#include "console/scan.h"

struct passed {
	struct passed *next;
	unsigned statements;
	char path[];
};

struct load {
	struct session *session;
	const struct load_options *options;
	struct load_summary *summary;
	struct script *script;
	struct parser parser;
	struct scope scope;
	struct passed *passed, *last; /* the newest first; the one met last */
	struct strbuf path, statement;
	bool lost;    /* the current menu is not known */
	bool ends;    /* :return, /quit, or an error that nothing goes on after */
	bool stopped;
};

/* Errors */

static void report(struct load *load, struct place place, const char *text)
{
	const struct load_options *options = load->options;
	const struct load_error error = {{place.line, place.column}, text};
	struct strbuf line = STRBUF_INIT;

	load->summary->errors++;
	load->ends |= !options->lenient && !options->dry_run;
	if (options->error) {
		options->error(options->ctx, &error);
		return;
	}
	strbuf_str(&line, text);
	if (place.line)
		strbuf_printf(&line, " (line %u column %u)", place.line, place.column);
	session_puts(load->session, strbuf_text(&line));
	strbuf_free(&line);
}

static void report_parse(struct load *load)
{
	struct parser *p = &load->parser;
	const char *text = strbuf_text(&p->error);

	report(load, parse_place(p, p->error_at), text);
	load->lost |= strstr(text, "command name") != NULL;
}

static struct place error_place(const struct session *session)
{
	if (session->error_place.line)
		return session->error_place;
	return session->blamed.line ? session->blamed : session->place;
}

/* What the interpreter stopped for. */
static void report_run(struct load *load)
{
	struct session *session = load->session;
	enum flow flow = session->flow;

	session->flow = FLOW_NONE;
	switch (flow) {
	case FLOW_ERROR:
		report(load, error_place(session), strbuf_text(&session->error));
		return;
	case FLOW_STOP:
		load->stopped = true;
		break;
	case FLOW_QUIT:
		session->flow = FLOW_QUIT;
		break;
	default:
		break;
	}
	load->ends = true;
}

/* Foreign menus */

static struct passed *find_passed(struct load *load, const char *path)
{
	struct passed *passed = load->passed;
	size_t len = strlen(path) + 1;

	if (load->last && strcmp(load->last->path, path) == 0)
		return load->last;
	while (passed && strcmp(passed->path, path) != 0)
		passed = passed->next;
	if (passed == NULL) {
		passed = malloc(sizeof *passed + len);
		if (passed == NULL)
			return NULL;
		passed->statements = 0;
		memcpy(passed->path, path, len);
		passed->next = load->passed;
		load->passed = passed;
	}
	return load->last = passed;
}

static void note_passed(void *ctx, struct parser *p, const char *text, size_t len)
{
	struct load *load = ctx;
	const struct load_options *options = load->options;
	struct passed *passed;

	strbuf_reset(&load->path);
	strbuf_str(&load->path, p->foreign->path);
	if (p->tail_node == p->foreign && p->tail.len)
		strbuf_printf(&load->path, " %s", strbuf_text(&p->tail));
	passed = load->path.failed ? NULL : find_passed(load, strbuf_text(&load->path));
	if (passed == NULL) {
		parse_no_memory(p);
		return;
	}
	passed->statements++;
	if (options->foreign == NULL || options->dry_run)
		return;
	strbuf_reset(&load->statement);
	strbuf_printf(&load->statement, "%s ", strbuf_text(&load->path));
	strbuf_add(&load->statement, text, len);
	if (load->statement.failed)
		parse_no_memory(p);
	else
		options->foreign(options->ctx, load->statement.data, load->statement.len);
}

/* In the order of the file. */
static void tell_passed(struct load *load)
{
	struct passed *first = NULL;

	while (load->passed) {
		struct passed *passed = load->passed;

		load->passed = passed->next;
		passed->next = first;
		first = passed;
	}
	while (first) {
		struct passed *passed = first;

		first = passed->next;
		if (load->options->passed_over)
			load->options->passed_over(load->options->ctx, passed->path,
			                           passed->statements);
		free(passed);
	}
}

/* Statements */

/* The arena is used again, unless a function that a statement made lives in it. */
static bool renew_script(struct load *load)
{
	if (load->script->owners == 1) {
		arena_reset(&load->script->arena);
		return true;
	}
	script_release(load->script);
	load->script = script_create();
	load->parser.script = load->script;
	return load->script != NULL;
}

/* A function outlives the text that it was loaded from. */
static bool own_text(struct script *script, const char *text, size_t len)
{
	free(script->text);
	script->text = NULL;
	if (!memchr(text, '{', len))
		return true;
	script->text = malloc(len);
	return script->text && memcpy(script->text, text, len);
}

static unsigned count_lines(const char *text, size_t len)
{
	unsigned lines = 0;

	for (size_t at = 0; at < len;) {
		const char *lf = memchr(text + at, '\n', len - at);
		const char *cr = memchr(text + at, '\r', (lf ? (size_t)(lf - text) : len) - at);
		const char *end = cr ? cr : lf;

		if (end == NULL)
			break;
		at = (size_t)(end - text) + scan_eol(end, len - (size_t)(end - text));
		lines++;
	}
	return lines;
}

static bool is_empty(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len && strchr(" \t\r\n;", text[at]) && text[at])
		at++;
	return at == len || text[at] == '#';
}

/* What a statement declares, the ones after it may name, though nothing runs. */
static void declare_only(struct load *load, const struct statement *s)
{
	const struct syntax_argument *a = s->arguments;

	if (s->kind != STATEMENT_COMMAND || command_declares(s->command) != DECLARES_HERE)
		return;
	for (; a; a = a->next)
		if (a->parameter->shape == PARAMETER_VARIABLE &&
		    !scope_declare(&load->scope, a->name, a->name_len, false))
			parse_no_memory(&load->parser);
}

static void run_parsed(struct load *load, const struct block *block)
{
	struct session *session = load->session;

	for (const struct statement *s = block->first; s; s = s->next) {
		load->summary->statements++;
		if (load->options->dry_run)
			declare_only(load, s);
	}
	if (load->options->dry_run)
		return;
	session->script = load->script;
	session->scope = &load->scope;
	if (!run_statements(session, block, NULL))
		report_run(load);
	session->script = NULL;
	session->scope = NULL;
}

static bool run_piece(struct load *load, const char *text, size_t len, unsigned line)
{
	struct parser *p = &load->parser;
	const struct menu_node *node = p->node;
	struct block *block;

	load->lost &= !strchr("/:", *text) || *text == '\0';
	if (load->lost)
		return true;
	if (!renew_script(load) || !own_text(load->script, text, len))
		return false;
	if (!source_set(&load->script->source, load->script->text ? load->script->text : text, len,
	                line))
		return false;
	parser_text(p);
	if (load->options->verbose && (!session_write(load->session, text, len) ||
	                               (text[len - 1] != '\n' &&
	                                !session_write(load->session, "\n", 1)))) {
		load->stopped = load->ends = true;
		return true;
	}
	block = parse_script(p);
	if (block && !p->failed) {
		run_parsed(load, block);
		return true;
	}
	p->node = node;
	report_parse(load);
	return true;
}

static bool run_pieces(struct load *load, const char *text, size_t len)
{
	unsigned line = 1;

	while (len && !load->ends) {
		size_t piece = scan_statement(text, len);

		if (!is_empty(text, piece) && !run_piece(load, text, piece, line))
			return false;
		line += count_lines(text, piece);
		text += piece;
		len -= piece;
	}
	return true;
}

/* "# jan/02/1970 01:22:42 by RouterOS 6.43.8", among the comments that a file begins with.
 * => the release's name, NULL: there is none */
static const char *header_release(const char *text, size_t len, size_t *name_len)
{
	static const char by[] = " by RouterOS ";
	const char *end = text + len;

	while (text != NULL && text < end && strchr("#\n\r", *text) && *text) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));
		size_t line = (size_t)((eol ? eol : end) - text), n = 0;
		const char *at = memmem(text, line, by, sizeof by - 1);

		if (at) {
			at += sizeof by - 1;
			while (at + n < text + line && (unsigned char)at[n] > ' ')
				n++;
			*name_len = n;
			return at;
		}
		if (eol == NULL)
			break;
		text = eol + 1;
	}
	return NULL;
}

/* Takes over the header's version, or only reads it. */
static void take_release(struct load *load, const char *text, size_t len)
{
	struct model *model = load->session->model;
	char before[MODEL_RELEASE_MAX];
	size_t n;
	const char *name = header_release(text, len, &n);

	strcpy(before, model_release(model));
	if (name && model_set_release(model, name, n))
		load->summary->version = model_version(model);
	if (!load->options->lenient || load->options->dry_run)
		model_set_release(model, before, strlen(before));
}

static bool begin_parser(struct load *load)
{
	load->script = script_create();
	if (load->script == NULL)
		return false;
	parser_begin(&load->parser, load->session->model, load->script);
	load->parser.scope = &load->scope;
	load->parser.lenient = true;
	load->parser.passed_over = note_passed;
	load->parser.ctx = load;
	return true;
}

/* Everything of the file, and the end of the change. change NULL: a dry run */
static enum session_status run_load(struct load *load, const char *text, size_t len,
                                    struct change *change)
{
	static const struct place nowhere;
	struct strbuf error = STRBUF_INIT;

	if (!begin_parser(load) || !run_pieces(load, text, len))
		report(load, nowhere, "out of memory");
	if (load->stopped || load->summary->errors) {
		if (change)
			change_abort(change);
		return load->stopped ? SESSION_INTERRUPTED : SESSION_FAILED;
	}
	if (change && change_commit(change, &error) != MODEL_OK)
		report(load, nowhere, strbuf_text(&error));
	strbuf_free(&error);
	return load->summary->errors ? SESSION_FAILED : SESSION_OK;
}

static enum session_status load_lenient(struct load *load, const char *text, size_t len)
{
	struct session *session = load->session;
	struct model *model = session->model;
	char release[MODEL_RELEASE_MAX];
	bool lenient = model_lenient(model);
	struct change *change = NULL;
	enum session_status status;

	strcpy(release, model_release(model));
	take_release(load, text, len);
	if (load->options->lenient)
		model_set_lenient(model, true);
	if (!load->options->dry_run)
		change = change_begin(model, &session->actor);
	if (change || load->options->dry_run) {
		status = run_load(load, text, len, change);
	} else {
		report(load, (struct place){0, 0}, "out of memory");
		status = SESSION_FAILED;
	}
	model_set_lenient(model, lenient);
	if (status != SESSION_OK)
		model_set_release(model, release, strlen(release));
	return status;
}

enum session_status load_text(struct session *session, const char *text, size_t len,
                              const struct load_options *options, struct load_summary *summary)
{
	struct load_summary unused;
	struct load load = {.session = session, .options = options,
	                    .summary = summary ? summary : &unused};
	const struct menu_node *node = session->node;
	struct script *script = session->script;
	struct scope *scope = session->scope;
	struct place place = session->place;
	enum session_status status;

	*load.summary = (struct load_summary){0, 0, 0};
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		text += 3;
		len -= 3;
	}
	session->node = model_root(session->model);
	session->loading++;
	status = load_lenient(&load, text, len);
	session->loading--;
	session->node = node;
	session->script = script;
	session->scope = scope;
	session->place = place;
	tell_passed(&load);
	scope_end(&load.scope);
	if (load.script)
		parser_end(&load.parser);
	script_release(load.script);
	strbuf_free(&load.path);
	strbuf_free(&load.statement);
	return status;
}

enum session_status session_load(struct session *session, const char *text, size_t len,
                                 const struct load_options *options, struct load_summary *summary)
{
	enum session_status status;

	model_lock(session->model);
	session->depth = 0;
	session->flow = FLOW_NONE;
	status = load_text(session, text, len, options, summary);
	session->flow = FLOW_NONE;
	session_flush(session);
	model_unlock(session->model);
	return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/configuration.c - a file, a session that runs it, and what it says; see
 * configuration.h.
 */
#include "daemon/configuration.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/command.h"

/* A configuration of ten million addresses has half of it. */
#define SIZE_MAX_READ (UINT64_C(1) << 30)

static int read_file(const char *path, struct strbuf *text)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "re");
	int status = STATUS_OK;
	size_t n = 1;

	if (!file) {
		complain("%s: %s", path, strerror(errno));
		return STATUS_BAD_INPUT;
	}
	while (n && text->len <= SIZE_MAX_READ) {
		char *to = strbuf_reserve(text, 1 << 16);

		if (!to)
			break;
		n = fread(to, 1, 1 << 16, file);
		strbuf_commit(text, to + n);
	}
	if (text->failed) {
		complain("out of memory");
		status = STATUS_FAILED;
	} else if (ferror(file)) {
		complain("%s: %s", path, strerror(errno));
		status = STATUS_BAD_INPUT;
	} else if (text->len > SIZE_MAX_READ) {
		complain("%s: expected a configuration of at most 1 GiB", path);
		status = STATUS_BAD_INPUT;
	}
	if (!standard)
		fclose(file);
	return status;
}

static void write_error(void *ctx, const struct load_error *error)
{
	struct configuration *c = ctx;

	fprintf(c->errors, "%s:", c->name);
	if (error->place.line)
		fprintf(c->errors, "%u:%u:", error->place.line, error->place.column);
	fprintf(c->errors, " %s\n", error->text);
}

static void note_passed(void *ctx, const char *path, unsigned statements)
{
	struct configuration *c = ctx;
	struct passed_menu *grown =
	        reallocarray(c->passed, c->passed_count + 1, sizeof *c->passed);

	if (!grown)
		return;
	c->passed = grown;
	grown[c->passed_count].path = strdup(path);
	grown[c->passed_count].statements = statements;
	if (grown[c->passed_count].path)
		c->passed_count++;
}

static void keep_foreign(void *ctx, const char *statement, size_t len)
{
	struct configuration *c = ctx;

	strbuf_add(&c->foreign, statement, len);
	strbuf_char(&c->foreign, '\n');
}

/* A configuration is no place for output: what :put says is not of interest. */
static bool swallow(void *ctx, const char *data, size_t len)
{
	(void)ctx;
	(void)data;
	(void)len;
	return true;
}

static int run(struct configuration *c, struct model *model, const struct strbuf *text)
{
	struct session_options options = {
	        .actor = {.user = "admin", .via = "load", .policies = POLICY_ALL},
	        .write = swallow,
	};
	const struct load_options load = {
	        .name = c->name,
	        .lenient = true,
	        .ctx = c,
	        .error = write_error,
	        .passed_over = note_passed,
	        .foreign = keep_foreign,
	};
	struct session *session = session_create(model, &options);
	enum session_status status;

	if (!session) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	status = session_load(session, strbuf_text(text), text->len, &load, &c->summary);
	session_destroy(session);
	if (status == SESSION_OK && c->foreign.failed) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	return status == SESSION_OK ? STATUS_OK : STATUS_BAD_INPUT;
}

int configuration_load(struct configuration *configuration, struct model *model,
                       const char *path, FILE *errors)
{
	struct strbuf text = STRBUF_INIT;
	int status;

	memset(configuration, 0, sizeof *configuration);
	configuration->name = strcmp(path, "-") == 0 ? "standard input" : path;
	configuration->errors = errors;
	status = read_file(path, &text);
	if (status == STATUS_OK)
		status = run(configuration, model, &text);
	strbuf_free(&text);
	return status;
}

void configuration_passed(const struct configuration *configuration, FILE *out)
{
	for (size_t i = 0; i < configuration->passed_count; i++) {
		const struct passed_menu *menu = &configuration->passed[i];

		fprintf(out, "%s: passed over %s, which weir has not: %u statement%s\n",
		        configuration->name, menu->path, menu->statements,
		        menu->statements == 1 ? "" : "s");
	}
}

void configuration_free(struct configuration *configuration)
{
	for (size_t i = 0; i < configuration->passed_count; i++)
		free(configuration->passed[i].path);
	free(configuration->passed);
	strbuf_free(&configuration->foreign);
}

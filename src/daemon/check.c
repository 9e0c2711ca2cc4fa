/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/check.c - `weir check` and `weir export`: what weir understands of a configuration, and
 * what it holds of it. No engine, no ports, nothing is kept.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "daemon/command.h"
#include "daemon/configuration.h"
#include "daemon/options.h"
#include "model/export.h"
#include "model/menus.h"

struct check {
	const char *config;
	bool quiet, help;
	struct export_options export;
};

static int flush_output(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return STATUS_OK;
	complain("standard output: %s", strerror(errno));
	return STATUS_FAILED;
}

static struct model *create_model(void)
{
	struct model *model = model_create(NULL);

	if (!model)
		complain("out of memory");
	return model;
}

/* check */

static int read_quiet(void *ctx, const char *value)
{
	(void)value;
	((struct check *)ctx)->quiet = true;
	return STATUS_OK;
}

static int read_help(void *ctx, const char *value)
{
	(void)value;
	((struct check *)ctx)->help = true;
	return STATUS_OK;
}

static const struct command_option check_options[] = {
        {"quiet", NULL, "errors only", read_quiet},
        {"help", NULL, "print this text", read_help},
};

/* What there is of the menus that the configuration knows, menu by menu. */
static void count_items(struct model *model)
{
	for (const struct menu *const *menu = menu_list; *menu; menu++) {
		uint64_t disabled = 0, invalid = 0, written = 0;
		struct menu_source *source;
		const void *item;

		if ((*menu)->store == MENU_LIVE || (*menu)->store == MENU_UNION)
			continue;
		source = model_open(model, *menu);
		while (source && (item = source->next(source)) != NULL) {
			if (item_builtin(item) || item_dynamic(item) ||
			    (*menu)->store == MENU_SETTINGS)
				continue;
			written++;
			disabled += item_disabled(item);
			invalid += item_invalid(model, item);
		}
		model_close(source);
		if (!written)
			continue;
		printf("%s: %llu", (*menu)->path, (unsigned long long)written);
		if (disabled)
			printf(", %llu disabled", (unsigned long long)disabled);
		if (invalid)
			printf(", %llu invalid: something that they refer to is not there",
			       (unsigned long long)invalid);
		putchar('\n');
	}
}

static int check_file(const struct check *check, const char *path)
{
	struct configuration configuration;
	struct model *model = create_model();
	int status;

	if (!model)
		return STATUS_FAILED;
	status = configuration_load(&configuration, model, path, stdout);
	if (!check->quiet) {
		configuration_passed(&configuration, stdout);
		model_lock(model);
		if (status == STATUS_OK)
			count_items(model);
		model_unlock(model);
	}
	if (configuration.summary.errors)
		printf("%s: %u error%s\n", configuration.name, configuration.summary.errors,
		       configuration.summary.errors == 1 ? "" : "s");
	configuration_free(&configuration);
	model_destroy(model);
	return status;
}

int program_check(int argc, char **argv)
{
	struct check check = {.quiet = false};
	int first, status, output;

	status = options_read("check", check_options, ARRAY_COUNT(check_options), &check, argc,
	                      argv, &first);
	if (status != STATUS_OK)
		return status;
	if (check.help) {
		fputs("usage: weir check [OPTIONS] FILE...\n\n"
		      "Reads configurations as RouterOS exports them and tells every error with its line\n"
		      "and column, which menus were passed over because weir has none such, and how many\n"
		      "items it understood. Nothing is changed.\n\n",
		      stdout);
		options_help(check_options, ARRAY_COUNT(check_options));
		fputs("\nExit status: 0; 2 if a configuration has errors; 1 if something else failed.\n",
		      stdout);
		return STATUS_OK;
	}
	if (first == argc) {
		complain("expected a configuration; \"weir check --help\" tells more");
		return STATUS_BAD_INPUT;
	}
	for (int i = first; i < argc; i++) {
		int one = check_file(&check, argv[i]);

		status = status == STATUS_OK ? one : status;
	}
	output = flush_output();
	return status == STATUS_OK ? output : status;
}

/* export */

static int read_config(void *ctx, const char *value)
{
	((struct check *)ctx)->config = value;
	return STATUS_OK;
}

static int read_menu(void *ctx, const char *value)
{
	((struct check *)ctx)->export.path = value;
	return STATUS_OK;
}

static int read_version(void *ctx, const char *value)
{
	unsigned major, minor;
	int end = 0;

	if (sscanf(value, "%2u.%2u%n", &major, &minor, &end) != 2 || value[end] || major < 6 ||
	    major > 7)
		return option_wrong("routeros", value, "a version such as 6.49 or 7.16");
	((struct check *)ctx)->export.version = MENU_VERSION(major, minor);
	return STATUS_OK;
}

static const struct command_option export_options[] = {
        {"config", "FILE", "the configuration; \"-\" is the standard input", read_config},
        {"menu", "PATH", "only this menu and those below it: \"/ip firewall\"", read_menu},
        {"routeros", "VERSION", "as this version writes it; else as the file's own", read_version},
        {"help", NULL, "print this text", read_help},
};

/* The words after the options: compact, verbose, terse, show-sensitive. */
static int read_words(struct export_options *export, int count, char **words)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(words[i], "compact") == 0) {
			export->mode = EXPORT_COMPACT;
		} else if (strcmp(words[i], "verbose") == 0) {
			export->mode = EXPORT_VERBOSE;
		} else if (strcmp(words[i], "terse") == 0) {
			export->mode = EXPORT_TERSE;
		} else if (strcmp(words[i], "show-sensitive") == 0) {
			export->sensitive = true;
		} else {
			complain("\"%s\": expected compact, verbose, terse or show-sensitive",
			         words[i]);
			return STATUS_BAD_INPUT;
		}
	}
	return STATUS_OK;
}

/* Makes a path one of the tree's own: "/ip/firewall" is "/ip firewall", and NULL is all. */
static int find_menu(struct model *model, const char **path)
{
	const struct menu_node *node = tree_find(model_root(model), *path);

	if (!node)
		return option_wrong("menu", *path, "a menu such as \"/ip firewall\"");
	*path = node->parent ? node->path : NULL;
	return STATUS_OK;
}

static int export_file(const struct check *check)
{
	struct print_out out = print_to_file(stdout);
	struct export_options options = check->export;
	struct configuration configuration;
	struct model *model = create_model();
	struct timespec now;
	int status;

	if (!model)
		return STATUS_FAILED;
	clock_gettime(CLOCK_REALTIME, &now);
	options.header = true;
	options.now = (uint64_t)now.tv_sec * 1000000000u;
	status = configuration_load(&configuration, model, check->config, stderr);
	configuration_passed(&configuration, stderr);
	model_lock(model);
	if (status == STATUS_OK && options.path)
		status = find_menu(model, &options.path);
	if (status == STATUS_OK && export_model(model, &options, &out) != PRINT_OK)
		status = STATUS_FAILED;
	model_unlock(model);
	configuration_free(&configuration);
	model_destroy(model);
	if (flush_output() != STATUS_OK)
		return STATUS_FAILED;
	return status;
}

int program_export(int argc, char **argv)
{
	struct check check = {.quiet = false};
	int first, status;

	status = options_read("export", export_options, ARRAY_COUNT(export_options), &check, argc,
	                      argv, &first);
	if (status != STATUS_OK)
		return status;
	if (check.help) {
		fputs("usage: weir export --config FILE [OPTIONS] [compact|verbose|terse] "
		      "[show-sensitive]\n\n"
		      "Reads a configuration and writes what weir holds of it, as a router would\n"
		      "export it.\n\n",
		      stdout);
		options_help(export_options, ARRAY_COUNT(export_options));
		fputs("\nExit status: 0; 2 if the configuration has errors; 1 if something else "
		      "failed.\n",
		      stdout);
		return STATUS_OK;
	}
	if (!check.config) {
		complain("expected --config FILE; \"weir export --help\" tells more");
		return STATUS_BAD_INPUT;
	}
	status = read_words(&check.export, argc - first, argv + first);
	return status == STATUS_OK ? export_file(&check) : status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log: which lines go where, what is kept and for how long, files and their rotation,
 * datagrams to the byte, many threads at once; and /system logging followed.
 */
#include "system/log.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "menus.h"
#include "model/print.h"
#include "scratch.h"
#include "system/log_output.h"

/* 2026-11-21 16:00:00 UTC */
#define NOW (UINT64_C(1795276800) * 1000000000)

struct fixture {
	struct scratch scratch;
	struct clock *clock;
	struct files *files;
	struct model *model;
	struct log *log;
	struct strbuf echoed, error, text;
};

static void echo(void *ctx, const char *topics, const char *message)
{
	struct fixture *f = ctx;

	strbuf_printf(&f->echoed, "%s|%s\n", topics, message);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	scratch_make(&f->scratch);
	f->clock = clock_create(true);
	clock_set(f->clock, NOW);
	f->files = files_create(f->scratch.path, f->clock, &f->error);
	f->log = log_create(&(struct log_options){
		.clock = f->clock, .files = f->files, .ctx = f, .echo = echo});
	f->model = model_create(NULL);
	assert_non_null(f->log);
	assert_non_null(f->model);
	assert_true(clock_bind(f->clock, f->model));
	assert_true(log_bind(f->log, f->model));
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	model_destroy(f->model);
	log_destroy(f->log);
	files_destroy(f->files);
	clock_destroy(f->clock);
	scratch_end(&f->scratch);
	strbuf_free(&f->echoed);
	strbuf_free(&f->error);
	strbuf_free(&f->text);
	free(f);
	return 0;
}

/* Every line as /log has it. */
static const char *all(struct fixture *f, const char *const *names)
{
	return menu_rows(f->model, "/log", names, &f->text);
}

static const char *lines(struct fixture *f)
{
	static const char *const names[] = {"topics", "message", NULL};

	return all(f, names);
}

#define SET(path, id, ...) menu_apply(f->model, path, id, (const char *const[]){__VA_ARGS__, NULL})

static uint64_t action_id(struct fixture *f, const char *name)
{
	return menu_named(f->model, "/system logging action", name);
}

static void test_topics(void **state)
{
	static const struct {
		const char *rule, *topics;
		bool match;
	} cases[] = {
		{"info", "system,info", true},
		{"info", "system,error", false},
		{"info,!firewall", "firewall,info", false},
		{"info,!firewall", "system,info", true},
		{"firewall,info", "firewall,info", true},
		{"firewall,info", "firewall", false},
		{"", "system,info", true},
		{"inf", "info", false},
		{"info", "information", false},
		{"!debug", "info", true},
		{"!debug", "debug", false},
		{"!debug", "", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		if (log_topics_match(cases[i].rule, cases[i].topics) != cases[i].match)
			fail_msg("%s and %s", cases[i].rule, cases[i].topics);
}

static void test_default(void **state)
{
	struct fixture *f = *state;

	log_write(f->log, "system,info", "one");
	log_write(f->log, "script,debug", "nobody wants it");
	log_write(f->log, "system,error,critical", "both");
	log_write(f->log, "a,info,warning", "once\033[2J\n\177");
	assert_string_equal(lines(f), "system,info one\nsystem,error,critical both\n"
				      "a,info,warning once?[2J\n?\n");
	assert_string_equal(strbuf_text(&f->echoed), "system,error,critical|both\n");
	assert_int_equal(log_lost(f->log), 0);
}

static void test_times(void **state)
{
	static const char *const names[] = {".id", "time", "message", "buffer", NULL};
	struct fixture *f = *state;

	log_write(f->log, "info", "a");
	clock_set(f->clock, NOW + 6 * UINT64_C(3600000000000));
	log_write(f->log, "info", "b");
	assert_string_equal(all(f, names), "*1 16:00:00 a memory\n*2 22:00:00 b memory\n");
	SET("/system clock", 0, "time-zone-name=Asia/Tokyo"); /* there it is the next day */
	assert_string_equal(all(f, names), "*1 01:00:00 a memory\n*2 07:00:00 b memory\n");
	clock_set(f->clock, NOW + 48 * UINT64_C(3600000000000));
	assert_string_equal(all(f, names), "*1 2026-11-22 01:00:00 a memory\n"
					   "*2 2026-11-22 07:00:00 b memory\n");
}

static void test_follows_model(void **state)
{
	struct fixture *f = *state;
	uint64_t memory = action_id(f, "memory");

	for (unsigned i = 0; i < 5; i++)
		log_write(f->log, "info", (char[]){(char)('a' + i), '\0'});
	SET("/system logging action", memory, "memory-lines=3");
	assert_string_equal(lines(f), "info c\ninfo d\ninfo e\n");
	log_write(f->log, "info", "f");
	assert_string_equal(lines(f), "info d\ninfo e\ninfo f\n");
	SET("/system logging action", memory, "memory-stop-on-full=yes");
	log_write(f->log, "info", "g");
	assert_string_equal(lines(f), "info d\ninfo e\ninfo f\n");
	SET("/system logging action", 0, "name=apart", "target=memory", "memory-lines=2");
	SET("/system logging", 0, "topics=firewall", "action=apart", "prefix=FW");
	for (unsigned i = 0; i < 4; i++)
		log_write(f->log, "firewall,debug", (char[]){(char)('0' + i), '\0'});
	assert_string_equal(lines(f), "info d\ninfo e\ninfo f\nfirewall,debug FW: 2\n"
				      "firewall,debug FW: 3\n");
	SET("/system logging action", action_id(f, "apart"), "target=echo");
	assert_string_equal(lines(f), "info d\ninfo e\ninfo f\n");
	log_write(f->log, "firewall,debug", "x");
	assert_string_equal(strbuf_text(&f->echoed), "firewall,debug|FW: x\n");
}

static void expect_file(struct fixture *f, const char *name, const char *contents)
{
	if (contents == NULL) {
		assert_false(scratch_read(&f->scratch, name, &f->text));
		return;
	}
	assert_true(scratch_read(&f->scratch, name, &f->text));
	assert_string_equal(strbuf_text(&f->text), contents);
}

#define AT "2026-11-21 16:00:00 "

static void test_disk(void **state)
{
	struct fixture *f = *state;
	uint64_t disk = action_id(f, "disk");

	SET("/system logging action", disk, "disk-lines-per-file=2", "disk-file-count=3");
	SET("/system logging", 0, "topics=debug", "action=disk");
	for (unsigned i = 0; i < 5; i++)
		log_write(f->log, "debug", (char[]){(char)('a' + i), '\n', '!', '\0'});
	expect_file(f, "log.2.txt", AT "debug a !\n" AT "debug b !\n");
	expect_file(f, "log.1.txt", AT "debug c !\n" AT "debug d !\n");
	expect_file(f, "log.0.txt", AT "debug e !\n");
	/* Another setup goes on with the file that is there. */
	SET("/system logging", 0, "topics=raw", "action=disk");
	log_write(f->log, "debug", "f");
	log_write(f->log, "debug", "g");
	expect_file(f, "log.2.txt", AT "debug c !\n" AT "debug d !\n");
	expect_file(f, "log.1.txt", AT "debug e !\n" AT "debug f\n");
	expect_file(f, "log.0.txt", AT "debug g\n");
	expect_file(f, "log.3.txt", NULL);
	SET("/system logging action", disk, "disk-stop-on-full=yes");
	log_write(f->log, "debug", "h");
	log_write(f->log, "debug", "i");
	expect_file(f, "log.0.txt", AT "debug g\n" AT "debug h\n");
	SET("/system logging action", disk, "disk-file-name=/no/dir");
	log_write(f->log, "debug", "nowhere");
	assert_int_equal(log_lost(f->log), 2);
}

static void test_syslog(void **state)
{
	struct log_out out = {.time = NOW + 123456789,
			      .offset = -12600,
			      .topics = "firewall,info",
			      .prefix = "FW",
			      .message = "a\nb"};
	static const struct {
		struct log_action action;
		const char *expected;
	} cases[] = {
		{{.form = LOG_DEFAULT, .facility = 3}, "<30>firewall,info FW: a b"},
		{{.form = LOG_BSD, .facility = 16, .severity = 1},
		 "<128>Nov 21 12:30:00 my-router firewall,info FW: a b"},
		{{.form = LOG_BSD, .facility = 0, .iso_time = true},
		 "<6>2026-11-21T12:30:00.123-03:30 my-router firewall,info FW: a b"},
		{{.form = LOG_SYSLOG, .facility = 23, .severity = 8},
		 "<191>1 2026-11-21T12:30:00.123-03:30 my-router weir - - - firewall,info FW: a b"},
	};
	struct strbuf text = STRBUF_INIT;
	char host[] = "my router";

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct log_action action = cases[i].action;

		action.host = host;
		strbuf_reset(&text);
		log_output_syslog(&action, &out, &text);
		assert_string_equal(strbuf_text(&text), cases[i].expected);
	}
	strbuf_free(&text);
}

static void test_remote(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_in me = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof me;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char port[32], got[256];
	ssize_t size;

	assert_int_equal(bind(fd, (struct sockaddr *)&me, sizeof me), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&me, &len), 0);
	snprintf(port, sizeof port, "remote-port=%u", ntohs(me.sin_port));
	SET("/system logging action", action_id(f, "remote"), "remote=127.0.0.1", port,
	    "src-address=127.0.0.1", "bsd-syslog=yes", "syslog-facility=local7");
	SET("/system logging", 0, "topics=warning", "action=remote");
	SET("/system identity", 0, "name=gate");
	log_write(f->log, "system,warning", "look");
	size = recv(fd, got, sizeof got, MSG_DONTWAIT);
	assert_true(size > 0);
	got[size] = '\0';
	assert_string_equal(got, "<188>Nov 21 16:00:00 gate system,warning look");
	close(fd);
}

/* Lines, unless it is asked for columns. */
static void test_print(void **state)
{
	struct fixture *f = *state;
	const struct menu *menu = model_menu(f->model, "/log");
	struct print_options options = {.layout = PRINT_BRIEF, .width = 30};
	struct print_out out = print_to_strbuf(&f->text);
	struct menu_source *source;

	log_write(f->log, "system,info", "router rebooted, and that is a long line");
	log_write(f->log, "script,error", "");
	source = model_open(f->model, menu);
	assert_non_null(source);
	strbuf_reset(&f->text);
	assert_int_equal(print_menu(source, &options, &out), PRINT_OK);
	assert_string_equal(strbuf_text(&f->text),
			    " 16:00:00 system,info router rebooted, and that is a long line\n"
			    " 16:00:00 script,error\n");
	strbuf_reset(&f->text);
	options.show_ids = true;
	options.where = where_parse(menu, "topics~\"script\"", &(struct where_error){0});
	assert_int_equal(print_menu(source, &options, &out), PRINT_OK);
	assert_string_equal(strbuf_text(&f->text), "Columns: TIME, TOPICS\n"
						   " # TIME      TOPICS\n"
						   "*2 16:00:00  script,error\n");
	where_free(options.where);
	model_close(source);
}

/* A rule's expression is bounded, and one that is none is refused. */
static void test_regex(void **state)
{
	static const char *const bad[] = {"topics=info", "regex=(", NULL};
	struct fixture *f = *state;
	struct strbuf error = STRBUF_INIT;
	char many[60];

	SET("/system logging", 1, "regex=^a|b$");
	log_write(f->log, "system,info", "a line");
	log_write(f->log, "system,info", "no line");
	log_write(f->log, "system,info", "crab");
	assert_string_equal(lines(f), "system,info a line\nsystem,info crab\n");
	assert_false(menu_try(f->model, "/system logging", 0, bad, &error));
	assert_string_equal(strbuf_text(&error),
			    "failure: bad regex: missing closing parenthesis");
	/* What has the default action goes there. */
	SET("/system logging", 0, "topics=script", "regex=^run");
	log_write(f->log, "script", "run it");
	log_write(f->log, "script", "do it");
	assert_string_equal(lines(f),
			    "system,info a line\nsystem,info crab\nscript run it\n");
	SET("/system logging", 1, "regex=^(a+)+$");
	memset(many, 'a', sizeof many - 1);
	many[sizeof many - 2] = 'b';
	many[sizeof many - 1] = '\0';
	log_write(f->log, "system,info", many);
	SET("/system logging", 1, "regex=");
	log_write(f->log, "system,info", "any");
	assert_string_equal(lines(f),
			    "system,info a line\nsystem,info crab\nscript run it\n"
			    "system,info any\n");
	strbuf_free(&error);
}

static void *write_many(void *arg)
{
	for (unsigned i = 0; i < 2000; i++)
		log_write(arg, i % 3 ? "info" : "error", "from a thread");
	return NULL;
}

/* Lines come from many threads while one lists and another setup comes. */
static void test_threads(void **state)
{
	struct fixture *f = *state;
	pthread_t threads[3];

	for (size_t i = 0; i < ARRAY_COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, f->log), 0);
	for (unsigned i = 0; i < 50; i++) {
		lines(f);
		SET("/system logging action", action_id(f, "memory"),
		    i % 2 ? "memory-lines=10" : "memory-lines=1000");
	}
	for (size_t i = 0; i < ARRAY_COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	SET("/system logging action", action_id(f, "memory"), "memory-lines=10");
	assert_int_equal(strlen(lines(f)) > 0, 1);
	assert_int_equal(model_count(f->model, model_menu(f->model, "/log")), 10);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_topics),
		TEST(test_default),
		TEST(test_times),
		TEST(test_print),
		TEST(test_regex),
		TEST(test_follows_model),
		TEST(test_disk),
		cmocka_unit_test(test_syslog),
		TEST(test_remote),
		TEST(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

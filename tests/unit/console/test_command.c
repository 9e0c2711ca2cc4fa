/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of menus in their surroundings: rights, files, somebody who sits there, what goes
 * on until it is stopped.
 */
#include "console.h"

#include "base/bytes.h"

/* Rights */

struct right {
	const char *line;
	uint32_t policies; /* that it takes */
};

static void test_rights(void **state)
{
	static const struct right rights[] = {
	        {"/ip firewall filter print", POLICY_BIT(READ)},
	        {":put [/ip firewall filter find]", POLICY_BIT(READ)},
	        {":put [/system identity get name]", POLICY_BIT(READ)},
	        {"/export", POLICY_BIT(READ)},
	        {"/export show-sensitive", POLICY_BIT(READ) | POLICY_BIT(SENSITIVE)},
	        {"/ip firewall filter add chain=a action=accept", POLICY_BIT(WRITE)},
	        {"/system identity set name=x", POLICY_BIT(WRITE)},
	        {"/ip firewall filter reset-counters-all", POLICY_BIT(WRITE)},
	        {"/user add name=eve group=full", POLICY_BIT(WRITE) | POLICY_BIT(POLICY)},
	        {"/user group set read policy=read", POLICY_BIT(WRITE) | POLICY_BIT(POLICY)},
	        {"/undo", POLICY_BIT(WRITE)},
	        {"/system shutdown", POLICY_BIT(REBOOT)},
	};
	static const char refused[] = "not enough permissions (9)\n";
	struct console c;

	(void)state;
	console_begin(&c);
	for (size_t i = 0; i < ARRAY_COUNT(rights); i++) {
		for (unsigned bit = 0; bit < POLICY_COUNT; bit++) {
			if (!(rights[i].policies & 1u << bit))
				continue;
			console_sit_down(&c, POLICY_ALL & ~(1u << bit), false, 0, 0);
			assert_string_equal(console_type(&c, rights[i].line), refused);
		}
		console_sit_down(&c, rights[i].policies, false, 0, 0);
		assert_string_not_equal(console_type(&c, rights[i].line), refused);
	}
	console_end(&c);
}

/* Files, the log, the end */

static void test_services(void **state)
{
	static const struct exchange exchanges[] = {
	        {"/log info \"a line\"", ""},
	        {"/log warning message=two", ""},
	        {"/system identity print file=id", ""},
	        {"/system identity print file=id.txt append", ""},
	        {"/system identity export file=a", ""},
	        {"/system identity export file=b.rsc", ""},
	        {"/ip service print file=x interval=1s",
	         "failure: a file is written once, not again and again\n"},
	        {"/file read file=id.txt", "  name: weir\n\n  name: weir\n\n\n"},
	        {"/file read id.txt offset=2 chunk-size=4", "name\n"},
	        {":put ([/file read id.txt offset=8 chunk-size=4 as-value]->\"data\")", "weir\n"},
	        {"/file read id.txt chunk-size=100000",
	         "value of chunk-size out of range (0..32768)\n"},
	        {"/file read id.txt offset=x", "invalid value for argument offset\n"},
	        {"/file read none", "failure: no such file none\n"},
	        {"/system shutdown", "system will shutdown\n"},
	};
	struct console c;

	(void)state;
	console_begin(&c);
	console_talk(&c, exchanges, ARRAY_COUNT(exchanges));
	assert_string_equal(strbuf_text(&c.log), "script,info a line\nscript,warning two\n");
	assert_non_null(console_file(&c, "a.rsc"));
	assert_non_null(console_file(&c, "b.rsc"));
	assert_null(console_file(&c, "x.txt"));
	assert_true(c.down);
	console_end(&c);
}

static void test_no_services(void **state)
{
	static const struct exchange exchanges[] = {
	        {"/log info \"a line\"", "failure: not available here\n"},
	        {"/system identity print file=id", "failure: not available here\n"},
	        {"/export file=id", "failure: not available here\n"},
	        {"/file read id", "failure: not available here\n"},
	        {"/system shutdown", "failure: not available here\n"},
	        {"/system resource monitor once", "failure: not available here\n"},
	};
	struct console c;

	(void)state;
	console_begin(&c);
	c.services = (struct console_services){0};
	console_talk(&c, exchanges, ARRAY_COUNT(exchanges));
	console_end(&c);
}

/* Somebody sits there */

#define PAUSE "-- [Q quit|D dump|down]"
#define ERASE "\r                       \r"

static void test_pages(void **state)
{
	static const char *const down_quit[] = {" ", "q", NULL};
	static const char *const line_dump[] = {"\r", "d", NULL};
	struct console c;

	(void)state;
	console_begin(&c);
	console_sit_down(&c, POLICY_ALL, true, 80, 4);
	c.answers = down_quit;
	assert_string_equal(console_type(&c, "/ip service print proplist=name,port where port<100"),
	                    "Columns: NAME, PORT\n# NAME    PORT\n0 telnet    23\n" PAUSE ERASE
	                    "1 ftp       21\n2 www       80\n3 ssh       22\n");
	assert_string_equal(console_type(&c, "/ip service print proplist=name"),
	                    "Flags: X - DISABLED\nColumns: NAME\n#   NAME\n" PAUSE ERASE);
	c.answers = line_dump;
	assert_string_equal(console_type(&c, "/ip service print proplist=name where port<100"),
	                    "Columns: NAME\n# NAME\n0 telnet\n" PAUSE ERASE "1 ftp\n" PAUSE ERASE
	                    "2 www\n3 ssh\n");
	assert_string_equal(
	        console_type(&c, "/ip service print proplist=name without-paging where port<100"),
	        "Columns: NAME\n# NAME\n0 telnet\n1 ftp\n2 www\n3 ssh\n");
	console_end(&c);
}

static void test_edit(void **state)
{
	static const char *const answers[] = {"gate", "", ":put 1", ":put 2", ".", "n", "y", NULL};
	static const struct exchange exchanges[] = {
	        {"/system identity edit name", "name: weir\nnew name: "},
	        {"/system identity edit name", "name: gate\nnew name: "},
	        {"/system script add name=s source=\":put 0\"", ""},
	        {"/system script edit s source",
	         "source: \n:put 0\n(new text, ended by a line that is a single .)\n> > > "},
	        {"/system script run s", "1\n2\n"},
	        {"/system script edit s nonsense",
	         "input does not match any value of value-name\n"},
	        {"/system script edit *99 name", "no such item\n"},
	        {"/system shutdown", "Shutdown, yes? [y/N]: action cancelled\n"},
	        {"/system shutdown", "Shutdown, yes? [y/N]: system will shutdown\n"},
	};
	struct console c;

	(void)state;
	console_begin(&c);
	console_sit_down(&c, POLICY_ALL, true, 80, 24);
	c.answers = answers;
	console_talk(&c, exchanges, ARRAY_COUNT(exchanges));
	console_end(&c);
}

/* What goes on until it is stopped */

static void stop_after_three(struct console *c, const char *data, size_t len)
{
	(void)data, (void)len;
	if (c->writes == 3)
		session_interrupt(c->session);
}

static void test_interval(void **state)
{
	struct console c;

	(void)state;
	console_begin(&c);
	c.wrote = stop_after_three;
	assert_string_equal(
	        console_type(&c, "/ip firewall connection print count-only interval=200ms"),
	        "3\n3\n3\ninterrupted\n");
	console_end(&c);
}

/* Another connection appears after each piece of output. */
static void one_more(struct console *c, const char *data, size_t len)
{
	(void)data, (void)len;
	if (c->writes == 3)
		session_interrupt(c->session);
	else if (c->writes < 3)
		console_connection(c, 0x20 + c->writes, 47, 9, 0, WEIR_SEC);
}

static void test_follow(void **state)
{
	struct console c;

	(void)state;
	console_begin(&c);
	c.wrote = one_more;
	assert_string_equal(
	        console_type(&c, "/ip firewall connection print follow proplist=protocol"),
	        "Flags: S - SEEN-REPLY; A - ASSURED; C - CONFIRMED\nColumns: PROTOCOL\n"
	        "#     PROTOCOL\n0 SAC tcp\n1   C udp\n2   C udp\n3 C gre\n4 C gre\n"
	        "interrupted\n");
	console_end(&c);
}

/* follow-only says nothing of what was there, and leaves out the legend of what follows. */
static void begin_late(struct console *c, const char *data, size_t len)
{
	(void)data, (void)len;
	session_interrupt(c->session);
}

static void test_follow_only(void **state)
{
	struct console c;

	(void)state;
	console_begin(&c);
	console_sit_down(&c, POLICY_ALL, false, 0, 0);
	c.late = 0x30; /* comes when it is looked for the second time */
	c.wrote = begin_late;
	assert_string_equal(
	        console_type(&c, "/ip firewall connection print follow-only terse "
	                         "proplist=protocol,timeout where protocol=gre"),
	        " 3    C       protocol=gre timeout=1s\ninterrupted\n");
	console_end(&c);
}

/* On a terminal a pass takes the place of the one before. */
static void test_interval_in_place(void **state)
{
	struct console c;

	(void)state;
	console_begin(&c);
	console_sit_down(&c, POLICY_ALL, true, 80, 24);
	c.wrote = stop_after_three;
	assert_string_equal(
	        console_type(&c, "/ip firewall connection print proplist=protocol interval=200ms "
	                         "where protocol=tcp"),
	        "Flags: S - SEEN-REPLY; A - ASSURED; C - CONFIRMED\nColumns: PROTOCOL\n"
	        "#     PROTOCOL\n0 SAC tcp\n"
	        "\r\33[4A\33[J"
	        "Flags: S - SEEN-REPLY; A - ASSURED; C - CONFIRMED\nColumns: PROTOCOL\n"
	        "#     PROTOCOL\n0 SAC tcp\n"
	        "\r\33[4A\33[J"
	        "Flags: S - SEEN-REPLY; A - ASSURED; C - CONFIRMED\nColumns: PROTOCOL\n"
	        "#     PROTOCOL\n0 SAC tcp\n"
	        "interrupted\n");
	console_end(&c);
}

/* /system resource monitor, of a machine that is always the same */

struct machine {
	struct menu_source source;
	bool done;
};

static const void *machine_next(struct menu_source *source)
{
	struct machine *machine = (struct machine *)source;
	bool done = machine->done;

	machine->done = true;
	return done ? NULL : machine;
}

static void machine_rewind(struct menu_source *source)
{
	((struct machine *)source)->done = false;
}

static void machine_get(struct menu_source *source, const void *item,
                        const struct property *property, struct value *value)
{
	(void)source, (void)item;
	*value = value_none();
	if (strcmp(property->name, "cpu-load") == 0 || strcmp(property->name, "load") == 0)
		*value = value_number(VALUE_NUMBER, 7);
	else if (strcmp(property->name, "free-memory") == 0)
		*value = value_number(VALUE_NUMBER, 2048);
}

static void machine_close(struct menu_source *source)
{
	free(source);
}

static struct menu_source *machine_open(void *ctx, const struct menu *menu)
{
	struct machine *machine = calloc(1, sizeof *machine);

	(void)ctx;
	assert_non_null(machine);
	machine->source = (struct menu_source){.menu = menu,
	                                       .next = machine_next,
	                                       .rewind = machine_rewind,
	                                       .close = machine_close,
	                                       .get = machine_get};
	return &machine->source;
}

static void test_monitor(void **state)
{
	static const struct menu_live live = {.open = machine_open};
	static const struct exchange exchanges[] = {
	        {"/system resource monitor once",
	         "          cpu-used: 7%\n  cpu-used-per-cpu: 7%\n       free-memory: 2KiB\n\n"},
	        {":put [/system resource monitor once as-value]",
	         "cpu-used=7;cpu-used-per-cpu=7%;free-memory=2\n"},
	        {"/system resource monitor as-value duration=400ms interval=200ms do={ :put turn }",
	         "turn\nturn\n"},
	        {"/system resource monitor interval=1ms",
	         "value of interval out of range (200ms..)\n"},
	        {":put [/system resource get cpu-load]", "7\n"},
	};
	struct console c;

	(void)state;
	console_begin(&c);
	model_lock(c.model);
	model_bind(c.model, &menu_resource, &live, NULL);
	model_bind(c.model, &menu_resource_cpu, &live, NULL);
	model_unlock(c.model);
	console_talk(&c, exchanges, ARRAY_COUNT(exchanges));
	console_end(&c);
}

static void test_reader_gone(void **state)
{
	static const char line[] = ":for i from=1 to=10000 do={ /ip service print }; "
	                           "/system identity set name=late";
	struct console c;

	(void)state;
	console_begin(&c);
	c.room = 10;
	assert_int_equal(session_run(c.session, line, sizeof line - 1), SESSION_INTERRUPTED);
	assert_int_equal(c.out.len, 0);
	console_sit_down(&c, POLICY_ALL, false, 0, 0);
	c.room = SIZE_MAX;
	assert_string_equal(console_type(&c, ":put [/system identity get name]"), "weir\n");
	console_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_rights),
	        cmocka_unit_test(test_services),
	        cmocka_unit_test(test_no_services),
	        cmocka_unit_test(test_pages),
	        cmocka_unit_test(test_edit),
	        cmocka_unit_test(test_interval),
	        cmocka_unit_test(test_interval_in_place),
	        cmocka_unit_test(test_follow),
	        cmocka_unit_test(test_follow_only),
	        cmocka_unit_test(test_monitor),
	        cmocka_unit_test(test_reader_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

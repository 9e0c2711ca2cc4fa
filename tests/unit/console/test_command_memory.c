/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of menus where memory runs out: every allocation of a line fails in turn. The
 * line either does what it says or leaves the configuration as it was and says so, and when all
 * is over everything has been given back.
 *
 * Linked with --wrap for malloc() and its like.
 */
#include "console.h"

#include "base/bytes.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void __real_free(void *ptr);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
void __wrap_free(void *ptr);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t len);

static long countdown = -1; /* allocations until one fails; below 0: none does */
static long blocks;

static bool fails(void)
{
	return countdown >= 0 && countdown-- == 0;
}

static void *counted(void *ptr)
{
	blocks += ptr != NULL;
	return ptr;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *ptr, size_t size)
{
	void *new = fails() ? NULL : __real_realloc(ptr, size);

	blocks += ptr == NULL && new;
	return new;
}

void __wrap_free(void *ptr)
{
	blocks -= ptr != NULL;
	__real_free(ptr);
}

char *__wrap_strndup(const char *text, size_t len)
{
	size_t length = strnlen(text, len);
	char *copy = __wrap_malloc(length + 1);

	if (copy) {
		memcpy(copy, text, length);
		copy[length] = '\0';
	}
	return copy;
}

char *__wrap_strdup(const char *text)
{
	return __wrap_strndup(text, strlen(text));
}

/* Each changes something, or nothing; all succeed where there is memory. */
static const char *const lines[] = {
        "/ip firewall filter add chain=forward action=accept src-address=10.0.0.0/8 comment=x",
        "/ip firewall filter set *1 dst-address=10.1.0.0/16 comment=\"other text\"",
        "/ip firewall filter set [find chain=input] disabled=yes",
        "/ip firewall filter unset *1 comment",
        "/ip firewall filter disable *1,*2",
        "/ip firewall filter comment *2 hello",
        "/ip firewall filter move *2 *1",
        "/ip firewall filter remove [find]",
        "/interface set ether1 name=wan comment=outside",
        "/ip firewall connection tracking set udp-timeout=20s",
        "/ip service disable telnet,ftp",
        "/undo",
        "/ip firewall filter print",
        "/ip firewall filter print stats",
        "/ip firewall filter print terse where action=drop",
        "/ip firewall filter print chain=input from=*1,*2",
        ":put [/ip firewall filter print as-value]",
        ":put [/ip firewall filter get *1]",
        ":put [/ip firewall filter get *1 chain]",
        "/ip firewall filter print file=rules",
        "/export",
        "/export file=all",
        "/ip firewall connection print detail where protocol=udp",
        ":put [/ip firewall connection print count-only where protocol=udp]",
        "/ip firewall connection remove [find]",
};

static void prepare(struct console *c)
{
	console_begin(c);
	console_type(c, "/ip firewall filter add chain=input action=drop protocol=tcp dst-port=23");
	console_type(c, "/ip firewall filter add chain=input action=accept comment=two");
}

static enum session_status type(struct console *c, const char *line)
{
	strbuf_reset(&c->out);
	return session_run(c->session, line, strlen(line));
}

/* Everything that is configured, as a fresh session sees it: one whose output was lost has ended. */
static char *exported(struct console *c)
{
	char *text;

	console_sit_down(c, POLICY_ALL, false, 0, 0);
	assert_int_equal(type(c, "/export"), SESSION_OK);
	text = strdup(strbuf_text(&c->out));
	assert_non_null(text);
	return text;
}

/* => whether an allocation failed */
static bool fail_at(const char *line, long n)
{
	struct console c;
	enum session_status status;
	char *before, *after;
	bool ran_out;

	prepare(&c);
	before = exported(&c);
	countdown = n;
	status = type(&c, line);
	ran_out = countdown < 0;
	countdown = -1;
	after = exported(&c);
	if (status != SESSION_OK && strcmp(before, after) != 0)
		print_error("%s, allocation %ld\nbefore:\n%s\nafter:\n%s", line, n, before, after);
	assert_true(status == SESSION_OK || strcmp(before, after) == 0);
	free(before);
	free(after);
	console_end(&c);
	return ran_out;
}

static void test_out_of_memory(void **state)
{
	long begun = blocks;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
		struct console c;
		long n = 0;

		prepare(&c);
		if (type(&c, lines[i]) != SESSION_OK)
			fail_msg("%s: %s", lines[i], strbuf_text(&c.out));
		console_end(&c);
		while (fail_at(lines[i], n))
			n++;
		assert_true(n > 5); /* it is counted at all */
	}
	assert_int_equal(blocks, begun);
}

/* Completion without memory offers nothing, or less. */
static void test_completion(void **state)
{
	static const char line[] = "/ip firewall filter add in-interface=";
	struct completion completion;
	struct console c;
	long begun;

	(void)state;
	prepare(&c);
	begun = blocks;
	for (long n = 0, left = -1; left < 0; n++) {
		countdown = n;
		session_complete(c.session, line, sizeof line - 1, &completion);
		left = countdown;
		countdown = -1;
		assert_true(completion.count <= 6);
		completion_free(&completion);
		assert_int_equal(blocks, begun);
	}
	console_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_out_of_memory),
	        cmocka_unit_test(test_completion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scripts and files where memory runs out: every allocation in turn fails. The session goes on,
 * a failure is told, and a file that failed has left nothing.
 *
 * Linked with --wrap for malloc() and its like. That nothing is lost, the sanitizers see.
 */
#include "console.h"

#include "base/bytes.h"
#include "console/context.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);

static long countdown = -1; /* allocations until one fails; below 0: none does */

static bool fails(void)
{
	return countdown >= 0 && countdown-- == 0;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *ptr, size_t size)
{
	return fails() ? NULL : __real_realloc(ptr, size);
}

static bool swallow(void *ctx, const char *data, size_t len)
{
	(void)ctx, (void)data, (void)len;
	return true;
}

static struct session *sit_down(struct model *model)
{
	const struct session_options options = {.actor = {"admin", "console", POLICY_ALL},
	                                        .write = swallow};
	struct session *session = session_create(model, &options);

	assert_non_null(session);
	return session;
}

static void assert_works(struct session *session)
{
	struct strbuf value = STRBUF_INIT;

	assert_int_equal(session_evaluate(session, "(1 + [:len \"ab\"])", 17, &value), SESSION_OK);
	assert_string_equal(strbuf_text(&value), "3");
	strbuf_free(&value);
}

static void test_lines(void **state)
{
	static const char *const lines[] = {
	        ":local a {1;\"x\";b=2}; :put \"$a-$($a->\"b\")-$[:len $a]\"; :set a (1 . \"x\")",
	        ":global f do={ :return ($1 . $k) }; :global g [$f 1 k=2]; :put $g; :set g",
	        ":foreach k,v in={1;2;c=3} do={ :put $k; :local x $v }",
	        ":onerror e in={ :error (\"a\" . \"b\") } do={ :put $e }",
	        ":local p [:parse \":put \\$1\"]; $p 5; :put $p; :put [:parse \"nope\"]",
	        "/ip firewall address-list { add list=m address=1.2.3.4 comment=\"x\"; print }",
	        "/ip firewall address-list { set [find list=m] comment=y; remove [find list=m] }",
	        "/ip firewall address-list print where comment=(\"y\" . $[:len a]) list=m",
	        ":put [:execute { :put 1 } as-string]",
	        "/interface wireless add name=x",
	};
	static const struct model_world world;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
		struct model *model = model_create(&world);
		struct session *session = sit_down(model);
		bool failed = true;

		for (long n = 0; failed && n < 5000; n++) {
			countdown = n;
			session_run(session, lines[i], strlen(lines[i]));
			failed = countdown < 0;
			countdown = -1;
			assert_works(session);
		}
		assert_false(failed);
		session_destroy(session);
		model_destroy(model);
	}
}

static void test_file(void **state)
{
	static const char text[] =
	        "# x by RouterOS 7.16\n/ip firewall filter\nadd chain=input comment=\\\n"
	        "    \"a b\"\n:global f do={\n :return $1\n}\nadd chain=[$f forward]\n"
	        "/interface wireless\nadd name=x\n/system identity\nset name=lab\n";
	static const char add[] = "/ip firewall filter print count-only";
	static const struct model_world world;
	const struct load_options options = {.lenient = true};
	bool failed = true;

	(void)state;
	for (long n = 0; failed && n < 5000; n++) {
		struct model *model = model_create(&world);
		struct session *session = sit_down(model);
		struct load_summary summary;
		enum session_status status;
		uint64_t count;

		countdown = n;
		status = session_load(session, text, strlen(text), &options, &summary);
		failed = countdown < 0;
		countdown = -1;
		model_lock(model);
		count = model_count(model, &menu_filter);
		model_unlock(model);
		assert_int_equal(count, status == SESSION_OK ? 2 : 0);
		assert_int_equal(summary.errors != 0, status == SESSION_FAILED);
		assert_int_equal(session_run(session, add, strlen(add)), SESSION_OK);
		session_destroy(session);
		model_destroy(model);
	}
	assert_false(failed);
}

static void test_contexts(void **state)
{
	static const char text[] = ":local abc 1; /ip firewall filter add chain=x !protocol "
	                           "src-address=$";
	static const struct model_world world;
	struct model *model = model_create(&world);
	struct session *session = sit_down(model);
	bool failed = true;

	(void)state;
	for (long n = 0; failed && n < 1000; n++) {
		struct context context;

		model_lock(model);
		countdown = n;
		context_read(session, text, strlen(text), &context);
		failed = countdown < 0;
		countdown = -1;
		context_free(&context);
		model_unlock(model);
	}
	assert_false(failed);
	session_destroy(session);
	model_destroy(model);
}

static void test_sessions(void **state)
{
	static const struct model_world world;
	const struct session_options options = {.actor = {"admin", "console", POLICY_ALL}};
	struct model *model = model_create(&world);
	struct environment *environment;
	struct session *session = NULL;

	(void)state;
	for (long n = 0; session == NULL && n < 100; n++) {
		countdown = n;
		session = session_create(model, &options);
		countdown = -1;
	}
	assert_non_null(session);
	session_destroy(session);
	countdown = 0;
	environment = environment_create(model);
	countdown = -1;
	assert_null(environment);
	model_destroy(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_lines),
	        cmocka_unit_test(test_file),
	        cmocka_unit_test(test_contexts),
	        cmocka_unit_test(test_sessions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

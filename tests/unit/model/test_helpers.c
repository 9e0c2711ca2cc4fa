/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Helpers in the menus: what /ip firewall service-port gives the engine and what it refuses, and
 * how expectations are listed.
 */
#include "model/menu_expectation.h"
#include "model/menu_service_port.h"
#include "model/print.h"
#include "model_sample.h"
#include "sample.h"

/* Rows by their ids, in their order. */
enum { FTP = 1, TFTP, IRC, H323, SIP, PPTP, UDPLITE, DCCP, SCTP, RTSP };

struct fixture {
	struct clock_and_log world;
	struct model *model;
	struct strbuf error;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct model_world world = {f, sample_now, sample_log};

	f->model = model_create(&world);
	*state = f;
	return f->model ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	model_destroy(f->model);
	strbuf_free(&f->error);
	free(f);
	return 0;
}

static void apply(struct model *model, struct weir_settings *settings)
{
	memset(settings, 0xff, sizeof *settings);
	assert_true(service_ports_apply(model, settings));
}

static void test_defaults(void **state)
{
	struct fixture *f = *state;
	struct weir_settings s, engine;

	weir_settings_init(&engine);
	apply(f->model, &s);
	for (unsigned i = 1; i < WEIR_HELPER_COUNT; i++) {
		const struct weir_helper_settings *got = &s.helper[i], *want = &engine.helper[i];

		assert_int_equal(got->on, want->on);
		if (i == WEIR_HELPER_H323 || i == WEIR_HELPER_PPTP)
			continue;
		assert_int_equal(got->port_count, want->port_count);
		assert_memory_equal(got->ports, want->ports, got->port_count * sizeof *got->ports);
	}
	assert_int_equal(s.sip_direct_media, engine.sip_direct_media);
	assert_int_equal(s.sip_timeout, engine.sip_timeout);
}

static void test_set(void **state)
{
	struct fixture *f = *state;
	struct weir_settings s;

	set(f->model, &menu_service_port, FTP, "ports=21,2121,2,3,4,5,6,65535");
	set(f->model, &menu_service_port, SIP, "sip-direct-media=no sip-timeout=90s disabled=yes");
	set(f->model, &menu_service_port, RTSP, "disabled=no ports=8554");
	set(f->model, &menu_service_port, PPTP, "disabled=yes");
	set(f->model, &menu_service_port, DCCP, "disabled=yes");
	apply(f->model, &s);
	assert_int_equal(s.helper[WEIR_HELPER_FTP].port_count, 8);
	assert_int_equal(s.helper[WEIR_HELPER_FTP].ports[1], 2121);
	assert_int_equal(s.helper[WEIR_HELPER_FTP].ports[7], 65535);
	assert_true(s.helper[WEIR_HELPER_FTP].on);
	assert_false(s.helper[WEIR_HELPER_SIP].on);
	assert_false(s.helper[WEIR_HELPER_PPTP].on);
	assert_true(s.helper[WEIR_HELPER_RTSP].on);
	assert_int_equal(s.helper[WEIR_HELPER_RTSP].ports[0], 8554);
	assert_int_equal(s.sip_direct_media, 0);
	assert_int_equal(s.sip_timeout, 90 * WEIR_SEC);
}

static void test_trackers(void **state)
{
	struct fixture *f = *state;
	struct model *m = f->model;

	assert_null(service_port_stays(m, model_item(m, &menu_service_port, SCTP)));
	set(m, &menu_service_port, SCTP, "disabled=yes");
	set(m, &menu_service_port, FTP, "disabled=yes");
	assert_string_equal(service_port_stays(m, model_item(m, &menu_service_port, SCTP)), "sctp");
	assert_null(service_port_stays(m, model_item(m, &menu_service_port, FTP)));
}

static void test_refusals(void **state)
{
	static const struct {
		uint64_t id;
		const char *assignments;
		enum model_refusal refusal;
		const char *error;
	} sets[] = {
	        {FTP, "ports=1,2,3,4,5,6,7,8,9", MODEL_FAILURE,
	         "failure: ftp can have 8 ports at most"},
	        {FTP, "sip-timeout=1h", MODEL_FAILURE, "failure: only sip has sip-timeout"},
	        {TFTP, "sip-direct-media=yes", MODEL_FAILURE,
	         "failure: only sip has sip-direct-media"},
	        {H323, "ports=1720", MODEL_FAILURE, "failure: h323 has no ports to set"},
	        {PPTP, "ports=1723", MODEL_FAILURE, "failure: pptp has no ports to set"},
	        {UDPLITE, "ports=1", MODEL_FAILURE, "failure: udplite has no ports to set"},
	        {IRC, "ports=0", MODEL_BAD_VALUE, "value of ports out of range (1..65535)"},
	        {IRC, "ports=65536", MODEL_BAD_VALUE, "value of ports out of range (1..65535)"},
	        {SIP, "sip-timeout=91d", MODEL_BAD_VALUE,
	         "value of sip-timeout out of range (1s..12w6d)"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_COUNT(sets); i++) {
		struct change *change = change_begin(f->model, &admin);

		refused(sample_set(change, &menu_service_port, sets[i].id, sets[i].assignments,
		                   &f->error),
		        sets[i].refusal, &f->error, sets[i].error);
		change_abort(change);
	}
	assert_string_equal(shown(f->model, &menu_service_port, FTP, "ports"), "21");
}

static bool always(void *ctx, const struct menu *menu, const struct item *item)
{
	(void)ctx;
	(void)menu;
	(void)item;
	return true;
}

/* Whoever is bound to the menu may call its rows invalid. */
static void test_invalid(void **state)
{
	static const struct menu_live live = {.invalid = always};
	struct fixture *f = *state;

	assert_string_equal(shown(f->model, &menu_service_port, FTP, "invalid"), "no");
	model_bind(f->model, &menu_service_port, &live, NULL);
	assert_string_equal(shown(f->model, &menu_service_port, FTP, "invalid"), "yes");
}

/* Expectations */

static struct weir_expectation expectations[4];

static size_t fetch(void *ctx, uint32_t *cursor, struct weir_expectation *list, size_t count)
{
	size_t n = 0;

	(void)ctx;
	for (; n < count && n < 3 && *cursor < ARRAY_COUNT(expectations); n++)
		list[n] = expectations[(*cursor)++];
	return n;
}

static void make_expectations(void)
{
	struct weir_expectation *e = expectations;

	memset(e, 0, sizeof expectations);
	e[0] = (struct weir_expectation){.family = WEIR_IPV4, .protocol = 6,
		.helper = WEIR_HELPER_FTP, .any_src_port = true, .to_port = 2000,
		.master = 0x1a, .timeout = 299 * WEIR_SEC + WEIR_SEC / 2};
	sample_end(&e[0].tuple.src, &e[0].tuple.src_port, "203.0.113.80", 0);
	sample_end(&e[0].tuple.dst, &e[0].tuple.dst_port, "198.51.100.1", 2001);
	sample_end(&e[0].to, &e[0].to_port, "192.168.1.2", 2000);
	e[1] = (struct weir_expectation){.family = WEIR_IPV6, .protocol = 17,
		.helper = WEIR_HELPER_SIP, .any_src = true, .any_src_port = true,
		.flags = WEIR_EXPECT_PERMANENT | WEIR_EXPECT_INACTIVE, .master = 2,
		.timeout = 180 * WEIR_SEC};
	sample_end(&e[1].tuple.dst, &e[1].tuple.dst_port, "2001:db8::1", 5060);
	sample_end(&e[1].to, &e[1].to_port, "2001:db8::1", 5060);
	e[2] = (struct weir_expectation){.family = WEIR_IPV4, .protocol = 47,
		.helper = WEIR_HELPER_PPTP, .master = 3, .timeout = 300 * WEIR_SEC};
	sample_end(&e[2].tuple.src, &e[2].tuple.src_port, "203.0.113.80", 7);
	sample_end(&e[2].tuple.dst, &e[2].tuple.dst_port, "192.168.1.2", 9);
	sample_end(&e[2].to, &e[2].to_port, "192.168.1.2", 9);
	e[3] = (struct weir_expectation){.family = WEIR_IPV4, .protocol = 17,
		.helper = WEIR_HELPER_SIP, .any_src = true, .any_src_port = true,
		.flags = WEIR_EXPECT_PERMANENT, .master = 4, .timeout = 60 * WEIR_SEC};
	sample_end(&e[3].tuple.dst, &e[3].tuple.dst_port, "192.168.1.3", 5060);
	sample_end(&e[3].to, &e[3].to_port, "192.168.1.3", 5060);
}

static void expect_print(const struct menu *menu, enum print_layout layout, const char *want)
{
	struct expectation_source source;
	struct print_options options = {.layout = layout};
	struct strbuf text = STRBUF_INIT;
	struct print_out out = print_to_strbuf(&text);

	expectation_source_init(&source, menu, fetch, NULL);
	assert_int_equal(print_menu(&source.source, &options, &out), PRINT_OK);
	assert_string_equal(strbuf_text(&text), want);
	strbuf_free(&text);
}

static void test_expectations(void **state)
{
	(void)state;
	make_expectations();
	expect_print(&menu_expectation, PRINT_BRIEF,
	             "Flags: P - PERMANENT\n"
	             "Columns: PROTOCOL, SRC-ADDRESS, DST-ADDRESS, TO-ADDRESS, CONNECTION-TYPE, "
	             "TIMEOUT, MASTER\n"
	             "#   PROTOCOL  SRC-ADDRESS   DST-ADDRESS        TO-ADDRESS        "
	             "CONNECTION-TYPE  TIMEOUT  MASTER\n"
	             "0   tcp       203.0.113.80  198.51.100.1:2001  192.168.1.2:2000  "
	             "ftp              4m59s    *1A\n"
	             "1   gre       203.0.113.80  192.168.1.2        192.168.1.2       "
	             "pptp             5m       *3\n"
	             "2 P udp                     192.168.1.3:5060   192.168.1.3:5060  "
	             "sip              1m       *4\n");
	expect_print(&menu_expectation_v6, PRINT_TERSE,
	             " 0 PI protocol=udp dst-address=2001:db8::1 dst-port=5060 "
	             "to-address=2001:db8::1 to-port=5060 connection-type=sip timeout=3m master=*2\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        TEST(defaults), TEST(set),     TEST(trackers),
	        TEST(refusals), TEST(invalid), cmocka_unit_test(test_expectations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

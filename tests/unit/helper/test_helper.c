/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all helpers share: settings, ports, who reads what, addresses as text.
 */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct tuple reply_from(uint8_t proto, uint16_t port)
{
	return (struct tuple){
		.proto = proto, .family = WEIR_IPV4, .src_port = port, .dst_port = 1234};
}

static void test_find(void **state)
{
	struct weir_settings in;
	struct helper_settings set;
	struct tuple t = reply_from(PROTO_TCP, 21);

	(void)state;
	weir_settings_init(&in);
	assert_int_equal(helper_settings_compile(&in, &set), WEIR_OK);
	assert_int_equal(helper_find(&set, &t), HELPER_PARSER_FTP);
	t.proto = PROTO_UDP;
	assert_int_equal(helper_find(&set, &t), HELPER_PARSER_NONE);
	t.src_port = 69;
	assert_int_equal(helper_find(&set, &t), HELPER_PARSER_TFTP);
	t.src_port = 7; /* the same bit */
	assert_true(helper_may_read(&set, 7));
	assert_int_equal(helper_find(&set, &t), HELPER_PARSER_NONE);
	assert_false(helper_may_read(&set, 443));

	in.helper[WEIR_HELPER_FTP] = (struct weir_helper_settings){
		.on = true, .port_count = 2, .ports = {2121, 21}};
	in.helper[WEIR_HELPER_TFTP].on = false;
	assert_int_equal(helper_settings_compile(&in, &set), WEIR_OK);
	t = reply_from(PROTO_TCP, 2121);
	assert_int_equal(helper_find(&set, &t), HELPER_PARSER_FTP);
	t = reply_from(PROTO_UDP, 69);
	assert_int_equal(helper_find(&set, &t), HELPER_PARSER_NONE);

	in.helper[WEIR_HELPER_FTP].port_count = WEIR_HELPER_PORTS + 1;
	assert_int_equal(helper_settings_compile(&in, &set), WEIR_ERANGE);
}

static void test_whose(void **state)
{
	(void)state;
	assert_int_equal(helper_of(HELPER_PARSER_NONE), WEIR_HELPER_NONE);
	assert_int_equal(helper_of(HELPER_PARSER_H245), WEIR_HELPER_H323);
	assert_int_equal(helper_of(HELPER_PARSER_SIP_TCP), WEIR_HELPER_SIP);
	assert_string_equal(weir_helper_text(WEIR_HELPER_H323), "h323");
	assert_string_equal(weir_helper_text(WEIR_HELPER_NONE), "");
}

/* Full settings fit, whatever they say. */
static void test_all_ports(void **state)
{
	struct weir_settings in;
	struct helper_settings set;

	(void)state;
	weir_settings_init(&in);
	for (unsigned i = 0; i < WEIR_HELPER_COUNT; i++) {
		in.helper[i].on = true;
		in.helper[i].port_count = WEIR_HELPER_PORTS;
		for (unsigned k = 0; k < WEIR_HELPER_PORTS; k++)
			in.helper[i].ports[k] = (uint16_t)(1000 + i * WEIR_HELPER_PORTS + k);
	}
	assert_int_equal(helper_settings_compile(&in, &set), WEIR_OK);
	assert_true(set.port_count <= ARRAY_COUNT(set.port));
}

static void test_addresses(void **state)
{
	static const struct {
		uint8_t family;
		const char *text;
		uint32_t length; /* that is read */
	} rows[] = {
		{WEIR_IPV4, "10.0.0.1", 8},
		{WEIR_IPV4, "10.0.0.1:5060", 8},
		{WEIR_IPV4, "10.0.0.1.", 8},
		{WEIR_IPV4, "10.0.0", 0},
		{WEIR_IPV4, "10.0.0.256", 0},
		{WEIR_IPV4, "a.b.c.d", 0},
		{WEIR_IPV4, "", 0},
		{WEIR_IPV6, "2001:db8::1", 11},
		{WEIR_IPV6, "2001:db8::1]:80", 11},
		{WEIR_IPV6, "::ffff:10.0.0.1 ", 15},
		{WEIR_IPV6, "2001:db8:::1", 0},
	};
	char buf[46];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		union weir_addr addr;
		uint32_t size = (uint32_t)strlen(rows[i].text);
		uint8_t *text = malloc(size + 1); /* exactly as long */

		assert_non_null(text);
		memcpy(text, rows[i].text, size);
		text = realloc(text, size ? size : 1);
		assert_int_equal(helper_addr_read(rows[i].family, text, size, &addr),
				 rows[i].length);
		if (rows[i].length)
			assert_int_equal(helper_addr_text(rows[i].family, &addr, buf),
					 rows[i].length);
		free(text);
	}
}

/* An empty payload, and one that no parser reads, pass. */
static void test_nothing_to_read(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_FTP, "10.0.0.2:1025>198.51.100.1:21", NULL);
	call_read(&c, WEIR_ORIGINAL, "");
	call_out(&c, "");
	c.parser = HELPER_PARSER_NONE;
	call_read(&c, WEIR_ORIGINAL, "PORT");
	call_out(&c, "PORT");
	call_end(&c);
}

/* Changes move what is behind them: of a large packet, not any number of them. */
static void test_moves(void **state)
{
	enum { SIZE = 60000 };
	static uint8_t data[SIZE];
	unsigned done = 0, same = 0;
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_TFTP, "10.0.0.2:2000>198.51.100.1:69",
		   "198.51.100.1:69>192.0.2.1:2000");
	call_read_bytes(&c, WEIR_ORIGINAL, data, SIZE);
	/* What stays as long moves nothing. */
	while (same < 1000 && helper_replace(&c.call, 0, 1, same % 2 ? "a" : "b", 1))
		same++;
	assert_int_equal(same, 1000);
	while (done < SIZE && helper_replace(&c.call, 0, 2, "x", 1))
		done++;
	assert_in_range(done, 128, 8 * 1024 * 1024 / (SIZE - 200));
	call_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),      cmocka_unit_test(test_whose),
		cmocka_unit_test(test_all_ports), cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_nothing_to_read), cmocka_unit_test(test_moves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

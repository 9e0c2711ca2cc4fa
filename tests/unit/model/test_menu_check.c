/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which properties go together: what adding a rule or a route is refused for, in which words,
 * and what follows from others where it was not written.
 */
#include "model_sample.h"

static const struct {
	const struct menu *menu;
	const char *text;
	const char *error; /* "": it is added */
} cases[] = {
#define PORTS "failure: ports can be specified if proto is tcp,udp,udp-lite,dccp,sctp"
#define NO_IN                                                                                      \
	"failure: incoming interface matching not possible in output and postrouting chains"
#define NO_OUT                                                                                     \
	"failure: outgoing interface matching not possible in input and prerouting chains"
#define MISSING "missing value(s) of argument(s) "
        {&menu_filter, "chain=input", ""},
        {&menu_filter, "action=drop", MISSING "chain"},
        {&menu_filter, "chain=input dst-port=22", PORTS},
        {&menu_filter, "chain=input dst-port=22 protocol=icmp", PORTS},
        {&menu_filter, "chain=input dst-port=22 protocol=!tcp", PORTS},
        {&menu_filter, "chain=input dst-port=22 protocol=6", ""},
        {&menu_filter, "chain=input src-port=1-1023 protocol=udp-lite", ""},
        {&menu_raw, "chain=prerouting port=0 protocol=sctp", ""},
        {&menu_nat_v6, "chain=srcnat port=1", PORTS},
        {&menu_filter, "chain=input tcp-flags=syn",
         "failure: tcp flags can be specified if proto is tcp"},
        {&menu_filter, "chain=input tcp-flags=syn protocol=tcp", ""},
        {&menu_mangle, "chain=forward tcp-mss=0-1360 protocol=udp",
         "failure: tcp mss can be specified if proto is tcp"},
        {&menu_filter, "chain=input icmp-options=8:0",
         "failure: icmp options can be specified if proto is icmp"},
        {&menu_filter, "chain=input icmp-options=8:0 protocol=icmp", ""},
        {&menu_filter_v6, "chain=input icmp-options=135 protocol=icmpv6", ""},
        {&menu_filter, "chain=input action=reject reject-with=tcp-reset",
         "failure: tcp-reset can be specified if proto is tcp"},
        {&menu_filter, "chain=input action=reject reject-with=tcp-reset protocol=tcp", ""},
        {&menu_filter, "chain=input action=jump", MISSING "jump-target"},
        {&menu_filter, "chain=input action=jump jump-target=x", ""},
        {&menu_raw_v6, "chain=output action=add-dst-to-address-list", MISSING "address-list"},
        {&menu_raw_v6, "chain=output action=add-dst-to-address-list address-list=x", ""},
        {&menu_filter, "chain=output in-interface-list=all", NO_IN},
        {&menu_filter, "chain=input out-interface-list=!all", NO_OUT},
        {&menu_filter, "chain=forward in-interface-list=all out-interface-list=all", ""},
        {&menu_filter, "chain=srcnat in-interface-list=all", ""},
        {&menu_raw, "chain=prerouting out-interface-list=all", NO_OUT},
        {&menu_raw, "chain=output in-interface=all-ethernet", NO_IN},
        {&menu_nat, "chain=srcnat in-interface-list=all", NO_IN},
        {&menu_nat, "chain=dstnat out-interface-list=all", NO_OUT},
        {&menu_mangle, "chain=postrouting in-bridge-port-list=all", NO_IN},
        {&menu_mangle_v6, "chain=prerouting out-bridge-port-list=all", NO_OUT},
        {&menu_nat, "chain=dstnat action=masquerade",
         "failure: masquerade action not possible in dstnat chain"},
        {&menu_nat, "chain=srcnat action=dst-nat to-addresses=10.0.0.1",
         "failure: dst-nat action not possible in srcnat chain"},
        {&menu_nat, "chain=input action=src-nat to-addresses=10.0.0.1", ""},
        {&menu_nat, "chain=output action=redirect to-ports=53", ""},
        {&menu_nat, "chain=mine action=masquerade", ""},
        {&menu_nat, "chain=mine action=dst-nat to-addresses=10.0.0.1-10.0.0.9", ""},
        {&menu_nat_v6, "chain=srcnat action=src-nat to-addresses=2001:db8::/64", ""},
        {&menu_nat, "chain=srcnat action=same to-addresses=10.0.0.1 ports-per-source=9", ""},
        {&menu_nat_v6, "chain=srcnat action=masquerade ports-per-source=65535", ""},
        {&menu_nat, "chain=dstnat action=dst-nat to-addresses=10.0.0.1 ports-per-source=9",
         "failure: ports-per-source is for action=src-nat, masquerade and same"},
        {&menu_nat, "chain=srcnat action=masquerade port-block=64 port-block-inside=10.0.0.0/24",
         ""},
        {&menu_nat, "chain=srcnat action=masquerade port-block=64",
         "failure: port-block and port-block-inside belong together"},
        {&menu_nat, "chain=srcnat action=masquerade port-block-inside=10.0.0.0/24",
         "failure: port-block and port-block-inside belong together"},
        {&menu_nat, "chain=srcnat action=src-nat port-block=64 port-block-inside=10.0.0.0/24",
         "failure: port-block needs to-addresses"},
        {&menu_nat, "chain=srcnat action=same to-addresses=10.0.0.1 port-block=64",
         "failure: port-block is for action=src-nat and masquerade"},
        {&menu_nat,
         "chain=srcnat action=masquerade to-ports=2000-2099 protocol=tcp port-block=101 "
         "port-block-inside=10.0.0.1",
         "failure: port-block=101 does not fit into ports 2000-2099"},
        {&menu_nat, "chain=srcnat action=masquerade port-block=64512 port-block-inside=10.0.0.1",
         ""},
        {&menu_nat, "chain=srcnat action=masquerade port-block=64513 port-block-inside=10.0.0.1",
         "failure: port-block=64513 does not fit into ports 1024-65535"},
        {&menu_nat,
         "chain=srcnat action=src-nat to-addresses=192.0.2.0/30 port-block=1000 "
         "port-block-inside=10.0.0.0/24",
         ""},
        {&menu_nat,
         "chain=srcnat action=src-nat to-addresses=192.0.2.0/30 port-block=1000 "
         "port-block-inside=10.0.0.0-10.0.1.0",
         "failure: port-block-inside has 257 addresses, there are 256 blocks of 1000 ports"},
        {&menu_mangle, "chain=forward action=mark-connection", MISSING "new-connection-mark"},
        {&menu_mangle, "chain=forward action=mark-packet", MISSING "new-packet-mark"},
        {&menu_mangle, "chain=prerouting action=mark-routing", MISSING "new-routing-mark"},
        {&menu_mangle, "chain=forward action=mark-routing new-routing-mark=x",
         "failure: mark-routing action only possible in prerouting and output chains"},
        {&menu_mangle, "chain=prerouting action=mark-routing new-routing-mark=x", ""},
        {&menu_mangle, "chain=forward action=change-mss", MISSING "new-mss"},
        {&menu_mangle, "chain=forward action=change-mss new-mss=clamp-to-pmtu", ""},
        {&menu_mangle_v6, "chain=forward action=snpt src-prefix=2001:db8::/64",
         MISSING "dst-prefix"},
        {&menu_ip_route, "dst-address=10.0.0.0/8", MISSING "gateway"},
        {&menu_ip_route, "dst-address=10.0.0.0/8 gateway=192.0.2.1,192.0.2.2", ""},
        {&menu_ip_route, "dst-address=10.0.0.0/8 blackhole=yes", ""},
        {&menu_ipv6_route, "type=unreachable", ""},
};

static void test_together(void **state)
{
	struct model *model = model_create(NULL);

	(void)state;
	assert_non_null(model);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct strbuf error = STRBUF_INIT;
		struct change *change = change_begin(model, &admin);
		uint64_t id;
		bool ok = sample_add(change, cases[i].menu, cases[i].text, &id, &error) == MODEL_OK;

		if (strcmp(strbuf_text(&error), cases[i].error) != 0)
			fail_msg("%s add %s: '%s', not '%s'", cases[i].menu->path, cases[i].text,
			         strbuf_text(&error), cases[i].error);
		assert_int_equal(ok, cases[i].error[0] == '\0');
		change_abort(change);
		strbuf_free(&error);
	}
	model_destroy(model);
}

static const struct {
	const struct menu *menu;
	const char *text, *property;
	const char *value; /* "": it has none */
} derived[] = {
        {&menu_filter, "chain=forward action=reject", "reject-with", "icmp-network-unreachable"},
        {&menu_filter_v6, "chain=forward action=reject", "reject-with", "icmp-no-route"},
        {&menu_filter, "chain=forward action=drop", "reject-with", ""},
        {&menu_filter, "chain=forward action=add-src-to-address-list address-list=x",
         "address-list-timeout", "none-dynamic"},
        {&menu_filter, "chain=forward", "address-list-timeout", ""},
        {&menu_mangle, "chain=forward action=mark-packet new-packet-mark=x", "passthrough",
         "yes"},
        {&menu_mangle, "chain=forward action=set-priority new-priority=1", "passthrough", "yes"},
        {&menu_mangle, "chain=forward action=accept", "passthrough", ""},
        {&menu_ip_address, "address=192.168.88.1/24 interface=lan", "network", "192.168.88.0"},
        {&menu_ip_address, "address=10.0.0.1 network=10.0.0.2 interface=lan", "network",
         "10.0.0.2"},
        {&menu_ip_address, "address=10.0.0.1/32 interface=lan", "network", "10.0.0.1"},
        {&menu_logging_action, "name=far target=remote", "remote-port", "514"},
        {&menu_logging_action, "name=far target=remote", "memory-lines", ""},
        {&menu_logging_action, "name=near", "memory-lines", "1000"},
};

static void test_derived(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(derived); i++) {
		struct model *model = model_create(NULL);
		uint64_t id;
		const char *value;

		assert_non_null(model);
		assert_true(model_add_hardware(model, "lan") != 0);
		id = add(model, derived[i].menu, derived[i].text);
		value = shown(model, derived[i].menu, id, derived[i].property);
		if (strcmp(value, derived[i].value) != 0)
			fail_msg("%s: %s=%s, not %s", derived[i].text, derived[i].property, value,
			         derived[i].value);
		model_destroy(model);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_together),
	        cmocka_unit_test(test_derived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

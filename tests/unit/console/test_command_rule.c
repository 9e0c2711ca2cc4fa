/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of menus on firewall rules:
 * what is typed and what the console says to it, to the letter. Each test
 * is one visit to a console of its own, line by line.
 */
#include "console.h"

#include "base/bytes.h"

/* clang-format off */
static const struct exchange rules[] = {
	{"/ip firewall filter print",
	 ""},
	{"/ip firewall filter print count-only",
	 "0\n"},
	{":put [/ip firewall filter print count-only]",
	 "0\n"},
	{":put [/ip firewall filter add chain=forward action=accept connection-state=e"
	 "stablished,related comment=\"old friends\"]",
	 "*1\n"},
	{":put [/ip firewall filter add chain=input action=drop protocol=tcp dst-port="
	 "23 in-interface=ether1]",
	 "*2\n"},
	{"/ip firewall filter add chain=input action=drop protocol=tcp dst-port=23 in-"
	 "interface=ether9",
	 "input does not match any value of interface\n"},
	{"/ip firewall filter add action=drop",
	 "missing value(s) of argument(s) chain\n"},
	{"/ip firewall filter add chain=input action=foo",
	 "syntax error (line 1 column 44)\n"},
	{"/ip firewall filter add chain=input bogus=1",
	 "expected end of command (line 1 column 37)\n"},
	{"/ip firewall filter add chain=input protocol=tcp dst-port=70000",
	 "value of dst-port out of range (0..65535)\n"},
	{"/ip firewall filter add chain=input src-address=1.2.3",
	 "value of range expects range of ip addresses\n"},
	{"/ip firewall filter add chain=input action=log place-before=0 disabled=yes l"
	 "og-prefix=first",
	 ""},
	{"/ip firewall filter print",
	 "Flags: X - disabled, I - invalid; D - dynamic\n"
	 " 0 X  chain=input action=log log=no log-prefix=\"first\"\n"
	 "\n"
	 " 1    ;;; old friends\n"
	 "      chain=forward action=accept connection-state=established,related log=n"
	 "o log-prefix=\"\"\n"
	 "\n"
	 " 2    chain=input action=drop protocol=tcp in-interface=ether1 dst-port=23 l"
	 "og=no log-prefix=\"\"\n"},
	{"/ip firewall filter print stats",
	 "Flags: X - DISABLED\n"
	 "Columns: CHAIN, ACTION, BYTES, PACKETS\n"
	 "#   CHAIN    ACTION   BYTES  PACKETS\n"
	 "0 X input    log     45 000       30\n"
	 ";;; old friends\n"
	 "1   forward  accept  15 000       10\n"
	 "2   input    drop    30 000       20\n"},
	{"/ip firewall filter print brief",
	 "Flags: X - DISABLED\n"
	 "Columns: CHAIN, ACTION, BYTES, PACKETS\n"
	 "#   CHAIN    ACTION   BYTES  PACKETS\n"
	 "0 X input    log     45 000       30\n"
	 ";;; old friends\n"
	 "1   forward  accept  15 000       10\n"
	 "2   input    drop    30 000       20\n"},
	{"/ip firewall filter print terse",
	 " 0 X  chain=input action=log log=no log-prefix=first\n"
	 " 1    comment=\"old friends\" chain=forward action=accept connection-state=est"
	 "ablished,related log=no log-prefix=\"\"\n"
	 " 2    chain=input action=drop protocol=tcp in-interface=ether1 dst-port=23 l"
	 "og=no log-prefix=\"\"\n"},
	{"/ip firewall filter print value-list",
	 "         comment:         \"old friends\"\n"
	 "           chain: input   forward             input\n"
	 "          action: log     accept              drop\n"
	 "connection-state:         established,related\n"
	 "        protocol:                             tcp\n"
	 "    in-interface:                             ether1\n"
	 "        dst-port:                             23\n"
	 "             log: no      no                  no\n"
	 "      log-prefix: \"first\" \"\"                  \"\"\n"
	 "        disabled: yes     no                  no\n"},
	{"/ip firewall filter print disabled",
	 "Flags: X - disabled, I - invalid; D - dynamic\n"
	 " 0 X  chain=input action=log log=no log-prefix=\"first\"\n"},
	{"/ip firewall filter print static count-only",
	 "3\n"},
	{"/ip firewall filter print dynamic count-only",
	 "0\n"},
	{"/ip firewall filter print all chain=input",
	 "Flags: X - disabled, I - invalid; D - dynamic\n"
	 " 0 X  chain=input action=log log=no log-prefix=\"first\"\n"
	 "\n"
	 " 2    chain=input action=drop protocol=tcp in-interface=ether1 dst-port=23 l"
	 "og=no log-prefix=\"\"\n"},
	{"/ip firewall filter print chain=forward show-ids",
	 "Flags: X - disabled, I - invalid; D - dynamic\n"
	 " *1    ;;; old friends\n"
	 "       chain=forward action=accept connection-state=established,related log="
	 "no log-prefix=\"\"\n"},
	{"/ip firewall filter print where action=drop",
	 "Flags: X - disabled, I - invalid; D - dynamic\n"
	 " 2    chain=input action=drop protocol=tcp in-interface=ether1 dst-port=23 l"
	 "og=no log-prefix=\"\"\n"},
	{"/ip firewall filter print count-only where action=drop",
	 "1\n"},
	{"/ip firewall filter print proplist=chain,action",
	 "Flags: X - DISABLED\n"
	 "Columns: CHAIN, ACTION\n"
	 "#   CHAIN    ACTION\n"
	 "0 X input    log\n"
	 "1   forward  accept\n"
	 "2   input    drop\n"},
	{"/ip firewall filter print proplist=chain,foo",
	 "input does not match any value of proplist\n"},
	{"/ip firewall filter print from=0,2",
	 "Flags: X - disabled, I - invalid; D - dynamic\n"
	 " 0 X  chain=input action=log log=no log-prefix=\"first\"\n"
	 "\n"
	 " 2    chain=input action=drop protocol=tcp in-interface=ether1 dst-port=23 l"
	 "og=no log-prefix=\"\"\n"},
	{"/ip firewall filter print from=7",
	 "no such item\n"},
	{"/ip firewall filter print bogus",
	 "expected end of command (line 1 column 27)\n"},
	{"/ip firewall filter print bogus=1",
	 "expected end of command (line 1 column 27)\n"},
	{"/ip firewall filter print interval=100ms",
	 "value of interval out of range (200ms..)\n"},
	{"/ip firewall filter print interval=abc",
	 "invalid time value for argument interval\n"},
	{"/ip firewall filter print running",
	 "expected end of command (line 1 column 27)\n"},
	{":put [/ip firewall filter print as-value]",
	 ".id=*3;action=log;bytes=45000;chain=input;disabled=true;dynamic=false;invali"
	 "d=false;log=false;log-prefix=first;packets=30;.id=*1;action=accept;bytes=150"
	 "00;chain=forward;comment=old friends;connection-state=established,related;di"
	 "sabled=false;dynamic=false;invalid=false;log=false;log-prefix=;packets=10;.i"
	 "d=*2;action=drop;bytes=30000;chain=input;disabled=false;dst-port=23;dynamic="
	 "false;in-interface=ether1;invalid=false;log=false;log-prefix=;packets=20;pro"
	 "tocol=tcp\n"},
	{":put [/ip firewall filter print as-value where chain=forward]",
	 ".id=*1;action=accept;bytes=15000;chain=forward;comment=old friends;connectio"
	 "n-state=established,related;disabled=false;dynamic=false;invalid=false;log=f"
	 "alse;log-prefix=;packets=10\n"},
	{":put [/ip firewall filter find]",
	 "*3;*1;*2\n"},
	{":put [/ip firewall filter find action=drop]",
	 "*2\n"},
	{":put [/ip firewall filter find where action=drop or disabled]",
	 "*3;*2\n"},
	{":put [:typeof [/ip firewall filter find]]",
	 "array\n"},
	{":put [/ip firewall filter find where nothing=1]",
	 "expected a property such as comment, and there is no 'nothing' (line 1 colum"
	 "n 38)\n"},
	{":put [/ip firewall filter get 0 chain]",
	 "input\n"},
	{":put [/ip firewall filter get *2 action]",
	 "drop\n"},
	{":put [/ip firewall filter get *2 dst-port]",
	 "23\n"},
	{":put [:typeof [/ip firewall filter get *2 disabled]]",
	 "bool\n"},
	{":put [/ip firewall filter get *2 disabled]",
	 "false\n"},
	{":put [/ip firewall filter get *2 comment]",
	 "\n"},
	{":put [:typeof [/ip firewall filter get *2 comment]]",
	 "str\n"},
	{":put [/ip firewall filter get *2 .id]",
	 "input does not match any value of value-name\n"},
	{":put [/ip firewall filter get *2 nonsense]",
	 "input does not match any value of value-name\n"},
	{":put [/ip firewall filter get *2 c]",
	 "ambiguous value of value-name, more than one possible value matches input\n"},
	{":put [/ip firewall filter get *99 chain]",
	 "no such item\n"},
	{":put [/ip firewall filter get]",
	 "missing value(s) of argument(s) number\n"},
	{":put [/ip firewall filter get *2]",
	 ".id=*2;action=drop;bytes=30000;chain=input;disabled=false;dst-port=23;dynami"
	 "c=false;in-interface=ether1;invalid=false;log=false;log-prefix=;packets=20;p"
	 "rotocol=tcp\n"},
	{":put ([/ip firewall filter get *2]->\"action\")",
	 "drop\n"},
	{"/ip firewall filter set *2 dst-port=24 comment=telnet",
	 ""},
	{"/ip firewall filter set [find action=drop] !protocol",
	 "failure: ports can be specified if proto is tcp,udp,udp-lite,dccp,sctp\n"},
	{"/ip firewall filter set *2 !dst-port !protocol",
	 ""},
	{"/ip firewall filter print terse where comment=telnet",
	 " 2    comment=telnet chain=input action=drop in-interface=ether1 log=no log-"
	 "prefix=\"\"\n"},
	{"/ip firewall filter set *2 chain=",
	 "missing value(s) of argument(s) chain\n"},
	{"/ip firewall filter set *99 chain=input",
	 "no such item\n"},
	{"/ip firewall filter set 0,1 comment=both",
	 ""},
	{"/ip firewall filter print terse",
	 " 0 X  comment=both chain=input action=log log=no log-prefix=first\n"
	 " 1    comment=both chain=forward action=accept connection-state=established,"
	 "related log=no log-prefix=\"\"\n"
	 " 2    comment=telnet chain=input action=drop in-interface=ether1 log=no log-"
	 "prefix=\"\"\n"},
	{"/ip firewall filter set chain=input",
	 "missing value(s) of argument(s) numbers\n"},
	{"/ip firewall filter unset *2 comment",
	 ""},
	{"/ip firewall filter unset *2 value-name=in-interface,log",
	 ""},
	{"/ip firewall filter unset *2 nonsense",
	 "input does not match any value of value-name\n"},
	{"/ip firewall filter disable *1,*2",
	 ""},
	{"/ip firewall filter print count-only where disabled",
	 "3\n"},
	{"/ip firewall filter enable [find]",
	 ""},
	{"/ip firewall filter print count-only where disabled",
	 "0\n"},
	{"/ip firewall filter comment *2 \"hello world\"",
	 ""},
	{":put [/ip firewall filter get *2 comment]",
	 "hello world\n"},
	{"/ip firewall filter move *2 0",
	 ""},
	{":put [/ip firewall filter find]",
	 "*2;*3;*1\n"},
	{"/ip firewall filter move *2",
	 ""},
	{":put [/ip firewall filter find]",
	 "*3;*1;*2\n"},
	{"/ip firewall filter move *1 *1",
	 "failure: can not move object before itself\n"},
	{"/ip firewall filter move *1 destination=*99",
	 "no such item\n"},
	{"/ip firewall filter add copy-from=*2 comment=copy",
	 ""},
	{":put [/ip firewall filter find]",
	 "*3;*1;*2;*4\n"},
	{"/ip firewall filter remove *99",
	 "no such item\n"},
	{"/ip firewall filter remove [find comment=copy]",
	 ""},
	{"/ip firewall filter remove [find comment=nobody]",
	 ""},
	{"/ip firewall filter remove *1,*99",
	 "no such item\n"},
	{":put [/ip firewall filter find]",
	 "*3;*1;*2\n"},
	{"/ip firewall filter reset-counters *1",
	 ""},
	{"/ip firewall filter reset-counters-all",
	 ""},
	{"/ip firewall filter export",
	 "# 2026-11-21 13:00:00 by RouterOS 7.16.2\n"
	 "#\n"
	 "/ip firewall filter\n"
	 "add action=log chain=input comment=both log-prefix=first\n"
	 "add action=accept chain=forward comment=both connection-state=\\\n"
	 "    established,related\n"
	 "add action=drop chain=input comment=\"hello world\"\n"},
	{"/ip firewall filter export terse",
	 "# 2026-11-21 13:00:00 by RouterOS 7.16.2\n"
	 "#\n"
	 "/ip firewall filter add action=log chain=input comment=both log-prefix=first"
	 "\n"
	 "/ip firewall filter add action=accept chain=forward comment=both connection-"
	 "state=established,related\n"
	 "/ip firewall filter add action=drop chain=input comment=\"hello world\"\n"},
	{"/ip firewall filter export where action=drop",
	 "# 2026-11-21 13:00:00 by RouterOS 7.16.2\n"
	 "#\n"
	 "/ip firewall filter\n"
	 "add action=drop chain=input comment=\"hello world\"\n"},
	{"/ip firewall filter export file=rules",
	 ""},
	{"/ip firewall filter print file=rules",
	 ""},
	{"/ip firewall filter print file=dir/rules",
	 "failure: no such directory\n"},
	{"/ip firewall filter edit *2 comment",
	 "failure: edit asks for the text and nobody is there to ask; use set\n"},
	{"/undo",
	 ""},
	{"/redo",
	 ""},
	{"/undo",
	 ""},
	{"/ip firewall filter print terse",
	 " 0    comment=both chain=input action=log log=no log-prefix=first\n"
	 " 1    comment=both chain=forward action=accept connection-state=established,"
	 "related log=no log-prefix=\"\"\n"
	 " 2    comment=\"hello world\" chain=input action=drop log=no log-prefix=\"\"\n"
	 " 3    comment=copy chain=input action=drop log=no log-prefix=\"\"\n"},
};

static const struct exchange more[] = {
	{"/ip firewall nat add chain=srcnat action=masquerade out-interface=ether1",
	 ""},
	{"/ip/firewall/nat/print",
	 "Flags: X - disabled, I - invalid; D - dynamic\n"
	 " 0    chain=srcnat action=masquerade out-interface=ether1 log=no log-prefix="
	 "\"\"\n"},
	{"/ip firewall nat print stats",
	 "Columns: CHAIN, ACTION\n"
	 "# CHAIN   ACTION\n"
	 "0 srcnat  masquerade\n"},
	{"/ip fi na pr co",
	 "1\n"},
	{"/ip firewall nat add chain=srcnat action=masquerade copy-from=*9",
	 "no such item\n"},
	{"/ip firewall nat add chain=srcnat place-before=*9",
	 "failure: item referred by 'place-before' does not exist\n"},
	{"/ip firewall nat set 0 !out-interface",
	 ""},
	{"/ip firewall nat print terse",
	 " 0    chain=srcnat action=masquerade log=no log-prefix=\"\"\n"},
	{"/ip firewall mangle add chain=prerouting action=mark-connection new-connecti"
	 "on-mark=web passthrough=no",
	 ""},
	{"/ip firewall mangle print",
	 "Flags: X - disabled, I - invalid; D - dynamic\n"
	 " 0    chain=prerouting action=mark-connection new-connection-mark=web passth"
	 "rough=no log=no log-prefix=\"\"\n"},
	{"/ip firewall filter { add chain=a action=accept; add chain=b action=accept; "
	 "print count-only }",
	 "2\n"},
	{"/ip firewall filter remove [find chain=a]; /ip firewall filter print terse",
	 " 0    chain=b action=accept log=no log-prefix=\"\"\n"},
	{"/ip firewall filter move [find chain=b] 0",
	 "failure: can not move object before itself\n"},
	{":put [/ip firewall filter set *2]",
	 "\n"},
	{":do { /ip firewall filter remove *99 } on-error={ :put \"caught\" }",
	 "caught\n"},
	{"/ip firewall filter print where chain~\"^b\"",
	 "Flags: X - disabled, I - invalid; D - dynamic\n"
	 " 0    chain=b action=accept log=no log-prefix=\"\"\n"},
	{"/ip firewall filter print count-only append",
	 "1\n"},
	{"/ip settings set rp-filter=loose",
	 ""},
	{"/ip settings set rp-filter=perhaps",
	 "syntax error (line 1 column 28)\n"},
	{"/ip settings export",
	 "# 2026-11-21 13:00:00 by RouterOS 7.16.2\n"
	 "#\n"
	 "/ip settings\n"
	 "set rp-filter=loose\n"},
	{"/interface bridge add name=bridge1",
	 ""},
	{"/interface vlan add name=vlan10 vlan-id=10 interface=bridge1",
	 ""},
	{"/interface print",
	 "Columns: NAME, TYPE\n"
	 "# NAME     TYPE\n"
	 "0 ether1   ether\n"
	 "1 ether2   ether\n"
	 "2 bridge1  bridge\n"
	 "3 vlan10   vlan\n"},
	{"/interface set bridge1 name=lan",
	 ""},
	{"/interface vlan print",
	 "Columns: NAME, MTU, ARP, VLAN-ID, INTERFACE\n"
	 "# NAME     MTU  ARP      VLAN-ID  INTERFACE\n"
	 "0 vlan10  1500  enabled       10  lan\n"},
	{"/interface bridge remove lan",
	 ""},
	{"/interface vlan remove vlan10",
	 ""},
	{"/interface bridge remove lan",
	 "no such item\n"},
	{"/interface print count-only",
	 "2\n"},
	{"/interface print where name~\"ether\" and disabled",
	 ""},
	{"/interface print running",
	 ""},
	{"/interface find name=ether1",
	 ""},
	{":put [/interface get ether1 name]",
	 "ether1\n"},
	{":put [/interface get ether1,ether2 name]",
	 "invalid internal item number\n"},
	{"/interface edit ether1 name",
	 "failure: edit asks for the text and nobody is there to ask; use set\n"},
	{"/interface comment ether1 up",
	 ""},
	{"/interface print",
	 "Columns: NAME, TYPE\n"
	 "# NAME    TYPE\n"
	 ";;; up\n"
	 "0 ether1  ether\n"
	 "1 ether2  ether\n"},
	{"/routing table print",
	 "Columns: NAME, FIB\n"
	 "# NAME  FIB\n"
	 "0 main  yes\n"},
	{"/ipv6 address print",
	 ""},
	{"/system clock print",
	 "  time-zone-autodetect: yes\n"
	 "        time-zone-name: manual\n"
	 "\n"},
	{"/user set admin group=full",
	 ""},
	{"/user remove admin",
	 "failure: cannot remove builtin\n"},
	{"/import",
	 "missing value(s) of argument(s) file-name\n"},
	{"/import file-name=none",
	 "failure: no such file none\n"},
	{"/interface list member export",
	 "# 2026-11-21 13:00:00 by RouterOS 7.16.2\n"
	 "#\n"},
	{"/system script environment print",
	 ""},
	{"/system script job print",
	 ""},
	{"/user active print",
	 ""},
	{"/system package print",
	 ""},
	{"/password",
	 "bad command name password (line 1 column 2)\n"},
	{"/foo",
	 "bad command name foo (line 1 column 2)\n"},
	{"/ip dhcp-server lease print",
	 ""},
	{"/ip dhcp-server lease add address=1.2.3.4 bogus=5",
	 "failure: weir has no /ip dhcp-server lease\n"},
	{"/ip dhcp-server lease set 0 bogus=5",
	 "failure: weir has no /ip dhcp-server lease\n"},
	{":put [/ip dhcp-server lease print count-only]",
	 "0\n"},
	{":put [:len [/ip dhcp-server lease print as-value]]",
	 "0\n"},
	{"/ip dhcp-server lease get 0",
	 "no such item\n"},
};
/* clang-format on */

#define TALK(name) \
	static void test_##name(void **state) \
	{ \
		struct console c; \
\
		(void)state; \
		console_begin(&c); \
		console_talk(&c, name, ARRAY_COUNT(name)); \
		console_end(&c); \
	}

TALK(rules)
TALK(more)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_rules),
	        cmocka_unit_test(test_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

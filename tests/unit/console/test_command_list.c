/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of menus on connections, settings and lists:
 * what is typed and what the console says to it, to the letter. Each test
 * is one visit to a console of its own, line by line.
 */
#include "console.h"

#include "base/bytes.h"

/* clang-format off */
static const struct exchange connections[] = {
	{"/ip firewall connection print",
	 "Flags: S - SEEN-REPLY; A - ASSURED; C - CONFIRMED\n"
	 "Columns: PROTOCOL, SRC-ADDRESS, DST-ADDRESS, TCP-STATE, TIMEOUT, ORIG-RATE, "
	 "REPL-RATE, ORIG-PACKETS, REPL-PACKETS, ORIG-BYTES, REPL-BYTES\n"
	 "#     PROTOCOL  SRC-ADDRESS     DST-ADDRESS    TCP-STATE    TIMEOUT    ORIG-"
	 "RATE  REPL-RATE  ORIG-PACKETS  REPL-PACKETS  ORIG-BYTES  REPL-BYTES\n"
	 "0 SAC tcp       10.0.0.5:40000  192.0.2.1:443  established  23h59m59s  0bps "
	 "      0bps                  0             0           0           0\n"
	 "1   C udp       10.0.0.5:40000  192.0.2.1:53                10s        0bps "
	 "      0bps                  0             0           0           0\n"
	 "2   C udp       10.0.0.6:40000  192.0.2.1:53                5s         0bps "
	 "      0bps                  0             0           0           0\n"},
	{"/ip firewall connection print count-only",
	 "3\n"},
	{"/ip firewall connection print count-only where protocol=udp",
	 "2\n"},
	{"/ip firewall connection print detail where timeout<8s",
	 "Flags: E - expected, S - seen-reply, A - assured, C - confirmed, D - dying, "
	 "F - fasttrack, H - hw-offload, s - srcnat, d - dstnat, h - uses-helper\n"
	 " 2    C       protocol=udp src-address=10.0.0.6:40000 dst-address=192.0.2.1:"
	 "53 reply-src-address=192.0.2.1:53 reply-dst-address=10.0.0.6:40000 timeout=5"
	 "s orig-packets=0 orig-bytes=0 orig-fasttrack-packets=0 orig-fasttrack-bytes="
	 "0 repl-packets=0 repl-bytes=0 repl-fasttrack-packets=0 repl-fasttrack-bytes="
	 "0 orig-rate=0bps repl-rate=0bps\n"},
	{"/ip firewall connection print terse from=*1a",
	 " 0  SAC       protocol=tcp src-address=10.0.0.5:40000 dst-address=192.0.2.1:"
	 "443 reply-src-address=192.0.2.1:443 reply-dst-address=10.0.0.5:40000 tcp-sta"
	 "te=established timeout=23h59m59s orig-packets=0 orig-bytes=0 orig-fasttrack-"
	 "packets=0 orig-fasttrack-bytes=0 repl-packets=0 repl-bytes=0 repl-fasttrack-"
	 "packets=0 repl-fasttrack-bytes=0 orig-rate=0bps repl-rate=0bps\n"},
	{"/ip firewall connection print stats",
	 "expected end of command (line 1 column 31)\n"},
	{"/ip firewall connection print proplist=protocol,timeout show-ids",
	 "Flags: S - SEEN-REPLY; A - ASSURED; C - CONFIRMED\n"
	 "Columns: PROTOCOL, TIMEOUT\n"
	 "  #     PROTOCOL  TIMEOUT\n"
	 "*1A SAC tcp       23h59m59s\n"
	 "*1B   C udp       10s\n"
	 "*1C   C udp       5s\n"},
	{":put [/ip firewall connection print as-value where protocol=tcp]",
	 ".id=*1A;assured=true;confirmed=true;dst-address=192.0.2.1:443;dstnat=false;d"
	 "ying=false;expected=false;fasttrack=false;hw-offload=false;orig-bytes=0;orig"
	 "-packets=0;orig-rate=0;protocol=tcp;repl-bytes=0;repl-packets=0;repl-rate=0;"
	 "seen-reply=true;src-address=10.0.0.5:40000;srcnat=false;tcp-state=establishe"
	 "d;timeout=23:59:59;uses-helper=false\n"},
	{":put [/ip firewall connection print detail as-value where protocol=tcp]",
	 ".id=*1A;assured=true;confirmed=true;dst-address=192.0.2.1:443;dstnat=false;d"
	 "ying=false;expected=false;fasttrack=false;hw-offload=false;orig-bytes=0;orig"
	 "-fasttrack-bytes=0;orig-fasttrack-packets=0;orig-packets=0;orig-rate=0;proto"
	 "col=tcp;repl-bytes=0;repl-fasttrack-bytes=0;repl-fasttrack-packets=0;repl-pa"
	 "ckets=0;repl-rate=0;reply-dst-address=10.0.0.5:40000;reply-src-address=192.0"
	 ".2.1:443;seen-reply=true;src-address=10.0.0.5:40000;srcnat=false;tcp-state=e"
	 "stablished;timeout=23:59:59;uses-helper=false\n"},
	{":put [/ip firewall connection print count-only as-value]",
	 "3\n"},
	{":put [/ip firewall connection find protocol=udp]",
	 "*1B;*1C\n"},
	{":put [/ip firewall connection get *1a timeout]",
	 "23:59:59\n"},
	{":put [:typeof [/ip firewall connection get *1a timeout]]",
	 "time\n"},
	{":put [/ip firewall connection get *1a src-address]",
	 "10.0.0.5:40000\n"},
	{":put [:typeof [/ip firewall connection get *1a orig-bytes]]",
	 "num\n"},
	{":foreach i in=[/ip firewall connection find where protocol=udp] do={ :put [/"
	 "ip firewall connection get $i timeout] }",
	 "00:00:10\n"
	 "00:00:05\n"},
	{"/ip firewall connection add protocol=tcp",
	 "bad command name add (line 1 column 25)\n"},
	{"/ip firewall connection remove *99",
	 "no such item\n"},
	{"/ip firewall connection remove [find protocol=tcp]",
	 ""},
	{"/ip firewall connection print count-only",
	 "2\n"},
	{"/ip firewall connection print",
	 "Flags: C - CONFIRMED\n"
	 "Columns: PROTOCOL, SRC-ADDRESS, DST-ADDRESS, TIMEOUT, ORIG-RATE, REPL-RATE, "
	 "ORIG-PACKETS, REPL-PACKETS, ORIG-BYTES, REPL-BYTES\n"
	 "#   PROTOCOL  SRC-ADDRESS     DST-ADDRESS   TIMEOUT  ORIG-RATE  REPL-RATE  O"
	 "RIG-PACKETS  REPL-PACKETS  ORIG-BYTES  REPL-BYTES\n"
	 "0 C udp       10.0.0.5:40000  192.0.2.1:53  10s      0bps       0bps        "
	 "          0             0           0           0\n"
	 "1 C udp       10.0.0.6:40000  192.0.2.1:53  5s       0bps       0bps        "
	 "          0             0           0           0\n"},
	{"/ip firewall connection remove 0",
	 ""},
	{":put [/ip firewall connection find]",
	 "*1C\n"},
	{":local a [/ip firewall connection find]; /ip firewall connection remove $a; "
	 "/ip firewall connection remove $a",
	 ""},
	{":put [/ip firewall connection print count-only]",
	 "0\n"},
	{"/ip firewall connection print",
	 ""},
	{"/ip firewall connection export",
	 "# 2026-11-21 13:00:00 by RouterOS 7.16.2\n"
	 "#\n"},
	{"/ipv6 firewall connection print",
	 ""},
};

static const struct exchange tracking[] = {
	{"/ip firewall connection tracking print",
	 "                   enabled: auto\n"
	 "      tcp-syn-sent-timeout: 5s\n"
	 "  tcp-syn-received-timeout: 5s\n"
	 "   tcp-established-timeout: 1d\n"
	 "      tcp-fin-wait-timeout: 10s\n"
	 "    tcp-close-wait-timeout: 10s\n"
	 "      tcp-last-ack-timeout: 10s\n"
	 "     tcp-time-wait-timeout: 10s\n"
	 "         tcp-close-timeout: 10s\n"
	 "   tcp-max-retrans-timeout: 5m\n"
	 "       tcp-unacked-timeout: 5m\n"
	 "        loose-tcp-tracking: yes\n"
	 "               udp-timeout: 30s\n"
	 "        udp-stream-timeout: 3m\n"
	 "              icmp-timeout: 10s\n"
	 "           generic-timeout: 10m\n"
	 "               max-entries: 1048576\n"
	 "\n"},
	{"/ip firewall connection tracking print count-only",
	 "3\n"},
	{":put [/ip firewall connection tracking print count-only]",
	 "3\n"},
	{"/ip firewall connection tracking print detail",
	 "expected end of command (line 1 column 40)\n"},
	{"/ip firewall connection tracking set tcp-established-timeout=1h udp-timeout="
	 "00:00:20",
	 ""},
	{":put [/ip firewall connection tracking get tcp-established-timeout]",
	 "01:00:00\n"},
	{":put [/ip firewall connection tracking get udp-timeout]",
	 "00:00:20\n"},
	{":put [/ip firewall connection tracking get total-entries]",
	 "\n"},
	{":put [/ip firewall connection tracking get enabled]",
	 "auto\n"},
	{":put [:typeof [/ip firewall connection tracking get loose-tcp-tracking]]",
	 "bool\n"},
	{":put [/ip firewall connection tracking get nonsense]",
	 "input does not match any value of value-name\n"},
	{":put [/ip firewall connection tracking get]",
	 "enabled=auto;generic-timeout=00:10:00;icmp-timeout=00:00:10;loose-tcp-tracki"
	 "ng=true;max-entries=1048576;tcp-close-timeout=00:00:10;tcp-close-wait-timeou"
	 "t=00:00:10;tcp-established-timeout=01:00:00;tcp-fin-wait-timeout=00:00:10;tc"
	 "p-last-ack-timeout=00:00:10;tcp-max-retrans-timeout=00:05:00;tcp-syn-receive"
	 "d-timeout=00:00:05;tcp-syn-sent-timeout=00:00:05;tcp-time-wait-timeout=00:00"
	 ":10;tcp-unacked-timeout=00:05:00;udp-stream-timeout=00:03:00;udp-timeout=00:"
	 "00:20\n"},
	{"/ip firewall connection tracking set tcp-loose-tracking=no",
	 ""},
	{"/ip firewall connection tracking set udp-timeout=abc",
	 "invalid time value for argument udp-timeout\n"},
	{"/ip firewall connection tracking set enabled=perhaps",
	 "syntax error (line 1 column 46)\n"},
	{"/ip firewall connection tracking set total-entries=5",
	 "expected end of command (line 1 column 38)\n"},
	{"/ip firewall connection tracking export",
	 "# 2026-11-21 13:00:00 by RouterOS 7.16.2\n"
	 "#\n"
	 "/ip firewall connection tracking\n"
	 "set loose-tcp-tracking=no tcp-established-timeout=1h udp-timeout=20s\n"},
	{"/ip firewall connection tracking unset udp-timeout",
	 ""},
	{"/ip firewall connection tracking export",
	 "# 2026-11-21 13:00:00 by RouterOS 7.16.2\n"
	 "#\n"
	 "/ip firewall connection tracking\n"
	 "set loose-tcp-tracking=no tcp-established-timeout=1h\n"},
	{"/ip firewall connection tracking print as-value",
	 ""},
	{":put [/ip firewall connection tracking print as-value]",
	 "enabled=auto;generic-timeout=00:10:00;icmp-timeout=00:00:10;loose-tcp-tracki"
	 "ng=false;max-entries=1048576;tcp-close-timeout=00:00:10;tcp-close-wait-timeo"
	 "ut=00:00:10;tcp-established-timeout=01:00:00;tcp-fin-wait-timeout=00:00:10;t"
	 "cp-last-ack-timeout=00:00:10;tcp-max-retrans-timeout=00:05:00;tcp-syn-receiv"
	 "ed-timeout=00:00:05;tcp-syn-sent-timeout=00:00:05;tcp-time-wait-timeout=00:0"
	 "0:10;tcp-unacked-timeout=00:05:00;udp-stream-timeout=00:03:00;udp-timeout=00"
	 ":00:30\n"},
	{"/ip firewall connection tracking edit udp-timeout",
	 "failure: edit asks for the text and nobody is there to ask; use set\n"},
};

static const struct exchange lists[] = {
	{"/interface print",
	 "Columns: NAME, TYPE\n"
	 "# NAME    TYPE\n"
	 "0 ether1  ether\n"
	 "1 ether2  ether\n"},
	{":put [/interface find]",
	 "*1;*2\n"},
	{"/interface set ether1 comment=wan",
	 ""},
	{"/interface disable ether2",
	 ""},
	{"/interface set ether1 name=wan1",
	 ""},
	{"/interface set wan1 mtu=1400",
	 ""},
	{"/interface ethernet print",
	 "Flags: X - DISABLED\n"
	 "Columns: NAME, MTU, ARP\n"
	 "#   NAME     MTU  ARP\n"
	 ";;; wan\n"
	 "0   wan1    1400  enabled\n"
	 "1 X ether2  1500  enabled\n"},
	{"/interface ethernet set [find default-name=ether1] name=ether1",
	 ""},
	{"/interface remove ether1",
	 "bad command name remove (line 1 column 12)\n"},
	{"/interface list add name=LAN",
	 ""},
	{"/interface list member add list=LAN interface=ether2",
	 ""},
	{"/interface list member add list=LA interface=ether2",
	 "failure: already have such entry\n"},
	{"/interface list member add list=WAN interface=ether2",
	 "input does not match any value of interface-list\n"},
	{"/interface list member print",
	 "Columns: LIST, INTERFACE\n"
	 "# LIST  INTERFACE\n"
	 "0 LAN   ether2\n"},
	{"/interface list print",
	 "Flags: * - BUILTIN\n"
	 "Columns: NAME\n"
	 "#   NAME\n"
	 ";;; contains all interfaces\n"
	 "0 * all\n"
	 ";;; contains no interfaces\n"
	 "1 * none\n"
	 ";;; contains dynamic interfaces\n"
	 "2 * dynamic\n"
	 ";;; contains static interfaces\n"
	 "3 * static\n"
	 "4   LAN\n"},
	{"/interface list remove LAN",
	 ""},
	{"/ip service print",
	 "Flags: X - DISABLED\n"
	 "Columns: NAME, PORT, CERTIFICATE, VRF, MAX-SESSIONS\n"
	 "#   NAME     PORT  CERTIFICATE  VRF   MAX-SESSIONS\n"
	 "0   telnet     23               main            20\n"
	 "1   ftp        21               main            20\n"
	 "2   www        80               main            20\n"
	 "3   ssh        22               main            20\n"
	 "4 X www-ssl   443  none         main            20\n"
	 "5   api      8728               main            20\n"
	 "6   winbox   8291               main            20\n"
	 "7   api-ssl  8729  none         main            20\n"},
	{"/ip service set api-ssl port=9999",
	 ""},
	{"/ip service disable telnet,ftp",
	 ""},
	{"/ip service enable telnet",
	 ""},
	{"/ip service remove telnet",
	 "bad command name remove (line 1 column 13)\n"},
	{"/ip service print where disabled",
	 "Flags: X - DISABLED\n"
	 "Columns: NAME, PORT, CERTIFICATE, VRF, MAX-SESSIONS\n"
	 "#   NAME     PORT  CERTIFICATE  VRF   MAX-SESSIONS\n"
	 "1 X ftp        21               main            20\n"
	 "4 X www-ssl   443  none         main            20\n"},
	{"/ip service get telnet port",
	 ""},
	{":put [/ip service get api-ssl port]",
	 "9999\n"},
	{"/ip address add address=192.168.88.1/24 interface=ether2",
	 ""},
	{"/ip address print",
	 "Columns: ADDRESS, NETWORK, INTERFACE\n"
	 "# ADDRESS          NETWORK       INTERFACE\n"
	 "0 192.168.88.1/24  192.168.88.0  ether2\n"},
	{"/ip address set 0 address=192.168.89.1/24",
	 ""},
	{":put [/ip address get 0 network]",
	 "192.168.89.0\n"},
	{"/ip firewall address-list add list=bad address=1.2.3.4 timeout=1h",
	 ""},
	{"/ip firewall address-list add list=bad address=1.2.3.5",
	 ""},
	{"/ip firewall address-list add list=bad address=1.2.3.5",
	 "failure: already have such entry\n"},
	{"/ip firewall address-list print",
	 "Flags: D - DYNAMIC\n"
	 "Columns: LIST, ADDRESS, CREATION-TIME, TIMEOUT\n"
	 "#   LIST  ADDRESS  CREATION-TIME        TIMEOUT\n"
	 "0 D bad   1.2.3.4  1970-01-01 00:00:00  1h\n"
	 "1   bad   1.2.3.5  1970-01-01 00:00:00\n"},
	{"/ip firewall address-list print dynamic",
	 "Flags: D - DYNAMIC\n"
	 "Columns: LIST, ADDRESS, CREATION-TIME, TIMEOUT\n"
	 "#   LIST  ADDRESS  CREATION-TIME        TIMEOUT\n"
	 "0 D bad   1.2.3.4  1970-01-01 00:00:00  1h\n"},
	{"/ip firewall address-list print static count-only",
	 "1\n"},
	{"/ip firewall address-list remove [find dynamic]",
	 ""},
	{"/ip firewall address-list export",
	 "# 2026-11-21 13:00:00 by RouterOS 7.16.2\n"
	 "#\n"
	 "/ip firewall address-list\n"
	 "add address=1.2.3.5 list=bad\n"},
	{"/system identity print",
	 "  name: weir\n"
	 "\n"},
	{"/system identity set name=gw",
	 ""},
	{"/system identity get name",
	 ""},
	{":put [/system identity get name]",
	 "gw\n"},
	{"/system identity export",
	 "# 2026-11-21 13:00:00 by RouterOS 7.16.2\n"
	 "#\n"
	 "/system identity\n"
	 "set name=gw\n"},
	{"/user print",
	 "Columns: NAME, GROUP\n"
	 "# NAME   GROUP\n"
	 "0 admin  full\n"},
	{"/user add name=bob group=read",
	 ""},
	{"/user add name=bob group=read",
	 "failure: user with the same name already exisits\n"},
	{"/user set bob comment=x",
	 ""},
	{"/user remove bob",
	 ""},
};

static const struct exchange others[] = {
	{"/interface wireless print",
	 ""},
	{"/interface wireless print count-only",
	 "0\n"},
	{":put [/interface wireless find]",
	 "\n"},
	{"/interface wireless add name=wlan1",
	 "failure: weir has no /interface wireless\n"},
	{"/interface wireless set wlan1 disabled=yes",
	 "failure: weir has no /interface wireless\n"},
	{"/interface wireless remove [find]",
	 ""},
	{"/interface wireless export",
	 "# 2026-11-21 13:00:00 by RouterOS 7.16.2\n"
	 "#\n"},
	{"/system script add name=hello source=\":put \\\"hello world\\\"\"",
	 ""},
	{"/system script run hello",
	 "hello world\n"},
	{"/system script run nobody",
	 "no such item\n"},
	{"/system script add name=bad source=\":put [/ip foo]\"",
	 ""},
	{"/system script run bad",
	 "bad command name foo (line 1 column 11)\n"},
	{"/system script add name=names source=\":put [:jobname]\"",
	 ""},
	{"/system script run names",
	 "names\n"},
	{":put [:jobname]",
	 "\n"},
	{"/system script remove names",
	 ""},
	{"/system script add name=numbers source=\"/system script remove 0\"",
	 ""},
	{"/system script run numbers",
	 "no such item\n"},
	{"/system script remove 2",
	 ""},
	{"/system script print",
	 "Flags: I - invalid\n"
	 " 0   name=\"hello\" owner=\"admin\" policy=ftp,reboot,read,write,policy,test,password,sniff,se"
	 "nsitive,romon dont-require-permissions=no source=\":put \\\"hello world\\\"\"\n"
	 "\n"
	 " 1   name=\"bad\" owner=\"admin\" policy=ftp,reboot,read,write,policy,test,password,sniff,sens"
	 "itive,romon dont-require-permissions=no source=\":put [/ip foo]\"\n"},
	{"/log print",
	 ""},
	{"/system resource monitor once",
	 "failure: not available here\n"},
	{"/system resource print",
	 "\n"},
	{"/file read file=none",
	 "failure: no such file none\n"},
	{"/file print",
	 ""},
	{"/ip print",
	 "bad command name print (line 1 column 5)\n"},
	{"/ip export",
	 "# 2026-11-21 13:00:00 by RouterOS 7.16.2\n"
	 "#\n"},
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

TALK(connections)
TALK(tracking)
TALK(lists)
TALK(others)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_connections),
	        cmocka_unit_test(test_tracking),
	        cmocka_unit_test(test_lists),
	        cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle/kernel.c - the router and the ways to ask it; see kernel.h.
 *
 *	inject ==veth== in   [ namespace: forwards everything ]   out ==veth== void
 *
 * A packet goes in as a frame by way of `inject`. Rules log the connection state behind the
 * tracker's hook and once more where the packet has been routed; the entry is
 * confirmed soon after that. A sentinel frame follows each packet through the same queue of the
 * same processor; when the log shows the sentinel, the packet is through. So nothing
 * depends on a waiting time.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack_tcp.h>

#include "expecting.h"
#include "kernel.h"
#include "nft.h"

#define LOG_GROUP 1
#define LOG_WAIT_SECONDS 10
#define ENTRIES_MAX 4096

/* An entry's end as reckoned here: finer than the whole seconds that the kernel tells. */
struct end {
	struct weir_conn conn;
	uint64_t at; /* by kernel.clock */
};

/* A device of a story's router. */
struct device {
	int index;		  /* of the router's end */
	struct sockaddr_ll where; /* the far end */
	uint8_t header[14];
};

#define DEVICES_MAX 8

struct kernel {
	const struct story_router *router; /* NULL: the plain one */
	struct device devices[DEVICES_MAX];
	size_t device_count;
	int own;   /* raw socket: what the router itself sends */
	int watch; /* AF_PACKET socket: what leaves by any device */
	uint8_t left[65536];
	int inject;		  /* AF_PACKET socket */
	struct sockaddr_ll where; /* its address on `inject` */
	uint8_t header[14];	  /* of every frame, but for the EtherType */
	struct mnl_socket *log;
	struct nfct_handle *ct;
	struct expecting *expecting;
	uint64_t clock; /* all gaps so far. What the work takes is no time here */
	uint64_t due;	/* when all that is to be waited for will have passed, by now_real() */
	uint64_t mark; /* when the lifetimes were right, by now_real(), and what was waited since */
	struct weir_settings settings;
	struct end *ends;
	int end_count;
	struct weir_conn *fresh; /* room for a listing of one's own */
};

/* Of two ends of a cable, the one that comes up second can send at once; the first has to wait
 * for somebody to notice the carrier. */
static const char devices[] = "link set lo up\n"
			      "link add name inject type veth peer name in\n"
			      "link add name void type veth peer name out\n"
			      "link set dev in mtu 65535 arp off addrgenmode none up\n"
			      "link set dev inject mtu 65535 arp off addrgenmode none up\n"
			      "link set dev void mtu 65535 arp off addrgenmode none up\n"
			      "link set dev out mtu 65535 arp off addrgenmode none up\n"
			      "route add default dev out\n"
			      "route add ::/0 dev out\n";

/* The numbers are those of enum weir_state, the prefixes what read_log() looks for. */
static const char ruleset[] =
	"table inet oracle {\n"
	"	chain sentinel {\n"
	"		type filter hook prerouting priority -500\n"
	"		ip daddr 240.0.0.1 ip protocol 253 log prefix \"sentinel\" group 1 drop\n"
	"	}\n"
	"	chain states {\n"
	"		type filter hook prerouting priority -199\n"
	"		ct state invalid log prefix \"1\" group 1\n"
	"		ct state established log prefix \"2\" group 1\n"
	"		ct state related log prefix \"3\" group 1\n"
	"		ct state new log prefix \"4\" group 1\n"
	"		ct state untracked log prefix \"5\" group 1\n"
	"	}\n"
	"	chain leaving {\n"
	"		type filter hook forward priority 300\n"
	"		log prefix \"leaving\" group 1\n"
	"	}\n"
	"}\n";

/* Besides those, with a story's router. Resets of the machine's own sockets, which there are none
 * of, must not disturb the connections; those that rules send are attached to one already. */
static const char router_ruleset[] =
	"table inet oracle {\n"
	"	chain noise {\n" /* what devices say of their own accord */
	"		type filter hook prerouting priority -600\n"
	"		ip6 daddr ff00::/8 drop\n"
	"	}\n"
	"	chain own_noise {\n"
	"		type filter hook output priority -600\n"
	"		ip6 daddr ff00::/8 drop\n"
	"	}\n"
	"	chain own {\n"
	"		type filter hook output priority -500\n"
	"		meta priority != 0:5 ct state invalid tcp flags rst drop\n"
	"	}\n"
	"	chain own_states {\n"
	"		type filter hook output priority -199\n"
	"		meta priority != 0:5 return\n"
	"		ct state invalid log prefix \"1\" group 1\n"
	"		ct state established log prefix \"2\" group 1\n"
	"		ct state related log prefix \"3\" group 1\n"
	"		ct state new log prefix \"4\" group 1\n"
	"		ct state untracked log prefix \"5\" group 1\n"
	"	}\n"
	"	chain own_leaving {\n"
	"		type filter hook output priority 300\n"
	"		meta priority 0:5 log prefix \"leaving\" group 1\n"
	"	}\n"
	"	chain delivered {\n"
	"		type filter hook input priority 300\n"
	"		log prefix \"delivered\" group 1\n"
	"	}\n"
	"}\n";

/* Forwarding that lets any source through to any destination, and devices that say nothing
 * of their own accord. */
static const struct {
	const char *name, *value;
} forwarding[] = {
	{"ipv4/ip_forward", "1"},
	{"ipv4/conf/all/rp_filter", "0"},
	{"ipv4/conf/in/rp_filter", "0"},
	{"ipv4/conf/all/accept_local", "1"},
	{"ipv4/conf/all/send_redirects", "0"},
	{"ipv4/conf/in/send_redirects", "0"},
	{"ipv6/conf/all/forwarding", "1"},
	{"ipv6/conf/inject/disable_ipv6", "1"},
	{"ipv6/conf/void/disable_ipv6", "1"},
	{"ipv6/conf/in/accept_ra", "0"},
	{"netfilter/nf_conntrack_acct", "1"},
};

/* Which of Linux' timeouts are which of weir's. */
static const struct {
	const char *name;
	enum weir_timeout timeout;
} timeouts[] = {
	{"tcp_timeout_syn_sent", WEIR_T_TCP_SYN_SENT},
	{"tcp_timeout_syn_recv", WEIR_T_TCP_SYN_RECEIVED},
	{"tcp_timeout_established", WEIR_T_TCP_ESTABLISHED},
	{"tcp_timeout_fin_wait", WEIR_T_TCP_FIN_WAIT},
	{"tcp_timeout_close_wait", WEIR_T_TCP_CLOSE_WAIT},
	{"tcp_timeout_last_ack", WEIR_T_TCP_LAST_ACK},
	{"tcp_timeout_time_wait", WEIR_T_TCP_TIME_WAIT},
	{"tcp_timeout_close", WEIR_T_TCP_CLOSE},
	{"tcp_timeout_max_retrans", WEIR_T_TCP_MAX_RETRANS},
	{"tcp_timeout_unacknowledged", WEIR_T_TCP_UNACKED},
	{"udp_timeout", WEIR_T_UDP},
	{"udp_timeout_stream", WEIR_T_UDP_STREAM},
	{"icmp_timeout", WEIR_T_ICMP},
	{"icmpv6_timeout", WEIR_T_ICMP},
	{"generic_timeout", WEIR_T_GENERIC},
	{"gre_timeout", WEIR_T_GRE},
	{"gre_timeout_stream", WEIR_T_GRE_STREAM},
	{"sctp_timeout_closed", WEIR_T_SCTP_CLOSED},
	{"sctp_timeout_cookie_wait", WEIR_T_SCTP_COOKIE_WAIT},
	{"sctp_timeout_cookie_echoed", WEIR_T_SCTP_COOKIE_ECHOED},
	{"sctp_timeout_established", WEIR_T_SCTP_ESTABLISHED},
	{"sctp_timeout_shutdown_sent", WEIR_T_SCTP_SHUTDOWN_SENT},
	{"sctp_timeout_shutdown_recd", WEIR_T_SCTP_SHUTDOWN_RECD},
	{"sctp_timeout_shutdown_ack_sent", WEIR_T_SCTP_SHUTDOWN_ACK_SENT},
	{"sctp_timeout_heartbeat_sent", WEIR_T_SCTP_HEARTBEAT_SENT},
};

__attribute__((format(printf, 2, 3))) static int fail(char error[KERNEL_ERROR], const char *format,
						      ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, KERNEL_ERROR, format, args);
	va_end(args);
	return -1;
}

static uint64_t now_real(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * WEIR_SEC + (uint64_t)ts.tv_nsec;
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t len = (ssize_t)strlen(text), done;

	if (fd < 0)
		return -1;
	done = write(fd, text, (size_t)len);
	close(fd);
	return done == len ? 0 : -1;
}

static int set_sysctl(const char *name, const char *value, char error[KERNEL_ERROR])
{
	char path[160];

	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	if (write_file(path, value))
		return fail(error, "%s: %s", path, strerror(errno));
	return 0;
}

static int set_conntrack(const char *name, uint64_t value, char error[KERNEL_ERROR])
{
	char path[96], text[32];

	snprintf(path, sizeof(path), "netfilter/nf_conntrack_%s", name);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	return set_sysctl(path, text, error);
}

/* Gives a program its standard input. */
static int feed(const char *command, const char *input, char error[KERNEL_ERROR])
{
	FILE *pipe = popen(command, "w");
	int status;

	if (!pipe)
		return fail(error, "%s: %s", command, strerror(errno));
	fputs(input, pipe);
	status = pclose(pipe);
	if (status)
		return fail(error, "%s: status %d", command, status);
	return 0;
}

/* => 0, or 1: not permitted */
static int enter_namespace(char error[KERNEL_ERROR])
{
	char map[48];
	unsigned uid = getuid(), gid = getgid();

	if (!unshare(CLONE_NEWNET))
		return 0;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
		fail(error, "no network namespace: %s", strerror(errno));
		return 1;
	}
	write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	if (!write_file("/proc/self/uid_map", map)) {
		snprintf(map, sizeof(map), "0 %u 1", gid);
		if (!write_file("/proc/self/gid_map", map))
			return 0;
	}
	fail(error, "no user namespace: %s", strerror(errno));
	return 1;
}

/* Packets queue by processor: stay on the one where we are. */
static void stay(void)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static int device_address(int fd, const char *device, uint8_t address[6])
{
	struct ifreq request;

	memset(&request, 0, sizeof(request));
	strcpy(request.ifr_name, device);
	if (ioctl(fd, SIOCGIFHWADDR, &request))
		return -1;
	memcpy(address, request.ifr_hwaddr.sa_data, 6);
	return 0;
}

static int open_inject(struct kernel *kernel, char error[KERNEL_ERROR])
{
	kernel->inject = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (kernel->inject < 0)
		return fail(error, "packet socket: %s", strerror(errno));
	if (device_address(kernel->inject, "in", kernel->header) ||
	    device_address(kernel->inject, "inject", kernel->header + 6))
		return fail(error, "address of a device: %s", strerror(errno));
	kernel->where.sll_family = AF_PACKET;
	kernel->where.sll_ifindex = (int)if_nametoindex("inject");
	return 0;
}

static int open_log(struct kernel *kernel, char error[KERNEL_ERROR])
{
	char buf[256];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg;
	struct nfulnl_msg_config_cmd cmd = {.command = NFULNL_CFG_CMD_BIND};
	struct nfulnl_msg_config_mode mode = {.copy_mode = NFULNL_COPY_NONE};
	struct timeval wait = {.tv_sec = LOG_WAIT_SECONDS};

	kernel->log = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (!kernel->log || mnl_socket_bind(kernel->log, 0, MNL_SOCKET_AUTOPID) < 0)
		return fail(error, "log socket: %s", strerror(errno));
	nlh->nlmsg_type = (NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_CONFIG;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->version = NFNETLINK_V0;
	nfg->res_id = htons(LOG_GROUP);
	mnl_attr_put(nlh, NFULA_CFG_CMD, sizeof(cmd), &cmd);
	mnl_attr_put(nlh, NFULA_CFG_MODE, sizeof(mode), &mode);
	mnl_attr_put_u32(nlh, NFULA_CFG_QTHRESH, htonl(1));
	if (mnl_socket_sendto(kernel->log, nlh, nlh->nlmsg_len) < 0)
		return fail(error, "log group: %s", strerror(errno));
	setsockopt(mnl_socket_get_fd(kernel->log), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	return 0;
}

/* Says to nft which helpers read what. */
static int feed_helpers(const struct weir_settings *settings, char error[KERNEL_ERROR])
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int result;

	if (!out)
		return fail(error, "out of memory");
	nft_helpers(out, settings);
	fclose(out);
	result = feed("nft -f -", text, error);
	if (result)
		fail(error, KERNEL_NO_HELPER);
	free(text);
	return result;
}

/* The text that a function of nft.h writes, given to a program. */
static int feed_story(const char *command, const struct story_router *router, bool rules,
		      char error[KERNEL_ERROR])
{
	char *text = NULL, why[STORY_ERROR];
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int result = 0;

	if (!out)
		return fail(error, "out of memory");
	if (rules)
		result = nft_rules(out, router, why);
	else
		nft_devices(out, router);
	fclose(out);
	if (result)
		fail(error, "%s", why);
	else if (size)
		result = feed(command, text, error);
	free(text);
	return result;
}

/* A device of virtual cable leaves checksums to the next one; these shall be in the packets. */
static int no_offload(int fd, const char *name, char error[KERNEL_ERROR])
{
	struct ethtool_value off = {.cmd = ETHTOOL_STXCSUM};
	struct ifreq request;

	memset(&request, 0, sizeof(request));
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%.15s", name);
	request.ifr_data = (char *)&off;
	if (ioctl(fd, SIOCETHTOOL, &request))
		return fail(error, "checksums of %s: %s", name, strerror(errno));
	return 0;
}

static bool has_ipv6(const struct router_interface *interface)
{
	for (size_t i = 0; i < interface->address_count; i++)
		if (interface->addresses[i].family == WEIR_IPV6)
			return true;
	return false;
}

/* Devices of a story's router send no redirects and check no sources. */
static int set_device(struct kernel *kernel, size_t number, char error[KERNEL_ERROR])
{
	static const char *const off[] = {"rp_filter", "send_redirects"};
	struct device *device = &kernel->devices[number];
	const char *name = kernel->router->interfaces[number].name;
	char text[64];

	for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
		snprintf(text, sizeof(text), "ipv4/conf/%s/%s", name, off[i]);
		if (set_sysctl(text, "0", error))
			return -1;
	}
	/* A device without IPv6 says nothing of its own accord. */
	snprintf(text, sizeof(text), "ipv6/conf/far%zu/disable_ipv6", number);
	if (set_sysctl(text, "1", error))
		return -1;
	snprintf(text, sizeof(text), "ipv6/conf/%s/disable_ipv6", name);
	if (!has_ipv6(&kernel->router->interfaces[number]) && set_sysctl(text, "1", error))
		return -1;
	snprintf(text, sizeof(text), "far%zu", number);
	if (device_address(kernel->inject, name, device->header) ||
	    device_address(kernel->inject, text, device->header + 6))
		return fail(error, "address of %s: %s", name, strerror(errno));
	if (no_offload(kernel->inject, name, error))
		return -1;
	device->index = (int)if_nametoindex(name);
	device->where.sll_family = AF_PACKET;
	device->where.sll_ifindex = (int)if_nametoindex(text);
	return 0;
}

/* What was logged while the rules were not complete. */
static void forget_log(struct kernel *kernel)
{
	char buf[8192];

	while (recv(mnl_socket_get_fd(kernel->log), buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
}

static int build_devices(struct kernel *kernel, char error[KERNEL_ERROR])
{
	const int priority = 5; /* known by it to the rules; others have 0 and 7 */

	if (kernel->router->interface_count > DEVICES_MAX)
		return fail(error, "more than %d interfaces", DEVICES_MAX);
	if (set_sysctl("ipv4/icmp_ratelimit", "0", error) ||
	    set_sysctl("ipv6/conf/in/disable_ipv6", "1", error) ||
	    set_sysctl("ipv6/conf/out/disable_ipv6", "1", error) ||
	    set_sysctl("ipv4/icmp_echo_ignore_all", "1", error))
		return -1;
	kernel->device_count = kernel->router->interface_count;
	for (size_t i = 0; i < kernel->device_count; i++)
		if (set_device(kernel, i, error))
			return -1;
	kernel->own = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	kernel->watch =
		socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_ALL));
	if (kernel->own < 0 || kernel->watch < 0 ||
	    setsockopt(kernel->own, SOL_SOCKET, SO_PRIORITY, &priority, sizeof(priority)))
		return fail(error, "raw sockets: %s", strerror(errno));
	if (feed("nft -f -", router_ruleset, error) ||
	    feed_story("nft -f -", kernel->router, true, error))
		return -1;
	forget_log(kernel);
	return 0;
}

static int build_router(struct kernel *kernel, const struct weir_settings *settings,
			char error[KERNEL_ERROR])
{
	size_t i;

	if (feed("ip -batch -", devices, error))
		return -1;
	if (kernel->router &&
	    (feed("ip -batch -", "route del default dev out\nroute del ::/0 dev out\n", error) ||
	     feed_story("ip -batch -", kernel->router, false, error)))
		return -1;
	for (i = 0; i < sizeof(forwarding) / sizeof(forwarding[0]); i++) {
		if (set_sysctl(forwarding[i].name, forwarding[i].value, error))
			return -1;
	}
	kernel->ct = nfct_open(CONNTRACK, 0);
	if (!kernel->ct)
		return fail(error, "connection tracking over netlink: %s", strerror(errno));
	if (expecting_open(&kernel->expecting, error) ||
	    kernel_settings(kernel, settings, error) || open_inject(kernel, error) ||
	    open_log(kernel, error))
		return -1;
	if (feed("nft -f -", ruleset, error))
		return -1;
	return kernel->router ? build_devices(kernel, error) : 0;
}

int kernel_open(struct kernel **kernel, const struct weir_settings *settings,
		const struct story_router *router, char error[KERNEL_ERROR])
{
	struct kernel *k;

	if (system("command -v ip >/dev/null && command -v nft >/dev/null")) {
		fail(error, "the programs ip and nft are not here");
		return 1;
	}
	if (enter_namespace(error))
		return 1;
	stay();
	k = calloc(1, sizeof(*k));
	if (!k)
		return fail(error, "out of memory");
	k->inject = k->own = k->watch = -1;
	k->router = router;
	k->ends = calloc(ENTRIES_MAX, sizeof(*k->ends));
	k->fresh = calloc(ENTRIES_MAX, sizeof(*k->fresh));
	if (!k->ends || !k->fresh) {
		kernel_close(k);
		return fail(error, "out of memory");
	}
	if (build_router(k, settings, error)) {
		kernel_close(k);
		return -1;
	}
	*kernel = k;
	return 0;
}

void kernel_close(struct kernel *kernel)
{
	if (kernel->ct)
		nfct_close(kernel->ct);
	expecting_close(kernel->expecting);
	if (kernel->log)
		mnl_socket_close(kernel->log);
	if (kernel->inject >= 0)
		close(kernel->inject);
	if (kernel->own >= 0)
		close(kernel->own);
	if (kernel->watch >= 0)
		close(kernel->watch);
	free(kernel->ends);
	free(kernel->fresh);
	free(kernel);
}

bool kernel_can(const struct weir_settings *settings, char why[KERNEL_ERROR])
{
	size_t i;

	for (i = 0; i < sizeof(timeouts) / sizeof(timeouts[0]); i++) {
		if (settings->timeout[timeouts[i].timeout] % WEIR_SEC) {
			fail(why, "%s is no whole number of seconds",
			     weir_timeout_name(timeouts[i].timeout));
			return false;
		}
	}
	if (settings->helper[WEIR_HELPER_RTSP].on) {
		fail(why, "Linux has no helper for RTSP");
		return false;
	}
	if (settings->helper[WEIR_HELPER_SIP].on &&
	    (!settings->sip_direct_media || settings->sip_timeout != 3600 * WEIR_SEC)) {
		fail(why, "settings of the helper sip: the kernel's are the whole machine's");
		return false;
	}
	if (settings->enabled == WEIR_ENABLED_NO ||
	    (settings->enabled == WEIR_ENABLED_AUTO && !settings->needed)) {
		fail(why, "tracking is off");
		return false;
	}
	return true;
}

int kernel_settings(struct kernel *kernel, const struct weir_settings *settings,
		    char error[KERNEL_ERROR])
{
	size_t i;

	for (i = 0; i < sizeof(timeouts) / sizeof(timeouts[0]); i++) {
		if (set_conntrack(timeouts[i].name,
				  settings->timeout[timeouts[i].timeout] / WEIR_SEC, error))
			return -1;
	}
	if (nft_helpers_differ(&kernel->settings, settings) && feed_helpers(settings, error))
		return -1;
	kernel->settings = *settings;
	if (set_conntrack("tcp_loose", settings->loose, error) ||
	    set_conntrack("tcp_be_liberal", settings->liberal, error) ||
	    set_conntrack("checksum", settings->checksum, error) ||
	    set_conntrack("tcp_ignore_invalid_rst", settings->ignore_invalid_rst, error))
		return -1;
	return set_conntrack("tcp_max_retrans", settings->max_retrans, error);
}

static int send_frame(struct kernel *kernel, uint16_t ethertype, const uint8_t *data, size_t len,
		      char error[KERNEL_ERROR])
{
	uint8_t frame[65536 + 14];

	if (len > sizeof(frame) - 14)
		return fail(error, "packet of %zu bytes", len);
	memcpy(frame, kernel->header, 12);
	frame[12] = (uint8_t)(ethertype >> 8);
	frame[13] = (uint8_t)ethertype;
	memcpy(frame + 14, data, len);
	if (sendto(kernel->inject, frame, len + 14, 0, (struct sockaddr *)&kernel->where,
		   sizeof(kernel->where)) < 0)
		return fail(error, "sending %zu bytes: %s", len, strerror(errno));
	return 0;
}

/* Sends a packet to where a story's router takes it in. */
static int send_packet(struct kernel *kernel, const uint8_t *data, size_t len, uint16_t port,
		       char error[KERNEL_ERROR])
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	uint16_t ethertype = len && data[0] >> 4 == 6 ? 0x86dd : 0x0800;
	const struct device *device;
	uint8_t frame[65536 + 14];

	if (!kernel->router)
		return send_frame(kernel, ethertype, data, len, error);
	if (port == WEIR_PORT_HOST && len >= 20) {
		memcpy(&to.sin_addr, data + 16, 4);
		/* What it may not send is dropped: that is an answer too. */
		if (sendto(kernel->own, data, len, 0, (struct sockaddr *)&to, sizeof(to)) < 0 &&
		    errno != EPERM && errno != ENETUNREACH && errno != EHOSTUNREACH)
			return fail(error, "sending of one's own: %s", strerror(errno));
		return 0;
	}
	if (port >= kernel->device_count || len > sizeof(frame) - 14)
		return fail(error, "packet of %zu bytes at port %u", len, port);
	device = &kernel->devices[port];
	memcpy(frame, device->header, 12);
	frame[12] = (uint8_t)(ethertype >> 8);
	frame[13] = (uint8_t)ethertype;
	memcpy(frame + 14, data, len);
	if (sendto(kernel->inject, frame, len + 14, 0, (const struct sockaddr *)&device->where,
		   sizeof(device->where)) < 0)
		return fail(error, "sending %zu bytes: %s", len, strerror(errno));
	return 0;
}

/* Reads what has left by the devices. With `result` NULL it is forgotten. */
static void read_left(struct kernel *kernel, struct kernel_result *result)
{
	struct sockaddr_ll from;
	socklen_t size = sizeof(from);
	uint8_t data[65536];
	ssize_t got;

	while (kernel->watch >= 0 && (got = recvfrom(kernel->watch, data, sizeof(data), 0,
						     (struct sockaddr *)&from, &size)) >= 0) {
		size = sizeof(from);
		if (!result || from.sll_pkttype != PACKET_OUTGOING || got < 20)
			continue;
		/* What the machine says of its own accord: neighbours and groups. */
		if (data[0] >> 4 == 6 && got > 40 &&
		    (data[6] == 0 ||
		     (data[6] == IPPROTO_ICMPV6 && data[40] >= 130 && data[40] <= 143)))
			continue;
		for (size_t i = 0; i < kernel->device_count; i++)
			if (kernel->devices[i].index == from.sll_ifindex) {
				memcpy(kernel->left, data, (size_t)got);
				result->out = kernel->left;
				result->out_len = (uint32_t)got;
				result->out_port = (uint16_t)i;
			}
	}
}

static int read_prefix(const struct nlattr *attr, void *data)
{
	const char **prefix = data;

	if (mnl_attr_get_type(attr) == NFULA_PREFIX)
		*prefix = mnl_attr_get_str(attr);
	return MNL_CB_OK;
}

struct log_state {
	struct kernel_result *result;
	bool sentinel;
};

static int read_message(const struct nlmsghdr *nlh, void *data)
{
	struct log_state *state = data;
	const char *prefix = "";

	if (nlh->nlmsg_type != ((NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_PACKET))
		return MNL_CB_OK;
	mnl_attr_parse(nlh, sizeof(struct nfgenmsg), read_prefix, &prefix);
	if (!strcmp(prefix, "sentinel"))
		state->sentinel = true;
	else if (!strcmp(prefix, "leaving"))
		state->result->forwarded = true;
	else if (!strcmp(prefix, "delivered"))
		state->result->delivered = true;
	else if (prefix[0] >= '1' && prefix[0] <= '5' && !prefix[1])
		state->result->state = (uint8_t)(prefix[0] - '0');
	return MNL_CB_OK;
}

int kernel_send(struct kernel *kernel, const uint8_t *data, size_t len, uint16_t port,
		struct kernel_result *result, char error[KERNEL_ERROR])
{
	/* 192.0.2.1 to 240.0.0.1, protocol 253 */
	static const uint8_t sentinel[20] = {0x45, 0,	 0,   20, 0, 0, 0,   0, 64, 253,
					     0xc7, 0xea, 192, 0,  2, 1, 240, 0, 0,  1};
	char buf[8192];
	struct log_state state = {.result = result};

	memset(result, 0, sizeof(*result));
	if (!kernel->due)
		kernel->due = kernel->mark = now_real();
	read_left(kernel, NULL);
	if (send_packet(kernel, data, len, port, error) ||
	    send_frame(kernel, 0x0800, sentinel, sizeof(sentinel), error))
		return -1;
	while (!state.sentinel) {
		ssize_t got = mnl_socket_recvfrom(kernel->log, buf, sizeof(buf));

		if (got < 0)
			return fail(error, "no sign of the sentinel: %s", strerror(errno));
		if (mnl_cb_run(buf, (size_t)got, 0, 0, read_message, &state) < 0)
			return fail(error, "log message: %s", strerror(errno));
	}
	read_left(kernel, result);
	return 0;
}

static void read_tuple(const struct nf_conntrack *ct, struct weir_conn *conn, enum weir_dir dir)
{
	struct weir_tuple *tuple = &conn->tuple[dir];
	bool reply = dir == WEIR_REPLY;

	if (conn->family == WEIR_IPV4) {
		tuple->src.v4 =
			nfct_get_attr_u32(ct, reply ? ATTR_REPL_IPV4_SRC : ATTR_ORIG_IPV4_SRC);
		tuple->dst.v4 =
			nfct_get_attr_u32(ct, reply ? ATTR_REPL_IPV4_DST : ATTR_ORIG_IPV4_DST);
	} else {
		memcpy(&tuple->src,
		       nfct_get_attr(ct, reply ? ATTR_REPL_IPV6_SRC : ATTR_ORIG_IPV6_SRC), 16);
		memcpy(&tuple->dst,
		       nfct_get_attr(ct, reply ? ATTR_REPL_IPV6_DST : ATTR_ORIG_IPV6_DST), 16);
	}
	if (conn->protocol == IPPROTO_ICMP || conn->protocol == IPPROTO_ICMPV6)
		return;
	tuple->src_port =
		ntohs(nfct_get_attr_u16(ct, reply ? ATTR_REPL_PORT_SRC : ATTR_ORIG_PORT_SRC));
	tuple->dst_port =
		ntohs(nfct_get_attr_u16(ct, reply ? ATTR_REPL_PORT_DST : ATTR_ORIG_PORT_DST));
}

static void read_entry(const struct nf_conntrack *ct, struct weir_conn *conn)
{
	memset(conn, 0, sizeof(*conn));
	conn->family = nfct_get_attr_u8(ct, ATTR_L3PROTO) == AF_INET6 ? WEIR_IPV6 : WEIR_IPV4;
	conn->protocol = nfct_get_attr_u8(ct, ATTR_L4PROTO);
	read_tuple(ct, conn, WEIR_ORIGINAL);
	read_tuple(ct, conn, WEIR_REPLY);
	if (conn->protocol == IPPROTO_ICMP || conn->protocol == IPPROTO_ICMPV6) {
		conn->icmp_type = nfct_get_attr_u8(ct, ATTR_ICMP_TYPE);
		conn->icmp_code = nfct_get_attr_u8(ct, ATTR_ICMP_CODE);
		conn->icmp_id = ntohs(nfct_get_attr_u16(ct, ATTR_ICMP_ID));
	}
	if (conn->protocol == IPPROTO_TCP)
		conn->tcp_state = nfct_get_attr_u8(ct, ATTR_TCP_STATE);
	if (conn->protocol == IPPROTO_SCTP)
		conn->sctp_state = nfct_get_attr_u8(ct, ATTR_SCTP_STATE);
	conn->status = nfct_get_attr_u32(ct, ATTR_STATUS);
	conn->timeout = nfct_get_attr_u32(ct, ATTR_TIMEOUT) * WEIR_SEC;
	conn->counters[0].packets = nfct_get_attr_u64(ct, ATTR_ORIG_COUNTER_PACKETS);
	conn->counters[0].bytes = nfct_get_attr_u64(ct, ATTR_ORIG_COUNTER_BYTES);
	conn->counters[1].packets = nfct_get_attr_u64(ct, ATTR_REPL_COUNTER_PACKETS);
	conn->counters[1].bytes = nfct_get_attr_u64(ct, ATTR_REPL_COUNTER_BYTES);
}

struct listing {
	struct weir_conn *conns;
	int count, room;
};

static int take_entry(enum nf_conntrack_msg_type type, struct nf_conntrack *ct, void *data)
{
	struct listing *listing = data;

	(void)type;
	if (listing->count < listing->room)
		read_entry(ct, &listing->conns[listing->count++]);
	return NFCT_CB_CONTINUE;
}

static bool same_entry(const struct weir_conn *a, const struct weir_conn *b)
{
	return a->family == b->family && a->protocol == b->protocol && a->icmp_id == b->icmp_id &&
	       a->icmp_type == b->icmp_type && a->icmp_code == b->icmp_code &&
	       !memcmp(&a->tuple[0], &b->tuple[0], sizeof(a->tuple[0]));
}

/* Whether a lifetime is what a refresh may have given. */
static bool is_timeout(const struct kernel *kernel, uint64_t lifetime)
{
	size_t i;

	for (i = 0; i < WEIR_TIMEOUT_COUNT; i++) {
		if (kernel->settings.timeout[i] == lifetime)
			return true;
	}
	return lifetime == kernel->settings.sip_timeout;
}

/* When an entry ends: as reckoned before, if what is listed agrees with that and nothing
 * refreshed it; else the whole second above what is listed, as fresh lifetimes are whole. */
static uint64_t reckon_end(const struct kernel *kernel, const struct weir_conn *conn, uint64_t now)
{
	uint64_t listed = conn->timeout + WEIR_SEC;
	int i;

	for (i = 0; i < kernel->end_count; i++) {
		const struct end *end = &kernel->ends[i];
		uint64_t left = end->at > now ? end->at - now : 0;
		bool counted = end->conn.counters[0].packets != conn->counters[0].packets ||
			       end->conn.counters[1].packets != conn->counters[1].packets;

		if (!same_entry(&end->conn, conn))
			continue;
		if (left + 2 * WEIR_SEC < listed || left > listed + WEIR_SEC / 10)
			break;
		if (counted && (is_timeout(kernel, listed) || is_timeout(kernel, conn->timeout)))
			break;
		return end->at;
	}
	return now + (is_timeout(kernel, conn->timeout) ? conn->timeout : listed);
}

int kernel_list(struct kernel *kernel, struct weir_conn *conns, int count, char error[KERNEL_ERROR])
{
	struct listing listing = {.conns = conns,
				  .room = count < ENTRIES_MAX ? count : ENTRIES_MAX};
	uint32_t family = AF_UNSPEC;
	int i;

	nfct_callback_register(kernel->ct, NFCT_T_ALL, take_entry, &listing);
	if (nfct_query(kernel->ct, NFCT_Q_DUMP, &family) < 0)
		return fail(error, "listing the table: %s", strerror(errno));
	nfct_callback_unregister(kernel->ct);
	/* `at` goes into the copy's id first: the old ends are needed until the last is reckoned.
	 */
	for (i = 0; i < listing.count; i++)
		conns[i].id = reckon_end(kernel, &conns[i], kernel->clock);
	for (i = 0; i < listing.count; i++) {
		kernel->ends[i] = (struct end){.conn = conns[i], .at = conns[i].id};
		conns[i].id = 0;
	}
	kernel->end_count = listing.count;
	return listing.count;
}

int kernel_expectations(struct kernel *kernel, struct weir_expectation *list, int count,
			char error[KERNEL_ERROR])
{
	return expecting_list(kernel->expecting, kernel->clock, list, count, error);
}

/* The original tuple as netlink names an entry. NULL if out of memory. */
static struct nf_conntrack *name_entry(const struct weir_conn *conn)
{
	struct nf_conntrack *ct = nfct_new();
	const struct weir_tuple *tuple = &conn->tuple[0];

	if (!ct)
		return NULL;
	nfct_set_attr_u8(ct, ATTR_L3PROTO, conn->family == WEIR_IPV6 ? AF_INET6 : AF_INET);
	nfct_set_attr_u8(ct, ATTR_L4PROTO, conn->protocol);
	if (conn->family == WEIR_IPV4) {
		nfct_set_attr_u32(ct, ATTR_IPV4_SRC, tuple->src.v4);
		nfct_set_attr_u32(ct, ATTR_IPV4_DST, tuple->dst.v4);
	} else {
		nfct_set_attr(ct, ATTR_IPV6_SRC, &tuple->src);
		nfct_set_attr(ct, ATTR_IPV6_DST, &tuple->dst);
	}
	if (conn->protocol == IPPROTO_ICMP || conn->protocol == IPPROTO_ICMPV6) {
		nfct_set_attr_u8(ct, ATTR_ICMP_TYPE, conn->icmp_type);
		nfct_set_attr_u8(ct, ATTR_ICMP_CODE, conn->icmp_code);
		nfct_set_attr_u16(ct, ATTR_ICMP_ID, htons(conn->icmp_id));
	} else {
		nfct_set_attr_u16(ct, ATTR_PORT_SRC, htons(tuple->src_port));
		nfct_set_attr_u16(ct, ATTR_PORT_DST, htons(tuple->dst_port));
	}
	return ct;
}

/* Gives an entry the lifetime that it has left, or removes it. */
static int age_entry(struct kernel *kernel, const struct end *end, uint64_t now,
		     char error[KERNEL_ERROR])
{
	struct nf_conntrack *ct = name_entry(&end->conn);
	uint64_t left = end->at > now ? end->at - now : 0;
	int result;

	if (!ct)
		return fail(error, "out of memory");
	if (left)
		nfct_set_attr_u32(ct, ATTR_TIMEOUT, (uint32_t)((left + WEIR_SEC - 1) / WEIR_SEC));
	result = nfct_query(kernel->ct, left ? NFCT_Q_UPDATE : NFCT_Q_DESTROY, ct);
	nfct_destroy(ct);
	if (result < 0 && errno != ENOENT)
		return fail(error, "ageing an entry: %s", strerror(errno));
	return 0;
}

static void wait_until(uint64_t due)
{
	struct timespec at = {.tv_sec = (time_t)(due / WEIR_SEC),
			      .tv_nsec = (long)(due % WEIR_SEC)};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		;
}

int kernel_pass(struct kernel *kernel, weir_time gap, weir_time real, char error[KERNEL_ERROR])
{
	int i;

	kernel->due += real;
	if (real)
		wait_until(kernel->due);
	kernel->clock += real;
	kernel->mark += real;
	if (gap <= real)
		return 0;
	if (kernel_list(kernel, kernel->fresh, ENTRIES_MAX, error) < 0 ||
	    kernel_expectations(kernel, NULL, 0, error) < 0)
		return -1;
	kernel->clock += gap - real;
	if (expecting_age(kernel->expecting, kernel->clock, error))
		return -1;
	for (i = 0; i < kernel->end_count; i++) {
		if (age_entry(kernel, &kernel->ends[i], kernel->clock, error))
			return -1;
	}
	if (!real)
		kernel->mark = now_real();
	return 0;
}

weir_time kernel_late(const struct kernel *kernel)
{
	uint64_t now = now_real();

	return kernel->mark && now > kernel->mark ? now - kernel->mark : 0;
}

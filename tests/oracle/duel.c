/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle/duel.c - plays a story on both sides and compares; see duel.h.
 *
 * Time: the kernel's entries are aged instead of waiting (kernel_pass()), but for what the
 * kernel keeps by other clocks: with UDP up to 2.1 s of each gap are real, because a flow
 * becomes a stream 2 s after its first packet; with fragments the whole gap is.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "duel.h"
#include "kernel.h"
#include "nft.h"
#include "passage.h"
#include "word.h"

#define CONNS_MAX 512
#define EXPECTED_MAX 64
#define UDP_WAIT (2100 * WEIR_MSEC)
#define REAL_MAX (12 * WEIR_SEC)
#define LATE_MAX (50 * WEIR_MSEC)
#define TRIES 3
#define START (1000 * WEIR_SEC)
#define VALUE_MAX 64

struct duel {
	const struct story *story;
	const struct story_step *step;
	FILE *report;
	struct kernel *kernel;
	struct weir_engine *engine;
	struct weir_worker *worker;
	struct weir_settings settings;
	bool has_udp, has_fragments, slow;
	bool forwarded; /* the kernel's routing let the last packet by */
	bool over;	/* nothing more to compare */
	bool moved;	/* the story lets ports be any of several */
	bool busy;	/* because the kernel's clock has run ahead of the story's */
	unsigned packets, comparisons;
	struct weir_conn weir[CONNS_MAX], nf[CONNS_MAX];
	int weir_count, nf_count;
	struct weir_expectation weir_expected[EXPECTED_MAX], nf_expected[EXPECTED_MAX];
	int weir_expected_count, nf_expected_count;
};

__attribute__((format(printf, 3, 4))) static void finish(struct duel *d, const char *how,
							 const char *format, ...)
{
	va_list args;

	if (d->over)
		return;
	d->over = true;
	fprintf(d->report, "%s\t", how);
	va_start(args, format);
	vfprintf(d->report, format, args);
	va_end(args);
	fputc('\n', d->report);
}

static void differs(struct duel *d, const char *what, const char *weir, const char *kernel)
{
	fprintf(d->report, "differs\t%u\t%s\t%s\t%s\t%s\n", d->step->line, what, weir, kernel,
		d->step->text ? d->step->text : "");
}

static void compare_text(struct duel *d, const char *what, const char *weir, const char *kernel)
{
	d->comparisons++;
	if (strcmp(weir, kernel) != 0)
		differs(d, what, weir, kernel);
}

static bool has_ports(const struct weir_conn *conn)
{
	return conn->protocol != IPPROTO_ICMP && conn->protocol != IPPROTO_ICMPV6;
}

static bool same_tuple(const struct weir_conn *a, const struct weir_conn *b, enum weir_dir dir)
{
	const struct weir_tuple *x = &a->tuple[dir], *y = &b->tuple[dir];

	return !memcmp(&x->src, &y->src, sizeof(x->src)) &&
	       !memcmp(&x->dst, &y->dst, sizeof(x->dst)) &&
	       (!has_ports(a) || (x->src_port == y->src_port && x->dst_port == y->dst_port));
}

static bool same_entry(const struct weir_conn *a, const struct weir_conn *b)
{
	if (a->family != b->family || a->protocol != b->protocol)
		return false;
	if (!has_ports(a) && (a->icmp_id != b->icmp_id || a->icmp_type != b->icmp_type ||
			      a->icmp_code != b->icmp_code))
		return false;
	return same_tuple(a, b, WEIR_ORIGINAL);
}

static void tuple_text(const struct weir_conn *conn, enum weir_dir dir, char text[160])
{
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];
	const struct weir_tuple *tuple = &conn->tuple[dir];
	int family = conn->family == WEIR_IPV6 ? AF_INET6 : AF_INET;

	inet_ntop(family, &tuple->src, src, sizeof(src));
	inet_ntop(family, &tuple->dst, dst, sizeof(dst));
	if (has_ports(conn))
		snprintf(text, 160, "%u %s.%u>%s.%u", conn->protocol, src, tuple->src_port, dst,
			 tuple->dst_port);
	else
		snprintf(text, 160, "%u %s>%s type %u id %u", conn->protocol, src, dst,
			 conn->icmp_type, conn->icmp_id);
}

static void compare_bit(struct duel *d, const char *what, uint32_t bit, const struct weir_conn *a,
			const struct weir_conn *b)
{
	compare_text(d, what, a->status & bit ? "yes" : "no", b->status & bit ? "yes" : "no");
}

static void compare_number(struct duel *d, const char *what, uint64_t weir, uint64_t kernel)
{
	char a[VALUE_MAX], b[VALUE_MAX];

	snprintf(a, sizeof(a), "%" PRIu64, weir);
	snprintf(b, sizeof(b), "%" PRIu64, kernel);
	compare_text(d, what, a, b);
}

/* The kernel tells whole seconds, rounded down: what it means is up to one more. And time has
 * passed for it while this program worked. */
static void compare_timeout(struct duel *d, weir_time weir, weir_time kernel)
{
	char a[VALUE_MAX], b[VALUE_MAX];

	d->comparisons++;
	if (weir + WEIR_SEC >= kernel && weir <= kernel + 2 * WEIR_SEC + kernel_late(d->kernel))
		return;
	snprintf(a, sizeof(a), "%.3f", (double)weir / (double)WEIR_SEC);
	snprintf(b, sizeof(b), "%" PRIu64, kernel / WEIR_SEC);
	differs(d, "timeout", a, b);
}

static const char *const sctp_states[] = {
#define X(name, text, linux_text) text,
	WEIR_SCTP_STATES(X)
#undef X
};

static const char *sctp_state_text(unsigned state)
{
	return state < WEIR_SCTP_STATE_COUNT ? sctp_states[state] : "?";
}

static void compare_entry(struct duel *d, const struct weir_conn *a, const struct weir_conn *b)
{
	char x[160], y[160];

	struct weir_conn c = *a;

	if (d->moved)
		c.tuple[WEIR_REPLY].dst_port = b->tuple[WEIR_REPLY].dst_port;
	tuple_text(&c, WEIR_REPLY, x);
	tuple_text(b, WEIR_REPLY, y);
	compare_text(d, "reply-tuple", x, y);
	compare_bit(d, "srcnat", WEIR_STATUS_SRCNAT, a, b);
	compare_bit(d, "dstnat", WEIR_STATUS_DSTNAT, a, b);
	compare_bit(d, "expected", WEIR_STATUS_EXPECTED, a, b);
	compare_bit(d, "seq-adjust", WEIR_STATUS_SEQ_ADJUST, a, b);
	if (a->protocol == IPPROTO_TCP)
		compare_text(d, "tcp-state", weir_tcp_state_text(a->tcp_state),
			     weir_tcp_state_text(b->tcp_state));
	if (a->protocol == IPPROTO_SCTP)
		compare_text(d, "sctp-state", sctp_state_text(a->sctp_state),
			     sctp_state_text(b->sctp_state));
	if (a->protocol == IPPROTO_UDP && (b->status & ~a->status & WEIR_STATUS_ASSURED) &&
	    kernel_late(d->kernel) > LATE_MAX) {
		d->busy = true;
		finish(d, "skip", "the machine is too busy to keep time");
		return;
	}
	compare_bit(d, "assured", WEIR_STATUS_ASSURED, a, b);
	compare_bit(d, "seen-reply", WEIR_STATUS_SEEN_REPLY, a, b);
	compare_timeout(d, a->timeout, b->timeout);
	compare_number(d, "packets", a->counters[0].packets, b->counters[0].packets);
	compare_number(d, "reply-packets", a->counters[1].packets, b->counters[1].packets);
	compare_number(d, "bytes", a->counters[0].bytes, b->counters[0].bytes);
	compare_number(d, "reply-bytes", a->counters[1].bytes, b->counters[1].bytes);
}

static const struct weir_conn *find(const struct weir_conn *conns, int count,
				    const struct weir_conn *wanted)
{
	int i;

	for (i = 0; i < count; i++) {
		if (same_entry(&conns[i], wanted))
			return &conns[i];
	}
	return NULL;
}

static void compare_tables(struct duel *d)
{
	char text[160];
	int i;

	for (i = 0; i < d->weir_count; i++) {
		const struct weir_conn *other = find(d->nf, d->nf_count, &d->weir[i]);

		d->comparisons++;
		if (other) {
			compare_entry(d, &d->weir[i], other);
			continue;
		}
		if (!d->forwarded) {
			finish(d, "skip", "the kernel's routing does not forward a packet of it");
			return;
		}
		tuple_text(&d->weir[i], WEIR_ORIGINAL, text);
		differs(d, "entry", text, "absent");
	}
	for (i = 0; i < d->nf_count; i++) {
		if (find(d->weir, d->weir_count, &d->nf[i]))
			continue;
		tuple_text(&d->nf[i], WEIR_ORIGINAL, text);
		differs(d, "entry", "absent", text);
	}
}

/* "6 10.0.0.2.any>192.168.1.2.2000" */
static void expected_text(const struct duel *d, const struct weir_expectation *e, char text[160])
{
	char src[INET6_ADDRSTRLEN] = "any", dst[INET6_ADDRSTRLEN], from[8] = "any", to[8];
	int family = e->family == WEIR_IPV6 ? AF_INET6 : AF_INET;

	if (!e->any_src)
		inet_ntop(family, &e->tuple.src, src, sizeof(src));
	inet_ntop(family, &e->tuple.dst, dst, sizeof(dst));
	if (!e->any_src_port)
		snprintf(from, sizeof(from), "%u", e->tuple.src_port);
	if (d->moved && e->tuple.dst_port != e->to_port)
		snprintf(to, sizeof(to), "moved");
	else
		snprintf(to, sizeof(to), "%u", e->tuple.dst_port);
	snprintf(text, 160, "%u %s.%s>%s.%s", e->protocol, src, from, dst, to);
}

/* "192.168.1.2.2000 permanent inactive" */
static void fate_text(const struct weir_expectation *e, char text[160])
{
	char to[INET6_ADDRSTRLEN];

	inet_ntop(e->family == WEIR_IPV6 ? AF_INET6 : AF_INET, &e->to, to, sizeof(to));
	snprintf(text, 160, "%s.%u%s%s", to, e->to_port,
		 e->flags & WEIR_EXPECT_PERMANENT ? " permanent" : "",
		 e->flags & WEIR_EXPECT_INACTIVE ? " inactive" : "");
}

static const struct weir_expectation *find_expected(const struct duel *d,
						    const struct weir_expectation *list, int count,
						    const char *wanted)
{
	char text[160];

	for (int i = 0; i < count; i++) {
		expected_text(d, &list[i], text);
		if (!strcmp(text, wanted))
			return &list[i];
	}
	return NULL;
}

static void compare_expected(struct duel *d)
{
	static const union weir_addr none;
	char text[160], a[160], b[160];
	struct weir_expectation gone;

	for (int i = 0; i < d->weir_expected_count; i++) {
		const struct weir_expectation *ours = &d->weir_expected[i], *other;

		expected_text(d, ours, text);
		other = find_expected(d, d->nf_expected, d->nf_expected_count, text);
		d->comparisons++;
		if (!other) {
			differs(d, "expectation", text, "absent");
			continue;
		}
		gone = *other;
		if (!memcmp(&gone.to, &none, sizeof(none)))
			gone.to = ours->to; /* it follows from the master's tuples */
		if (gone.protocol == IPPROTO_GRE)
			gone.to_port = ours->to_port; /* the other end's call id there */
		fate_text(ours, a);
		fate_text(&gone, b);
		compare_text(d, "expected-to", a, b);
		compare_timeout(d, ours->timeout, other->timeout);
	}
	for (int i = 0; i < d->nf_expected_count; i++) {
		expected_text(d, &d->nf_expected[i], text);
		if (!find_expected(d, d->weir_expected, d->weir_expected_count, text))
			differs(d, "expectation", "absent", text);
	}
}

static void list_expected(struct duel *d)
{
	char error[KERNEL_ERROR];
	uint32_t cursor = 0;
	size_t got;

	d->weir_expected_count = 0;
	while ((got = weir_expectation_list(d->engine, &cursor, START + d->step->time,
					    d->weir_expected + d->weir_expected_count,
					    (size_t)(EXPECTED_MAX - d->weir_expected_count))))
		d->weir_expected_count += (int)got;
	d->nf_expected_count = kernel_expectations(d->kernel, d->nf_expected, EXPECTED_MAX, error);
	if (d->nf_expected_count < 0)
		finish(d, "fail", "%s", error);
	else
		compare_expected(d);
}

static void list_both(struct duel *d)
{
	char error[KERNEL_ERROR];
	uint64_t cursor = 0;
	weir_time now = START + d->step->time;
	size_t got;

	weir_expire(d->worker, now);
	d->weir_count = 0;
	while ((got = weir_conn_list(d->worker, &cursor, now, d->weir + d->weir_count,
				     (size_t)(CONNS_MAX - d->weir_count))))
		d->weir_count += (int)got;
	d->nf_count = kernel_list(d->kernel, d->nf, CONNS_MAX, error);
	if (d->nf_count < 0)
		finish(d, "fail", "%s", error);
	else if (d->nf_count == CONNS_MAX || d->weir_count == CONNS_MAX)
		finish(d, "skip", "too many connections to compare");
	else
		compare_tables(d);
	if (!d->over)
		list_expected(d);
}

/* Linux verifies UDP-Lite's checksum with the protocol number of UDP in the pseudo header
 * (docs/deviations.md). So that more than that can be compared, its packets get a checksum
 * that is as right, or as wrong, by its reckoning: RFC 1624. */
static void convert_udplite(uint8_t *p, uint32_t caplen)
{
	uint32_t at, sum;

	if (caplen < 20)
		return;
	if (p[0] >> 4 == 4 && p[9] == IPPROTO_UDPLITE && !((p[6] << 8 | p[7]) & 0x3fff))
		at = (p[0] & 15u) * 4 + 6;
	else if (p[0] >> 4 == 6 && p[6] == IPPROTO_UDPLITE)
		at = 40 + 6;
	else
		return;
	if (at + 2 > caplen || !(p[at] | p[at + 1]))
		return;
	sum = (~(uint32_t)(p[at] << 8 | p[at + 1]) & 0xffff) +
	      (~(uint32_t)IPPROTO_UDPLITE & 0xffff) + IPPROTO_UDP;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	if (!(sum & 0xffff))
		sum = 0xffff; /* zero would say that there is none */
	p[at] = (uint8_t)(sum >> 8);
	p[at + 1] = (uint8_t)sum;
}

static void play_packet(struct duel *d)
{
	const struct story_step *step = d->step;
	char error[KERNEL_ERROR];
	const struct story_router *router = d->story->router;
	struct weir_packet packet = {
		.caplen = step->caplen, .len = step->len, .port = router ? step->port : 1};
	struct passage_texts weir, kernel;
	struct kernel_result result;
	bool classified;

	packet.data = malloc(step->caplen + 1);
	if (!packet.data) {
		finish(d, "fail", "out of memory");
		return;
	}
	memcpy(packet.data, step->data, step->caplen);
	weir_process(d->worker, &packet, 1, START + step->time);
	if (router)
		passage_of_weir(&weir, router, &packet);
	memcpy(packet.data, step->data, step->caplen);
	convert_udplite(packet.data, step->caplen);
	if (kernel_send(d->kernel, packet.data, step->caplen, step->port, &result, error))
		finish(d, "fail", "line %u: %s", step->line, error);
	free(packet.data);
	if (d->over)
		return;
	d->packets++;
	d->forwarded = result.forwarded || router;
	/* What a helper drops has been classified by then. */
	classified = packet.verdict == WEIR_ACCEPT || router ||
		     (packet.reason >= WEIR_R_HELPER_PARTIAL && packet.reason <= WEIR_R_HELPER_ROOM);
	compare_text(d, "state", weir_state_text(classified ? packet.state : WEIR_STATE_NONE),
		     weir_state_text(result.state));
	if (router) {
		passage_of_kernel(&kernel, router, &result);
		passage_settle(&weir, &kernel, step);
		compare_text(d, "leaves", weir.leaves, kernel.leaves);
		compare_text(d, "out", weir.out, kernel.out);
		compare_text(d, "answer", weir.answer, kernel.answer);
	}
	list_both(d);
}

static void play_settings(struct duel *d)
{
	char error[KERNEL_ERROR];
	size_t i;

	for (i = 0; i < d->step->setting_count; i++)
		story_setting_apply(&d->settings, &d->step->settings[i]);
	if (weir_settings_set(d->engine, &d->settings) != WEIR_OK)
		finish(d, "skip", "settings that are refused");
	else if (kernel_settings(d->kernel, &d->settings, error))
		finish(d, "fail", "line %u: %s", d->step->line, error);
}

/* How much of a gap the kernel has to wait for. */
static weir_time real_part(const struct duel *d, weir_time gap)
{
	if (d->slow || d->has_fragments)
		return gap;
	if (d->has_udp)
		return gap < UDP_WAIT ? gap : UDP_WAIT;
	return 0;
}

static void play(struct duel *d)
{
	char error[KERNEL_ERROR];
	weir_time before = 0;
	size_t i;

	for (i = 0; i < d->story->step_count && !d->over; i++) {
		weir_time gap = d->story->steps[i].time - before;

		d->step = &d->story->steps[i];
		if (d->step->kind == STEP_PACKET && d->step->unsent)
			continue;
		if (gap && kernel_pass(d->kernel, gap, real_part(d, gap), error))
			finish(d, "fail", "line %u: %s", d->step->line, error);
		before = d->step->time;
		if (d->step->kind == STEP_PACKET)
			play_packet(d);
		else if (d->step->kind == STEP_SETTINGS)
			play_settings(d);
		else
			list_both(d);
	}
	finish(d, "done", "%u\t%u", d->packets, d->comparisons);
}

static bool is_fragment(const struct story_step *step)
{
	const uint8_t *p = step->data;

	if (step->caplen >= 20 && p[0] >> 4 == 4)
		return ((p[6] << 8 | p[7]) & 0x3fff) != 0;
	if (step->caplen < 48 || p[0] >> 4 != 6)
		return false;
	return p[6] == IPPROTO_FRAGMENT || (p[6] < IPPROTO_ICMPV6 && p[40] == IPPROTO_FRAGMENT);
}

static bool is_udp(const struct story_step *step)
{
	const uint8_t *p = step->data;

	return step->caplen >= 20 && (p[0] >> 4 == 6 ? p[6] : p[9]) == IPPROTO_UDP;
}

/* As measured with Linux 6.18, none passes with the checksum that is right for shorter ones. */
static bool is_long_udplite(const struct story_step *step)
{
	const uint8_t *p = step->data;

	if (step->caplen < 20)
		return false;
	if (p[0] >> 4 == 6)
		return p[6] == IPPROTO_UDPLITE && step->caplen >= 40 + 256;
	return p[9] == IPPROTO_UDPLITE && step->caplen >= 20 + 256;
}

/* Why the kernel cannot be given a setting, or NULL. */
static const char *setting_refusal(const struct story_setting *setting)
{
	if (!strcmp(setting->name, "max-entries") || !strcmp(setting->name, "max-half-open") ||
	    !strcmp(setting->name, "frag-memory") || !strcmp(setting->name, "max-expectations"))
		return "a limit of the table: the kernel's is the whole machine's";
	return NULL;
}

/* Why a step cannot be played in the kernel, or NULL. */
static const char *step_refusal(struct duel *d, const struct story_step *step)
{
	size_t i;

	switch (step->kind) {
	case STEP_PACKET:
		if (step->len > step->caplen)
			return "a packet that a capture cut short";
		if (step->checksum_ok)
			return "a port that vouches for checksums";
		if (step->unsent)
			return NULL;
		if (step->late)
			return "a value that each side chooses for itself";
		if (is_long_udplite(step))
			return "UDP-Lite of 256 bytes and more, which Linux takes for invalid";
		d->has_fragments |= is_fragment(step);
		d->has_udp |= is_udp(step);
		return NULL;
	case STEP_SETTINGS:
		if (step->error != WEIR_OK)
			return "settings that are refused";
		for (i = 0; i < step->setting_count; i++) {
			const char *why = setting_refusal(&step->settings[i]);

			if (why)
				return why;
			story_setting_apply(&d->settings, &step->settings[i]);
		}
		return NULL;
	case STEP_REMOVE:
		return "removal by hand";
	case STEP_MARK:
		return "connection marks by hand";
	case STEP_FASTTRACK:
		return "FastTrack";
	case STEP_EXPECT:
		return NULL;
	}
	return NULL;
}

/* Puts the story's first settings into d->settings. => why it cannot, or NULL */
static const char *first_settings(struct duel *d)
{
	size_t i;

	weir_settings_init(&d->settings);
	story_settings_begin(&d->settings);
	for (i = 0; i < d->story->setting_count; i++) {
		const char *why = setting_refusal(&d->story->settings[i]);

		if (why)
			return why;
		story_setting_apply(&d->settings, &d->story->settings[i]);
	}
	return NULL;
}

/* Whether nft can say the story's rules. */
static bool speakable(struct duel *d, char why[STORY_ERROR])
{
	FILE *out = fopen("/dev/null", "w");
	int result = out ? nft_rules(out, d->story->router, why) : word_fail(why, "no /dev/null");

	if (out)
		fclose(out);
	for (size_t i = 0; !result && i < d->story->step_count; i++) {
		const struct story_step *step = &d->story->steps[i];

		if (step->kind == STEP_PACKET && !step->unsent && step->port == WEIR_PORT_HOST &&
		    step->caplen && step->data[0] >> 4 != 4)
			result = word_fail(why, "IPv6 packets of the router's own");
		d->moved |= passage_is_open(step);
	}
	return !result;
}

/* Whether the kernel can be asked; else the story is skipped. */
static bool playable(struct duel *d)
{
	char error[KERNEL_ERROR];
	weir_time before = 0, real = 0;
	const char *why = d->story->weir_only;
	size_t i;

	if (!why && d->story->router && !speakable(d, error))
		why = error;
	if (!why)
		why = first_settings(d);
	for (i = 0; !why && i < d->story->step_count; i++) {
		if (!kernel_can(&d->settings, error))
			why = error;
		else
			why = step_refusal(d, &d->story->steps[i]);
	}
	if (!why && !kernel_can(&d->settings, error))
		why = error;
	for (i = 0; !why && i < d->story->step_count; i++) {
		real += real_part(d, d->story->steps[i].time - before);
		before = d->story->steps[i].time;
	}
	if (why)
		finish(d, "skip", "%s", why);
	else if (real > REAL_MAX && !d->slow)
		finish(d, "skip", "needs more than %u s of real time (--slow)",
		       (unsigned)(REAL_MAX / WEIR_SEC));
	return !d->over && !first_settings(d);
}

static void duel_in(struct duel *d)
{
	struct weir_rules_error wrong = {.text = ""};
	struct weir_config config;

	weir_config_init(&config);
	config.settings = d->settings;
	if (weir_engine_create(&d->engine, &config) != WEIR_OK) {
		finish(d, "fail", "no engine");
		return;
	}
	d->worker = weir_engine_worker(d->engine, 0);
	if (d->story->router &&
	    weir_rules_set(d->engine, &d->story->router->set, &wrong) != WEIR_OK)
		finish(d, "fail", "rules: %s", wrong.text);
	d->forwarded = true;
	play(d);
	weir_engine_destroy(d->engine);
}

/* One attempt. => 0, 1: no namespaces here, -1: too busy, try again */
static int attempt(const struct story *story, bool slow, FILE *report)
{
	struct duel *d = calloc(1, sizeof(*d));
	char error[KERNEL_ERROR];
	int result = 0;

	if (!d)
		return 1;
	d->story = story;
	d->slow = slow;
	d->report = report;
	if (playable(d)) {
		result = kernel_open(&d->kernel, &d->settings, story->router, error);
		if (result)
			finish(d, strcmp(error, KERNEL_NO_HELPER) ? "fail" : "skip", "%s", error);
	}
	if (d->kernel) {
		duel_in(d);
		kernel_close(d->kernel);
	}
	result = result > 0 ? 1 : d->busy ? -1 : 0;
	free(d);
	return result;
}

int duel(const struct story *story, bool slow, FILE *report)
{
	long begin = ftell(report);
	int i, result = -1;

	for (i = 0; i < TRIES && result < 0; i++) {
		fflush(report);
		if (fseek(report, begin, SEEK_SET) || ftruncate(fileno(report), begin))
			return 0;
		result = attempt(story, slow, report);
	}
	return result > 0;
}

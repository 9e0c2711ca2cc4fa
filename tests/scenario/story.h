/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/story.h - stories: packets written readably, a clock, and what is
 * expected after each packet. README.md describes the language.
 *
 * story_load() reads a file, checks every word of it (it builds all packets too,
 * see build.h) and leaves an array of stories, each an array of steps in order. It
 * knows nothing of any engine: the runner here plays the steps through libweir,
 * others may play them elsewhere. All memory belongs to the story_file and lives
 * until story_free(). One thread.
 */
#ifndef SCENARIO_STORY_H
#define SCENARIO_STORY_H

#include <stdbool.h>
#include <weir/settings.h>
#include <weir/types.h>

/* The longest name of a host or label, and the longest error. */
#define STORY_NAME 32
#define STORY_ERROR 400

/* Values that a story names and a player finds out, such as a port of the router's choice. */
#define STORY_VALUES 8

struct story_host {
	char name[STORY_NAME];
	uint8_t family; /* enum weir_family */
	union weir_addr addr;
};

/* One end of a packet: `client:40000`, or `client` where there are no ports. */
struct story_end {
	const struct story_host *host;
	uint16_t port; /* 0 if none is written */
	bool has_port;
	uint16_t last_port; /* of an expectation: any port up to it; 0: `port` alone */
	const struct story_name *name; /* of an expectation: this value; NULL: a plain number */
};

struct story_names {
	char name[STORY_VALUES][STORY_NAME];
	size_t count;
};

/* What they are, for one player. Zeros at first. */
struct story_values {
	bool known[STORY_VALUES];
	uint32_t value[STORY_VALUES];
};

/* One assignment of a `settings` line. `value` is in the setting's own unit: nanoseconds for the
 * timeouts, 0 or 1 for yes and no, enum weir_enabled for `enabled`, bits by enum weir_helper for
 * `helpers`. `ports` are those of the helper `value`. */
struct story_setting {
	const char *name;
	uint64_t value;
	uint16_t ports[WEIR_HELPER_PORTS];
	uint8_t port_count;
};

/* What an expectation is about. The comment gives the members of struct story_check
 * that hold the expected value. */
enum story_check_kind {
	/* Of the packet just sent (only behind `->`). */
	CHECK_STATE,    /* value: enum weir_state */
	CHECK_VERDICT,  /* value: enum weir_verdict */
	CHECK_REASON,   /* value: enum weir_reason */
	CHECK_SAYS,     /* text: the sentence of weir_reason_text() */
	CHECK_DIR,      /* value: enum weir_dir */
	CHECK_CREATED,  /* value: 0 or 1 */
	CHECK_SAME,     /* text: label whose connection this is too */
	CHECK_DIFFERS,  /* text: label whose connection this is not */
	CHECK_NO_CONN,  /* the packet has no connection */
	CHECK_OUT,      /* value: length of the packet that leaves */
	CHECK_OUT_TEXT, /* pieces: what it carries behind its transport header */
	CHECK_OUT_SEQ,  /* value: TCP sequence number */
	CHECK_OUT_ACK,  /* value: TCP acknowledgment */
	CHECK_OUT_SACK, /* pieces: the edges of TCP's SACK option */
	CHECK_OUT_SAME, /* text: label of the packet whose bytes leave; its own if NULL */
	CHECK_LEAVES,   /* value: the interface, WEIR_PORT_HOST: to the router; from, to: what the
	                   packet says then, if from.host is set */
	CHECK_VIA,      /* from: the next hop */
	CHECK_RULE,     /* value: counter of the rule that stopped it; text: its comment */
	CHECK_FAST,     /* it took the fast path */
	CHECK_ANSWER,   /* value: enum story_answer; other: ICMP type << 8 | code; from, to: as
	                   with CHECK_LEAVES */
	/* Of the packet's connection, or of the one an `expect entry` names. */
	CHECK_TCP_STATE,    /* value: enum weir_tcp_state */
	CHECK_SCTP_STATE,   /* value: enum weir_sctp_state */
	CHECK_NEXT_STATE,   /* value: enum weir_state */
	CHECK_TIMEOUT,      /* value: nanoseconds */
	CHECK_STATUS_SET,   /* value: enum weir_status bits that must be set */
	CHECK_STATUS_CLEAR, /* value: bits that must not */
	CHECK_STATUS,       /* value: all bits, exactly */
	CHECK_PACKETS,      /* value, other: original, reply */
	CHECK_BYTES,        /* value, other */
	CHECK_FAST_PACKETS, /* value, other: FastTracked ones */
	CHECK_MARK,         /* value */
	CHECK_HELPER,       /* value: enum weir_helper */
	CHECK_TUPLE,        /* from, to: original tuple */
	CHECK_REPLY,        /* from, to: reply tuple */
	CHECK_ICMP,         /* value, other: type, code */
	CHECK_ICMP_ID,      /* value */
	CHECK_GRE_KEY,      /* value */
	CHECK_GRE_VERSION,  /* value */
	CHECK_GRE_PROTOCOL, /* value */
	CHECK_PROTOCOL,     /* value */
	/* Of the table (only behind `expect`). */
	CHECK_ENTRY, /* which connection the rest is about: by text (label), or by value
	                (protocol), from and to */
	CHECK_PENDING, /* pending: a connection that is expected */
	CHECK_EXPECTATIONS, /* value: how many are expected */
	CHECK_GONE,  /* text: label whose connection is not in the table */
	CHECK_ALIVE, /* text: label whose connection is */
	CHECK_STAT,  /* text: name of a counter, see README.md; value */
	CHECK_COUNTED, /* value: packets; other: counter of a rule; text: its comment */
	CHECK_EVENT, /* value: enum weir_event_type, other: enum weir_end, text: label. In
	                order, and no event between or after. */
	CHECK_NO_EVENT,
};

/* What the router answers to a packet. */
enum story_answer {
	ANSWER_NONE,
	ANSWER_RESET, /* a TCP segment with RST */
	ANSWER_ICMP,  /* an ICMP or ICMPv6 error */
};

/* A connection that is expected. */
struct story_pending {
	uint8_t protocol, helper; /* helper NONE: any */
	uint8_t flags;            /* WEIR_EXPECT_*, exactly */
	bool anyone;              /* from any address: from.host is NULL */
	struct story_end from;    /* without a port: from any */
	struct story_end dst;     /* where its first packet goes */
	struct story_end to;      /* where it goes in the end; host NULL: there too */
	weir_time timeout;        /* 0: any */
	const char *master;       /* label of who named it, or NULL */
};

struct story_piece; /* text.h */

struct story_check {
	enum story_check_kind kind;
	unsigned line;
	uint64_t value, other;
	const char *text;
	struct story_end from, to;
	struct story_piece *pieces;
	size_t piece_count;
	struct story_pending *pending;
};

enum story_step_kind {
	STEP_PACKET,    /* send `data`; then `checks` */
	STEP_SETTINGS,  /* change `settings` while running */
	STEP_REMOVE,    /* remove the connection of `label` */
	STEP_MARK,      /* mark the connection of `label` with `value` */
	STEP_FASTTRACK, /* FastTrack the connection of `label` */
	STEP_EXPECT,    /* expire what is due, then `checks` */
};

struct story_step {
	enum story_step_kind kind;
	unsigned line;
	weir_time time;    /* nanoseconds since the story began */
	const char *label; /* PACKET: its own or NULL; REMOVE, MARK, FASTTRACK: whose connection */
	const char *text;  /* the line as written, for messages */

	/* PACKET. The bytes of a packet are complete after story_load(). */
	const uint8_t *data; /* IP header on */
	uint32_t caplen;     /* bytes at data */
	uint32_t len;        /* bytes on the wire */
	uint16_t port;       /* the interface that it comes in by */
	bool checksum_ok;    /* the port says that it has verified the checksum */
	bool unsent;         /* `define`: only made for `quote`, `fragment` and `again`; skip it */
	bool late;           /* it has a value by its name: story_build_late() makes its bytes */
	char **words;        /* of it then */
	unsigned index;      /* and how often its line was repeated before */

	int error;      /* REMOVE, MARK, FASTTRACK, SETTINGS: the WEIR_E* expected, WEIR_OK */
	uint64_t value; /* MARK */
	struct story_setting *settings;
	size_t setting_count;
	struct story_check *checks;
	size_t check_count;
};

struct story_router; /* router.h */

struct story {
	const char *title;
	unsigned line;
	const char *weir_only;          /* why it cannot be played elsewhere, or NULL */
	struct story_setting *settings; /* before the first packet; not named: weir's default */
	size_t setting_count;
	struct story_host *hosts;
	size_t host_count;
	struct story_router *router; /* NULL: packets are tracked, and no more */
	struct story_names names;
	struct story_step *steps;
	size_t step_count;
};

struct story_file {
	const char *name;
	struct story *stories;
	size_t count;
	void *memory; /* everything that was allocated */
};

/* Reads a file. => 0; or -1 and `error` says "file:line: what is wrong", nothing to free */
int story_load(struct story_file *file, const char *name, char error[STORY_ERROR]);
void story_free(struct story_file *file);

/* Makes the bytes of a packet that is late: `step` is a copy of it, which gets them. data:
 * BUILD_MAX bytes. => 0; or -1 and error */
int story_build_late(struct story_file *file, const struct story *story, struct story_step *step,
                     const struct story_values *values, uint8_t *data, char error[STORY_ERROR]);

/* What a story begins with behind weir_settings_init(): no helper is on. */
void story_settings_begin(struct weir_settings *settings);

/* Puts one assignment into a settings structure. The two that are not in it (event-ring,
 * frag-memory: a configuration's) are skipped. */
void story_setting_apply(struct weir_settings *settings, const struct story_setting *setting);

/* The value of a setting among a story's first ones, or `otherwise`. */
uint64_t story_setting_get(const struct story *story, const char *name, uint64_t otherwise);

#endif

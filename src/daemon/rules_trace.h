/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_trace.h - which rules a packet met, and what became of it, for people and for
 * programs.
 *
 * A trace belongs to one packet at a time: rules_trace_begin() before weir_process(), then the
 * functions that write. Threads: with the model's lock held, but for rules_trace_begin().
 */
#ifndef DAEMON_RULES_TRACE_H
#define DAEMON_RULES_TRACE_H

#include "daemon/packet_ends.h"
#include "daemon/rules.h"

#define TRACE_STEPS 4096

struct rules_trace {
	struct weir_trace trace;
	struct packet_ends before; /* the packet as it came */
	struct weir_trace_step steps[TRACE_STEPS];
};

/* `all`: also the rules that did not match. */
void rules_trace_begin(struct rules_trace *trace, struct weir_packet *packet, bool all);

/* A line for each rule that matched, or of all that were asked, and what the packet became. */
void rules_trace_text(const struct rules *rules, const struct rules_trace *trace,
                      const struct weir_packet *packet, struct strbuf *out);

/* The port that an accepted packet leaves by, "host" for the router itself; NULL: none. */
const char *rules_trace_out(const struct rules *rules, const struct weir_packet *packet);

/* Appends JSON: ,"in":"ether1","rules":["filter/forward/8/accept"],"nat":{"src":"..."} */
void rules_trace_json(const struct rules *rules, const struct rules_trace *trace,
                      const struct weir_packet *packet, struct strbuf *out);

/* The rule of a counter as "filter/forward/8/accept". */
void rules_put_place(const struct rules *rules, uint32_t counter, struct strbuf *out);

/* The rule that decided, or else the one that translated, as "filter/forward/8/accept"; nothing
 * if none did. */
void rules_trace_decided(const struct rules *rules, const struct rules_trace *trace,
                         struct strbuf *out);

/* The port that a packet came in by or leaves by. */
const char *rules_port_name(const struct rules *rules, uint16_t port);

#endif

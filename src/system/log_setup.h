/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/log_setup.h - rules and actions of the log in the form that it works with, made from
 * /system logging.
 *
 * Life: made by one of the functions here, freed by log_setup_free() or by the log that it was
 * given to. Threads: one at a time; log_setup_of() with the model's lock.
 */
#ifndef SYSTEM_LOG_SETUP_H
#define SYSTEM_LOG_SETUP_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "model/model.h"

enum log_target { LOG_DISK, LOG_ECHO, LOG_EMAIL, LOG_MEMORY, LOG_REMOTE, LOG_NOTHING };

enum log_form {
	LOG_BSD,     /* RFC 3164: <30>Nov 21 16:00:00 router topics message */
	LOG_DEFAULT, /* <30>topics message */
	LOG_SYSLOG,  /* RFC 5424 */
};

struct log_line;

struct log_action {
	uint64_t id; /* in /system logging action */
	char *name;
	uint8_t target; /* enum log_target */

	/* Memory and disk. */
	uint32_t lines; /* of a memory, or of one file */
	bool stop;	/* when it is full, rather than drop the oldest */

	/* Disk. */
	char *file; /* "log": log.0.txt */
	uint32_t files;

	/* Remote. */
	char *host; /* the router's name, in messages */
	uint8_t form, facility,
		severity; /* severity 0: by the topics; else one more than syslog's */
	bool iso_time;
	uint8_t family; /* enum weir_family; 0: there is none */
	union weir_addr remote, from;
	uint16_t port;
	bool has_from;

	/* The log's own. */
	struct log_line *first, *last; /* of a memory */
	size_t count;
	int fd;		  /* -1: not open */
	uint32_t written; /* lines of the file that is open */
	bool full;	  /* disk: it has stopped */
};

struct log_rule {
	char *topics; /* "info,!firewall" */
	char *prefix;
	size_t action; /* its place among the actions */
	pcre2_code *regex; /* NULL: any message */
	pcre2_match_data *match;
};

struct log_setup {
	struct log_action *action;
	size_t actions;
	struct log_rule *rule;
	size_t rules;
	pcre2_match_context *limits; /* of the rules' expressions; NULL: there are none */
};

/* What a router begins with. => NULL: no memory */
struct log_setup *log_setup_default(void);

/* What the model says. => NULL: *error says why */
struct log_setup *log_setup_of(struct model *model, struct strbuf *error);

void log_setup_free(struct log_setup *setup); /* NULL is fine; the lines stay */

/* Whether a line with these topics is meant by a rule's. */
bool log_topics_match(const char *rule, const char *topics);

/* Whether a rule means a line: its topics, and its expression if it has one. An expression that
 * takes too long does not match. */
bool log_rule_match(const struct log_setup *setup, const struct log_rule *rule,
		    const char *topics, const char *message);

#endif

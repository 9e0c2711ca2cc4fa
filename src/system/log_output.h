/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/log_output.h - lines of the log on their way out: into files, to other machines.
 *
 * Threads: with the log's lock held. What cannot be written is lost: a log that stops its
 * router is worse than none.
 */
#ifndef SYSTEM_LOG_OUTPUT_H
#define SYSTEM_LOG_OUTPUT_H

#include "system/files.h"
#include "system/log_setup.h"

struct log_out {
	uint64_t time;	/* nanoseconds since 1970 UTC */
	int32_t offset; /* of local time then, in seconds */
	const char *topics, *prefix, *message;
};

/* Appends a line to an action's file, which is renamed when it is full: log.0.txt is the
 * newest. => false: it was not written */
bool log_output_disk(struct log_action *action, struct files *files, const struct log_out *out);

/* Sends a line as a datagram (RFC 5426). => false: it was not sent */
bool log_output_remote(struct log_action *action, const struct log_out *out);

/* Appends what that datagram holds. */
void log_output_syslog(const struct log_action *action, const struct log_out *out,
		       struct strbuf *to);

#endif

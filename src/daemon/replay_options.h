/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/replay_options.h - the command line of `weir replay`, read and checked.
 */
#ifndef DAEMON_REPLAY_OPTIONS_H
#define DAEMON_REPLAY_OPTIONS_H

#include "daemon/front_end.h"
#include "daemon/packet_line.h"
#include "model/print.h"
#include "port/merge.h"

/* One more than the model's layouts: lines of `conntrack -L`. */
#define PRINT_CONNTRACK PRINT_LAYOUT_COUNT

/* The port of a capture given without a name. */
#define REPLAY_DEFAULT_PORT "capture"

struct replay_port {
	char name[MERGE_NAME_MAX + 1];
	const char *file; /* of argv */
};

struct replay_options {
	struct replay_port ports[MERGE_PORTS_MAX];
	unsigned port_count;
	enum packet_format packets;
	bool bytes;
	bool trace;          /* with packets text: the rules that each packet met */
	const char *against; /* another configuration to compare with, or NULL */
	struct replay_port writes[MERGE_PORTS_MAX]; /* what leaves by a port, and where it goes */
	unsigned write_count;
	bool help;
	bool table;	     /* print the connections */
	const char *config;  /* the router's configuration, or NULL */
	const char *files;   /* the directory of /file, or NULL */
	bool console;	     /* a console on the router as it stands at the end */
	struct front_end_options front_end;
	const char *print;   /* --print as given, or NULL */
	int layout;	     /* enum print_layout, or PRINT_CONNTRACK */
	struct where *where; /* NULL: all */
	struct print_proplist proplist;
	weir_time *at; /* ascending, since the first packet */
	size_t at_count;
	const char **tracking; /* settings of the command line, as given */
	size_t tracking_count;
};

/* Reads the command line.
 * => STATUS_OK, or another exit status after one line on stderr */
int replay_options_read(struct replay_options *options, int argc, char **argv);

/* Gives back what it holds, whether reading succeeded or not. */
void replay_options_free(struct replay_options *options);

void replay_options_help(void);

#endif

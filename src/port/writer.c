/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port/writer.c - see writer.h. libpcap writes the format.
 */
#include "port/writer.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SNAPLEN 262144

struct capture_writer {
	pcap_t *pcap;
	pcap_dumper_t *dumper;
	char name[];
};

static void explain(struct capture_error *error, const char *path, const char *why)
{
	snprintf(error->text, sizeof error->text, "%s: %s", path, why);
}

struct capture_writer *capture_writer_open(const char *path, struct capture_error *error)
{
	struct capture_writer *w = calloc(1, sizeof *w + strlen(path) + 1);

	if (w) {
		strcpy(w->name, path);
		w->pcap = pcap_open_dead_with_tstamp_precision(DLT_RAW, SNAPLEN,
							       PCAP_TSTAMP_PRECISION_NANO);
	}
	if (!w || !w->pcap) {
		explain(error, path, "out of memory");
		free(w);
		return NULL;
	}
	w->dumper = pcap_dump_open(w->pcap, path);
	if (!w->dumper) {
		/* libpcap's own text begins with the path. */
		explain(error, path, strerror(errno));
		pcap_close(w->pcap);
		free(w);
		return NULL;
	}
	return w;
}

void capture_write(struct capture_writer *w, weir_time time, const uint8_t *data, uint32_t len,
		   uint32_t wire_len)
{
	struct pcap_pkthdr header = {
		.ts = {.tv_sec = (time_t)(time / WEIR_SEC),
		       .tv_usec = (suseconds_t)(time % WEIR_SEC)},
		.caplen = len,
		.len = wire_len < len ? len : wire_len,
	};

	pcap_dump((u_char *)w->dumper, &header, data);
}

bool capture_writer_close(struct capture_writer *w, struct capture_error *error)
{
	bool good = true;

	if (!w)
		return true;
	if (pcap_dump_flush(w->dumper) != 0 || ferror(pcap_dump_file(w->dumper))) {
		explain(error, w->name, strerror(errno));
		good = false;
	}
	pcap_dump_close(w->dumper);
	pcap_close(w->pcap);
	free(w);
	return good;
}

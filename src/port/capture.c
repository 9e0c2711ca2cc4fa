/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port/capture.c - see capture.h.
 *
 * libpcap reads from a FILE whose bytes come from our stream. The FILE has no buffer
 * of its own, so that every read of libpcap's arrives here with its true size: that is
 * how an error can name the offset of the record and the bytes that were missing,
 * which libpcap does not tell. What the capture was cut short by is thus found here;
 * for damage of other kinds libpcap's own words are passed on.
 */
#include "port/capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#define PCAPNG_MAGIC 0x0a0d0d0au
#define PCAPNG_ORDER 0x1a2b3c4du

struct capture {
	pcap_t *pcap;
	FILE *file; /* pcap's, once there is one */
	struct stream *stream;
	char *name;
	enum link_type link;
	uint64_t missing; /* bytes that the last read did not get; 0 if it got all */
	uint8_t head[12]; /* how the capture begins */
	uint8_t tail[4];  /* the last bytes read so far */
	struct capture_error error;
};

__attribute__((format(printf, 3, 4))) static void
complain(struct capture *c, uint64_t offset, const char *format, ...)
{
	char *text = c->error.text;
	size_t size = sizeof c->error.text;
	va_list args;
	int n = snprintf(text, size, "%s: offset %llu: ", c->name, (unsigned long long)offset);

	if (n < 0 || (size_t)n >= size)
		return;
	va_start(args, format);
	vsnprintf(text + n, size - (size_t)n, format, args);
	va_end(args);
}

/* Keeps the first bytes and the last ones, which say where a pcapng block began. */
static void remember(struct capture *c, uint64_t offset, const uint8_t *data, size_t size)
{
	size_t keep = sizeof c->tail;

	if (offset < sizeof c->head) {
		size_t n = sizeof c->head - (size_t)offset;

		memcpy(c->head + offset, data, n < size ? n : size);
	}
	if (size < keep) {
		memmove(c->tail, c->tail + size, keep - size);
		keep = size;
	}
	memcpy(c->tail + sizeof c->tail - keep, data + size - keep, keep);
}

static ssize_t cookie_read(void *cookie, char *buf, size_t size)
{
	struct capture *c = cookie;
	uint64_t offset = stream_offset(c->stream);
	size_t n = stream_read(c->stream, buf, size);

	if (n)
		remember(c, offset, (const uint8_t *)buf, n);
	c->missing = size - n;
	return (ssize_t)n;
}

/* What ended the capture: the compressed data, the file's end, or its content. */
static void explain(struct capture *c, uint64_t offset, const char *what, const char *libpcap)
{
	const char *stream = stream_error(c->stream);

	if (stream_stopped(c->stream))
		return; /* in the middle of a record, which is no fault of the capture */
	if (stream)
		complain(c, offset, "%s", stream);
	else if (c->missing)
		complain(c, offset, "%s cut short: expected %llu more bytes", what,
			 (unsigned long long)c->missing);
	else
		complain(c, offset, "expected a %s: %s", what, libpcap);
}

/* Says why libpcap did not take the file for a capture. */
static void explain_open(struct capture *c, const char *libpcap)
{
	static const uint32_t magics[] = { 0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34, 0xa1b234cd,
					   PCAPNG_MAGIC };
	uint64_t offset = stream_offset(c->stream);
	uint32_t magic = be32(c->head);

	if (offset == 0 && !stream_error(c->stream)) {
		complain(c, 0, "expected a pcap or pcapng capture, found an empty file");
		return;
	}
	for (size_t i = 0; i < ARRAY_COUNT(magics); i++) {
		if (offset >= 4 && (magic == magics[i] || be32_swap(raw32(c->head)) == magics[i] ||
				    __builtin_bswap32(magic) == magics[i])) {
			explain(c, offset, "capture header", libpcap);
			return;
		}
	}
	if (stream_error(c->stream))
		explain(c, offset, "capture header", libpcap);
	else
		complain(c, 0, "expected a pcap or pcapng capture");
}

/* Where the header names the link type: behind it, libpcap has read no further than
 * the pcap header or the first interface block, whose length is its last four bytes. */
static uint64_t link_type_offset(const struct capture *c)
{
	bool swapped = be32(c->head + 8) != PCAPNG_ORDER;
	uint32_t length = be32(c->tail);

	if (be32(c->head) != PCAPNG_MAGIC)
		return 20;
	if (swapped)
		length = __builtin_bswap32(length);
	return stream_offset(c->stream) - length + 8;
}

/* => false with the error set */
static bool check_link_type(struct capture *c)
{
	int dlt = pcap_datalink(c->pcap);
	const char *name = pcap_datalink_val_to_name(dlt);

	c->link = link_type_from_dlt(dlt);
	if (c->link != LINK_UNKNOWN)
		return true;
	complain(c, link_type_offset(c), "unknown link type %d%s%s%s: expected " LINK_TYPES_TEXT, dlt,
		 name ? " (" : "", name ? name : "", name ? ")" : "");
	return false;
}

struct capture *capture_open(const char *path, const volatile sig_atomic_t *stop,
			     struct capture_error *error)
{
	const char *name = strcmp(path, "-") ? path : "standard input";
	struct stream *stream;
	int result = stream_open(&stream, path, stop);

	if (result) {
		snprintf(error->text, sizeof error->text, "%s: %s", name, strerror(result));
		return NULL;
	}
	return capture_open_stream(stream, name, error);
}

struct capture *capture_open_stream(struct stream *stream, const char *name,
				    struct capture_error *error)
{
	static const cookie_io_functions_t io = { .read = cookie_read };
	char libpcap[PCAP_ERRBUF_SIZE];
	struct capture *c = calloc(1, sizeof *c);

	if (!c) {
		stream_close(stream);
		snprintf(error->text, sizeof error->text, "%s: %s", name, strerror(ENOMEM));
		return NULL;
	}
	c->stream = stream;
	c->name = strdup(name);
	c->file = c->name ? fopencookie(c, "r", io) : NULL;
	if (!c->file) {
		snprintf(error->text, sizeof error->text, "%s: %s", name, strerror(ENOMEM));
		capture_close(c);
		return NULL;
	}
	setvbuf(c->file, NULL, _IONBF, 0);
	c->pcap = pcap_fopen_offline_with_tstamp_precision(c->file, PCAP_TSTAMP_PRECISION_NANO,
							   libpcap);
	if (!c->pcap)
		explain_open(c, libpcap);
	if (!c->pcap || !check_link_type(c)) {
		*error = c->error;
		capture_close(c);
		return NULL;
	}
	return c;
}

void capture_close(struct capture *capture)
{
	if (!capture)
		return;
	if (capture->pcap)
		pcap_close(capture->pcap); /* and the file */
	else if (capture->file)
		fclose(capture->file);
	stream_close(capture->stream);
	free(capture->name);
	free(capture);
}

/* A pcap file has 32 bits of seconds without a sign, which libpcap reads with one: after
 * 2038 they come out negative. What does not fit 64 bits of nanoseconds is the
 * last instant that does. */
static weir_time frame_time(const struct pcap_pkthdr *header)
{
	uint64_t seconds, nanoseconds = (uint64_t)header->ts.tv_usec;

	if (header->ts.tv_sec < 0)
		seconds = (uint32_t)header->ts.tv_sec;
	else
		seconds = (uint64_t)header->ts.tv_sec;
	if (header->ts.tv_usec < 0 || nanoseconds > UINT32_MAX)
		nanoseconds = 0;
	if (seconds >= UINT64_MAX / WEIR_SEC - 4)
		return UINT64_MAX / WEIR_SEC * WEIR_SEC;
	return seconds * WEIR_SEC + nanoseconds;
}

bool capture_next(struct capture *capture, struct capture_frame *frame)
{
	uint64_t offset = stream_offset(capture->stream);
	struct pcap_pkthdr *header;
	const u_char *data;
	int result;

	if (capture->error.text[0])
		return false;
	capture->missing = 0;
	result = pcap_next_ex(capture->pcap, &header, &data);
	if (result == 1) {
		frame->time = frame_time(header);
		frame->data = data;
		frame->caplen = header->caplen;
		frame->len = header->len < header->caplen ? header->caplen : header->len;
		frame->link = capture->link;
		frame->port = 0;
		return true;
	}
	if (result != PCAP_ERROR_BREAK)
		explain(capture, offset, "packet record", pcap_geterr(capture->pcap));
	else if (stream_error(capture->stream))
		explain(capture, offset, "packet record", "");
	return false;
}

const struct capture_error *capture_error(const struct capture *capture)
{
	return capture->error.text[0] ? &capture->error : NULL;
}

uint64_t capture_position(const struct capture *capture)
{
	return stream_position(capture->stream);
}

uint64_t capture_size(const struct capture *capture)
{
	return stream_size(capture->stream);
}

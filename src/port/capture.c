/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port/capture.c - see capture.h.
 *
 * libpcap reads from a FILE whose bytes come from our stream through a buffer of ours,
 * so that errors can name the offset of the record, which libpcap does not tell.
 * How many bytes of a record are missing it does tell, in its message's numbers.
 */
#include "port/capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#define PCAP_HEADER 24u
#define PCAPNG_MAGIC 0x0a0d0d0au
#define PCAPNG_ORDER 0x1a2b3c4du

#define CAPTURE_BUFFER 65536
#define CAPTURE_HEAD 1024

struct capture {
	pcap_t *pcap;
	FILE *file; /* pcap's, once there is one */
	struct stream *stream;
	char *name;
	enum link_type link;
	struct capture_error error;
	uint8_t head[CAPTURE_HEAD]; /* how the capture begins */
	uint8_t buffer[CAPTURE_BUFFER]; /* the FILE's */
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

static ssize_t cookie_read(void *cookie, char *buf, size_t size)
{
	struct capture *c = cookie;
	uint64_t offset = stream_offset(c->stream);
	size_t n = stream_read(c->stream, buf, size);

	if (offset < sizeof c->head) {
		size_t room = sizeof c->head - (size_t)offset;

		memcpy(c->head + offset, buf, n < room ? n : room);
	}
	return (ssize_t)n;
}

/* Tells where the stream is, and seeks nowhere. */
static int cookie_seek(void *cookie, off64_t *offset, int whence)
{
	struct capture *c = cookie;

	if (whence != SEEK_CUR || *offset != 0)
		return -1;
	*offset = (off64_t)stream_offset(c->stream);
	return 0;
}

/* How far libpcap has read. */
static uint64_t capture_offset(const struct capture *c)
{
	off_t offset = ftello(c->file);

	return offset < 0 ? 0 : (uint64_t)offset;
}

/* The bytes that libpcap says it missed at the end of the file, 0 if it does not. */
static uint64_t missing_bytes(const char *libpcap)
{
	static const char wanted[] = "tried to read ", had[] = "only got ";
	const char *a = strstr(libpcap, wanted), *b = strstr(libpcap, had);
	uint64_t first, second;

	if (!a || !b)
		return 0;
	first = strtoull(a + sizeof wanted - 1, NULL, 10);
	second = strtoull(b + sizeof had - 1, NULL, 10);
	return first > second ? first - second : 0;
}

/* What ended the capture: the compressed data, the file's end, or its content. */
static void explain(struct capture *c, uint64_t offset, const char *what, const char *libpcap)
{
	const char *stream = stream_error(c->stream);
	uint64_t missing = missing_bytes(libpcap);

	if (stream_stopped(c->stream))
		return; /* in the middle of a record, which is no fault of the capture */
	if (stream)
		complain(c, offset, "%s", stream);
	else if (missing)
		complain(c, offset, "%s cut short: expected %llu more bytes", what,
			 (unsigned long long)missing);
	else
		complain(c, offset, "expected a %s: %s", what, libpcap);
}

/* Says why libpcap did not take the file for a capture. */
static void explain_open(struct capture *c, const char *libpcap)
{
	static const uint32_t magics[] = { 0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34, 0xa1b234cd,
					   PCAPNG_MAGIC };
	uint64_t offset = capture_offset(c);
	uint32_t magic = be32(c->head);
	bool known = false;

	if (offset == 0 && !stream_error(c->stream)) {
		complain(c, 0, "expected a pcap or pcapng capture, found an empty file");
		return;
	}
	for (size_t i = 0; i < ARRAY_COUNT(magics); i++)
		known |= magic == magics[i] || __builtin_bswap32(magic) == magics[i];
	if (stream_error(c->stream))
		complain(c, offset, "%s", stream_error(c->stream));
	else if (!known || offset < 4)
		complain(c, 0, "expected a pcap or pcapng capture");
	else if (magic != PCAPNG_MAGIC && offset < PCAP_HEADER)
		/* libpcap's numbers for this one are not right. */
		complain(c, offset, "capture header cut short: expected %llu more bytes",
			 (unsigned long long)(PCAP_HEADER - offset));
	else
		explain(c, offset, "capture header", libpcap);
}

/* Where the header names the link type: behind it, libpcap has read no further than
 * the pcap header or the first interface block, whose length is its last four bytes. */
static uint64_t link_type_offset(const struct capture *c)
{
	uint64_t end = capture_offset(c);
	uint32_t length;

	if (be32(c->head) != PCAPNG_MAGIC)
		return 20;
	if (end > sizeof c->head)
		return end;
	length = be32(c->head + end - 4);
	if (be32(c->head + 8) != PCAPNG_ORDER)
		length = __builtin_bswap32(length);
	return end - length + 8;
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
	static const cookie_io_functions_t io = { .read = cookie_read, .seek = cookie_seek };
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
	setvbuf(c->file, (char *)c->buffer, _IOFBF, sizeof c->buffer);
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
	uint64_t offset = capture_offset(capture);
	struct pcap_pkthdr *header;
	const u_char *data;
	int result;

	if (capture->error.text[0])
		return false;
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

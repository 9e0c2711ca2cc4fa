/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port/capture.h - reading a pcap or pcapng capture, frame by frame.
 *
 * From a file, the standard input ("-"), a pipe; compressed or not (port/stream.h).
 * libpcap reads the format; time stamps have nanoseconds whatever the file's own
 * resolution.
 *
 * Life: capture_open(), capture_next() until it answers no frame, capture_close().
 * One thread at a time. A frame's bytes are copied once, by libpcap.
 */
#ifndef PORT_CAPTURE_H
#define PORT_CAPTURE_H

#include <weir/types.h>

#include "port/link.h"
#include "port/stream.h"

#define CAPTURE_ERROR_SIZE 512

/* What is wrong with a capture, in one line for people: file, offset, what was expected. */
struct capture_error {
	char text[CAPTURE_ERROR_SIZE]; /* "" if nothing is */
};

struct capture_frame {
	weir_time time; /* since the epoch */
	const uint8_t *data; /* borrowed until the next call for the same capture */
	uint32_t caplen;     /* bytes present */
	uint32_t len;        /* bytes on the wire, never below caplen */
	enum link_type link;
	uint16_t port; /* set by port/merge.h, 0 otherwise */
};

struct capture;

/* Opens a capture and reads its header. See stream_open() for path and stop.
 * => NULL and *error filled in if it is none, or has a link type that
 *    link_decode() does not know */
struct capture *capture_open(const char *path, const volatile sig_atomic_t *stop,
			     struct capture_error *error);

/* The same from a stream, which belongs to the capture from then on, on failure
 * too; name is what errors call it. */
struct capture *capture_open_stream(struct stream *stream, const char *name,
				    struct capture_error *error);

void capture_close(struct capture *capture); /* NULL is fine */

/* Reads the next frame.
 * => false at the end; capture_error() tells whether that came too early */
bool capture_next(struct capture *capture, struct capture_frame *frame);

/* NULL, or what ended the capture. */
const struct capture_error *capture_error(const struct capture *capture);

/* How far the file has been read and its size (0: unknown), in bytes of the file itself. */
uint64_t capture_position(const struct capture *capture);
uint64_t capture_size(const struct capture *capture);

#endif

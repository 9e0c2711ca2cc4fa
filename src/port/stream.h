/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port/stream.h - the bytes of a file or pipe, decompressed on the way if they
 * begin like gzip or zstd.
 *
 * Read forwards only, in one pass, so a pipe is as good as a file. Holds two
 * buffers of 64 KiB and the decompressor's state. One thread at a time.
 */
#ifndef PORT_STREAM_H
#define PORT_STREAM_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stream;

/* Opens a path; "-" is the standard input. If *stop is not 0 when a signal
 * interrupts a read, the stream ends there; stop may be NULL.
 * => 0 and *stream set, or an errno value */
int stream_open(struct stream **stream, const char *path, const volatile sig_atomic_t *stop);

/* The same for a descriptor, which belongs to the stream from then on, on failure too. */
int stream_open_fd(struct stream **stream, int fd, const volatile sig_atomic_t *stop);

void stream_close(struct stream *stream); /* NULL is fine */

/* Reads up to size bytes: what there is, so that a pipe's packets come through at once.
 * => 0 only at the end; stream_error() tells whether it came too early */
size_t stream_read(struct stream *stream, void *buf, size_t size);

/* Why the stream ended before its time: NULL if it did not. A string of the
 * stream's, for people: "expected more gzip data". */
const char *stream_error(const struct stream *stream);

/* Whether it ended because of *stop. */
bool stream_stopped(const struct stream *stream);

/* How many bytes stream_read() has given: offsets in the decompressed data. */
uint64_t stream_offset(const struct stream *stream);

/* How far the file itself has been read, and its size; 0 if that is not known. */
uint64_t stream_position(const struct stream *stream);
uint64_t stream_size(const struct stream *stream);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port/writer.h - writing a pcap capture of IP packets: link type raw IP, time stamps in
 * nanoseconds.
 *
 * Life: capture_writer_open() to capture_writer_close(), which tells whether all was written.
 * One thread at a time.
 */
#ifndef PORT_WRITER_H
#define PORT_WRITER_H

#include "port/capture.h"

struct capture_writer;

/* "-" is the standard output. => NULL and *error filled in */
struct capture_writer *capture_writer_open(const char *path, struct capture_error *error);

/* len bytes of a packet of wire_len; what could not be written is told at the end. */
void capture_write(struct capture_writer *writer, weir_time time, const uint8_t *data,
		   uint32_t len, uint32_t wire_len);

/* NULL is fine. => false: *error says why it is not complete */
bool capture_writer_close(struct capture_writer *writer, struct capture_error *error);

#endif

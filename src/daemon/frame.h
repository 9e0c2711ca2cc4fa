/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/frame.h - what a console's front end and the process that holds the model say to each
 * other: frames of a type, a length and bytes, over a stream socket.
 *
 *	front end                          process
 *	HELLO  who, width, height, flags
 *	                                   DONE    status, and the prompt
 *	RUN    a line or a script
 *	                                   OUTPUT  any number of times
 *	                                   ASK     a prompt; ANSWER comes back
 *	                                   DONE
 *	COMPLETE  the line up to the cursor
 *	                                   WORDS
 *	SAFE   Ctrl-X                      DONE
 *	INTERRUPT  Ctrl-C, at any time; SIZE likewise
 *
 * Threads: frames may be sent by one thread and read by another; each side by one at a time.
 */
#ifndef DAEMON_FRAME_H
#define DAEMON_FRAME_H

#include "base/strbuf.h"

enum frame_type {
	FRAME_HELLO = 'H',
	FRAME_RUN = 'R',
	FRAME_COMPLETE = 'C',
	FRAME_SAFE = 'S',
	FRAME_INTERRUPT = 'I',
	FRAME_SIZE = 'Z',
	FRAME_ANSWER = 'A',
	FRAME_OUTPUT = 'o',
	FRAME_ASK = 'a',
	FRAME_DONE = 'd',
	FRAME_WORDS = 'w',
};

#define FRAME_MAX_LENGTH (64u << 20)

struct frame {
	uint8_t type; /* enum frame_type, or what a stranger sent */
	struct strbuf bytes;
	size_t at; /* how far the bytes have been taken */
};

/* Sends all of it. => false: the other side has gone */
bool frame_send(int fd, enum frame_type type, const void *bytes, size_t len);

/* Reads the next one. => false: the end, or no frame */
bool frame_read(int fd, struct frame *frame);
void frame_free(struct frame *frame);

/* Numbers (four bytes, big-endian) and texts (a number and bytes) within a frame. What is not
 * there reads as 0 and "". A text taken is good as long as the frame is. */
void frame_put_number(struct strbuf *out, uint32_t number);
void frame_put_text(struct strbuf *out, const char *text, size_t len);
uint32_t frame_number(struct frame *frame);
const char *frame_text(struct frame *frame, size_t *len);

/* HELLO's flags. */
#define HELLO_COLOURS 1u
#define HELLO_INTERACTIVE 2u

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/frame.c - writing and reading frames; see frame.h.
 */
#include "daemon/frame.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define HEAD 5

bool frame_send(int fd, enum frame_type type, const void *bytes, size_t len)
{
	uint8_t head[HEAD] = {(uint8_t)type, (uint8_t)(len >> 24), (uint8_t)(len >> 16),
	                      (uint8_t)(len >> 8), (uint8_t)len};
	const uint8_t *body = bytes;
	size_t sent = 0;

	while (sent < HEAD + len) {
		size_t in_head = sent < HEAD ? HEAD - sent : 0;
		size_t in_body = sent > HEAD ? sent - HEAD : 0;
		struct iovec part[2] = {{head + (HEAD - in_head), in_head}, {NULL, len - in_body}};
		struct msghdr message = {.msg_iov = part, .msg_iovlen = 2};
		ssize_t n;

		/* An iovec has no const, and sendmsg() writes to none of it. */
		part[1].iov_base = (void *)(uintptr_t)(body + in_body);
		n = sendmsg(fd, &message, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		sent += (size_t)n;
	}
	return true;
}

static bool read_all(int fd, void *to, size_t len)
{
	uint8_t *at = to;

	while (len) {
		ssize_t n = read(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

bool frame_read(int fd, struct frame *frame)
{
	uint8_t head[HEAD];
	size_t len;
	char *to;

	if (!read_all(fd, head, sizeof head))
		return false;
	len = (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 | head[4];
	if (len > FRAME_MAX_LENGTH)
		return false;
	frame->type = head[0];
	frame->at = 0;
	strbuf_reset(&frame->bytes);
	to = strbuf_reserve(&frame->bytes, len);
	if (!to || !read_all(fd, to, len))
		return false;
	strbuf_commit(&frame->bytes, to + len);
	return true;
}

void frame_free(struct frame *frame)
{
	strbuf_free(&frame->bytes);
}

void frame_put_number(struct strbuf *out, uint32_t number)
{
	const char bytes[4] = {(char)(number >> 24), (char)(number >> 16), (char)(number >> 8),
	                       (char)number};

	strbuf_add(out, bytes, sizeof bytes);
}

void frame_put_text(struct strbuf *out, const char *text, size_t len)
{
	frame_put_number(out, (uint32_t)len);
	strbuf_add(out, text, len);
}

uint32_t frame_number(struct frame *frame)
{
	const uint8_t *at = (const uint8_t *)strbuf_text(&frame->bytes) + frame->at;

	if (frame->bytes.len - frame->at < 4) {
		frame->at = frame->bytes.len;
		return 0;
	}
	frame->at += 4;
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

const char *frame_text(struct frame *frame, size_t *len)
{
	const char *text;

	*len = frame_number(frame);
	if (*len > frame->bytes.len - frame->at)
		*len = frame->bytes.len - frame->at;
	text = strbuf_text(&frame->bytes) + frame->at;
	frame->at += *len;
	return text;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port/stream.c - see stream.h.
 *
 * Raw bytes come into `in`; a filter turns them into `out`, from which
 * stream_read() serves. The filter is chosen by the first four bytes: the raw one
 * swaps the two buffers' roles by copying, which costs little beside a system
 * call. Compressed files may be several members one behind the other, as `cat a.gz
 * b.gz` makes them.
 */
#include "port/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define STREAM_BUFFER 65536

enum filter_result {
	FILTER_MORE,   /* out may have grown; call again */
	FILTER_FAILED, /* the stream's error is set */
};

struct stream {
	int fd;
	const volatile sig_atomic_t *stop;
	enum filter_result (*filter)(struct stream *s);
	z_stream *gzip;
	ZSTD_DCtx *zstd;
	bool member_open; /* in the middle of compressed data */
	bool ended;       /* nothing more will come into `out` */
	bool eof;         /* nothing more will come into `in` */
	bool stopped;     /* because of *stop */
	const char *error;
	uint64_t offset, position, size;
	size_t in_at, in_end;
	size_t out_at, out_end;
	uint8_t in[STREAM_BUFFER];
	uint8_t out[STREAM_BUFFER];
};

/* Fills `in` behind what is there. */
static void fill(struct stream *s)
{
	ssize_t n;

	if (s->in_at == s->in_end)
		s->in_at = s->in_end = 0;
	do {
		n = read(s->fd, s->in + s->in_end, sizeof s->in - s->in_end);
	} while (n < 0 && errno == EINTR && !(s->stop && *s->stop));
	if (n > 0) {
		s->in_end += (size_t)n;
		s->position += (uint64_t)n;
		return;
	}
	s->eof = true;
	if (n < 0 && errno == EINTR)
		s->stopped = true;
	else if (n < 0)
		s->error = strerror(errno);
}

static enum filter_result filter_none(struct stream *s)
{
	size_t n = s->in_end - s->in_at;

	memcpy(s->out, s->in + s->in_at, n);
	s->in_at += n;
	s->out_end = n;
	return FILTER_MORE;
}

static enum filter_result filter_gzip(struct stream *s)
{
	z_stream *z = s->gzip;
	int result;

	if (!s->member_open) {
		inflateReset(z);
		s->member_open = true;
	}
	z->next_in = s->in + s->in_at;
	z->avail_in = (uInt)(s->in_end - s->in_at);
	z->next_out = s->out;
	z->avail_out = sizeof s->out;
	result = inflate(z, Z_NO_FLUSH);
	s->in_at = s->in_end - z->avail_in;
	s->out_end = sizeof s->out - z->avail_out;
	if (result == Z_STREAM_END)
		s->member_open = false;
	else if (result != Z_OK && result != Z_BUF_ERROR) {
		s->error = result == Z_MEM_ERROR ? "expected more memory for gzip" : "expected sound gzip data";
		return FILTER_FAILED;
	}
	return FILTER_MORE;
}

static enum filter_result filter_zstd(struct stream *s)
{
	ZSTD_inBuffer in = { s->in + s->in_at, s->in_end - s->in_at, 0 };
	ZSTD_outBuffer out = { s->out, sizeof s->out, 0 };
	size_t result = ZSTD_decompressStream(s->zstd, &out, &in);

	s->in_at += in.pos;
	s->out_end = out.pos;
	if (ZSTD_isError(result)) {
		s->error = "expected sound zstd data";
		return FILTER_FAILED;
	}
	s->member_open = result != 0;
	return FILTER_MORE;
}

/* Chooses the filter by how the bytes begin. => 0, or ENOMEM */
static int choose(struct stream *s)
{
	static const uint8_t gzip_magic[] = { 0x1f, 0x8b };
	static const uint8_t zstd_magic[] = { 0x28, 0xb5, 0x2f, 0xfd };

	while (s->in_end < sizeof zstd_magic && !s->eof)
		fill(s);
	s->filter = filter_none;
	if (s->in_end >= sizeof gzip_magic && !memcmp(s->in, gzip_magic, sizeof gzip_magic)) {
		s->filter = filter_gzip;
		s->gzip = calloc(1, sizeof *s->gzip);
		if (!s->gzip)
			return ENOMEM;
		if (inflateInit2(s->gzip, 16 + MAX_WBITS) != Z_OK) {
			free(s->gzip);
			s->gzip = NULL;
			return ENOMEM;
		}
	} else if (s->in_end >= sizeof zstd_magic &&
		   !memcmp(s->in, zstd_magic, sizeof zstd_magic)) {
		s->filter = filter_zstd;
		s->zstd = ZSTD_createDCtx();
		if (!s->zstd)
			return ENOMEM;
	}
	return 0;
}

/* Refills `out`. Input that yields nothing yet (a header) is followed by more.
 * With the input at its end a filter may still have output to give. */
static void refill(struct stream *s)
{
	s->out_at = s->out_end = 0;
	while (s->out_end == 0 && !s->ended) {
		size_t before;

		if (s->in_at == s->in_end && !s->eof)
			fill(s);
		if (s->in_at == s->in_end && s->eof && !s->member_open) {
			s->ended = true;
			break;
		}
		before = s->in_at;
		if (s->filter(s) == FILTER_FAILED)
			s->ended = true;
		else if (s->out_end == 0 && s->in_at == before && s->eof) {
			s->ended = true;
			if (!s->error && !s->stopped)
				s->error = s->filter == filter_gzip ? "expected more gzip data"
								    : "expected more zstd data";
		}
	}
}

int stream_open(struct stream **stream, const char *path, const volatile sig_atomic_t *stop)
{
	int fd;

	if (!strcmp(path, "-"))
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	return stream_open_fd(stream, fd, stop);
}

int stream_open_fd(struct stream **stream, int fd, const volatile sig_atomic_t *stop)
{
	struct stream *s = calloc(1, sizeof *s);
	struct stat st;
	int error;

	if (!s) {
		close(fd);
		return ENOMEM;
	}
	s->fd = fd;
	s->stop = stop;
	if (fstat(fd, &st) == 0) {
		if (S_ISDIR(st.st_mode)) {
			stream_close(s);
			return EISDIR;
		}
		if (S_ISREG(st.st_mode))
			s->size = (uint64_t)st.st_size;
	}
	error = choose(s);
	if (error) {
		stream_close(s);
		return error;
	}
	*stream = s;
	return 0;
}

void stream_close(struct stream *stream)
{
	if (!stream)
		return;
	if (stream->gzip) {
		inflateEnd(stream->gzip);
		free(stream->gzip);
	}
	ZSTD_freeDCtx(stream->zstd);
	close(stream->fd);
	free(stream);
}

size_t stream_read(struct stream *stream, void *buf, size_t size)
{
	size_t n;

	if (stream->out_at == stream->out_end && !stream->ended)
		refill(stream);
	n = stream->out_end - stream->out_at;
	if (n > size)
		n = size;
	memcpy(buf, stream->out + stream->out_at, n);
	stream->out_at += n;
	stream->offset += n;
	return n;
}

const char *stream_error(const struct stream *stream)
{
	return stream->error;
}

bool stream_stopped(const struct stream *stream)
{
	return stream->stopped;
}

uint64_t stream_offset(const struct stream *stream)
{
	return stream->offset;
}

uint64_t stream_position(const struct stream *stream)
{
	return stream->position;
}

uint64_t stream_size(const struct stream *stream)
{
	return stream->size;
}

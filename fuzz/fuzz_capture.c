/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_capture.c - the capture reader, decompression included, and the merge: the input
 * is the file, read once alone and once as two ports of the same content.
 *
 * What must hold: frames never reach beyond their bytes (each is read in full, so that a
 * sanitizer sees it), a capture that ends is at its end for good, one that was cut short says
 * where, and two ports with the same file give every frame twice, in order.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "port/merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Frames to read at most: a few bytes of compressed data may hold millions. */
#define FRAMES_MAX 2000

static struct capture *open_bytes(const uint8_t *data, size_t size)
{
	struct capture_error error = { "" };
	struct capture *capture;
	struct stream *stream;
	int fd = memfd_create("capture", MFD_CLOEXEC);

	if (fd < 0 || (size && write(fd, data, size) != (ssize_t)size) ||
	    lseek(fd, 0, SEEK_SET) != 0)
		exit(2);
	if (stream_open_fd(&stream, fd, NULL) != 0)
		exit(2);
	capture = capture_open_stream(stream, "input", &error);
	if (!capture && !error.text[0])
		abort();
	return capture;
}

static unsigned sum_of(const struct capture_frame *frame)
{
	unsigned sum = 0;

	for (uint32_t i = 0; i < frame->caplen; i++)
		sum += frame->data[i];
	if (frame->len < frame->caplen)
		abort();
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capture *capture = open_bytes(data, size);
	struct capture_frame frame;
	struct merge *merge;
	unsigned frames = 0, doubled = 0, sum = 0, sum_doubled = 0;
	weir_time previous = 0;
	bool sorted = true;

	if (!capture)
		return 0;
	while (frames < FRAMES_MAX && capture_next(capture, &frame)) {
		frames++;
		sum += sum_of(&frame);
		sorted &= frame.time >= previous;
		previous = frame.time;
	}
	if (frames < FRAMES_MAX && capture_error(capture) && capture_next(capture, &frame))
		abort();
	capture_close(capture);

	merge = merge_create();
	if (!merge || merge_add(merge, "a", open_bytes(data, size)) ||
	    merge_add(merge, "b", open_bytes(data, size)))
		exit(2);
	previous = 0;
	while (doubled < 2 * frames && merge_next(merge, &frame)) {
		if (sorted && frame.port != doubled % 2 && frame.time != previous)
			abort();
		if (sorted && frame.time < previous)
			abort();
		previous = frame.time;
		doubled++;
		sum_doubled += sum_of(&frame);
	}
	if (doubled != 2 * frames)
		abort();
	if (frames < FRAMES_MAX && sum_doubled != 2 * sum)
		abort();
	merge_destroy(merge);
	return 0;
}

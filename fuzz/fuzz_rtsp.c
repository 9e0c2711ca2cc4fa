/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_rtsp.c - any bytes as a connection of the Real Time Streaming Protocol;
 * fuzz/helper_harness.h says which.
 */
#include "helper_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return helper_harness(HELPER_PARSER_RTSP, data, size);
}

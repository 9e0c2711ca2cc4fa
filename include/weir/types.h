/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weir/types.h - time, addresses, errors: what every other public header uses.
 *
 * Nothing here allocates. Addresses are in network byte order, numbers in
 * host byte order, durations and points in time are nanoseconds.
 */
#ifndef WEIR_TYPES_H
#define WEIR_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define WEIR_API __attribute__((visibility("default")))
#define WEIR_MUST_CHECK __attribute__((warn_unused_result))
#else
#define WEIR_API
#define WEIR_MUST_CHECK
#endif

/* Nanoseconds since an instant that the embedder chooses (the Unix epoch, boot,
 * the first packet of a capture). It must not run backwards for one worker; a
 * step back is taken as no time having passed. */
typedef uint64_t weir_time;

#define WEIR_MSEC UINT64_C(1000000)
#define WEIR_SEC UINT64_C(1000000000)

/* An IPv4 or IPv6 address, network byte order. IPv4 uses `v4` alone; the other
 * twelve bytes are then zero in everything the library hands out. */
union weir_addr {
	uint32_t v4;
	uint8_t v6[16];
	uint64_t u64[2];
};

enum weir_family {
	WEIR_IPV4 = 4,
	WEIR_IPV6 = 6,
};

/* Direction of a packet on its connection. The original direction is that of
 * the packet that created the connection. */
enum weir_dir {
	WEIR_ORIGINAL = 0,
	WEIR_REPLY = 1,
};

/* What a call on the control plane answers: 0, or one of these (negative). */
#define WEIR_ERRORS(X)                                                                             \
	X(NOMEM, -1, "out of memory")                                                                  \
	X(RANGE, -2, "value out of range")                                                             \
	X(NOENT, -3, "no such item")                                                                   \
	X(INVAL, -4, "invalid argument")

enum weir_error {
	WEIR_OK = 0,
#define X(name, value, text) WEIR_E##name = value,
	WEIR_ERRORS(X)
#undef X
};

/* The text of an error, for people. Never NULL; a string constant. */
WEIR_API const char *weir_error_text(int error);

#ifdef __cplusplus
}
#endif
#endif

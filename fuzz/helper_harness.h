/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper_harness.h - any bytes as packets of a connection that a helper's parser reads.
 *
 * The input's first byte says what the connection is, each packet begins with three bytes more:
 * what it is, and its payload's length in two, the higher first. What is left behind the last
 * whole packet is one more. So a seed is readable and easy to write (helper_seeds.py).
 *
 *	connection   1 IPv6   2 source translated   4 destination translated
 *	             8 little room for a changed packet   16 little room for expectations
 *	             32 memory fails at times   64, 128 are the target's own
 *	packet       1 reply   2 in the place of the one before it in its direction (sent again)
 *	             4 100 seconds later   8 the connection is not established yet
 *	             16 a connection comes of what is expected
 */
#ifndef FUZZ_HELPER_HARNESS_H
#define FUZZ_HELPER_HARNESS_H

#include "helper/helper.h"

/* Feeds an input to a parser, and aborts where it does what none may: expects something of a third
 * host or at a low port, too much at once, changes what is not translated, leaves a packet that is
 * broken or does not fit its room, or something behind the connection's end. => 0 */
int helper_harness(enum helper_parser_id parser, const uint8_t *data, size_t size);

#endif

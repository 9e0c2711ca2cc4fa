/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/seq.h - sequence numbers of TCP connections whose messages a helper has made longer or
 * shorter: what one side sends is moved by a difference that the other side never learns of.
 *
 * Each direction has the last place where a length changed, and the difference up to there and
 * behind it (struct seq_adjust, in the extension record). A segment that is sent again gets the
 * same difference; of two changes in flight at once the older is forgotten, as in Linux.
 *
 * Positions and the numbers in conn.tcp are those that the sender of each direction itself uses:
 * of the connection as the router receives it. Acknowledgements come in moved and are moved back.
 *
 * Threads: the owning worker. Cost: connections without SEQ_ADJUST pay nothing.
 */
#ifndef TRACK_SEQ_H
#define TRACK_SEQ_H

#include "packet/packet.h"
#include "track/ext.h"

/* Notes that the segment that begins at `seq` (as it came) has become `delta` bytes longer. The
 * first such note of a connection sets SEQ_ADJUST; its record must be there. A segment that was
 * noted at that place before changes nothing. */
void seq_note(const struct ext_pool *pool, struct conn *c, enum weir_dir dir, uint32_t seq,
	      int32_t delta);

/* What is added to a sequence number of that direction. */
int32_t seq_offset(const struct ext_pool *pool, const struct conn *c, enum weir_dir dir,
		   uint32_t seq);

/* What was added to the number that an acknowledgement in direction `dir` names. */
int32_t seq_ack_offset(const struct ext_pool *pool, const struct conn *c, enum weir_dir dir,
		       uint32_t ack);

/* Moves sequence number, acknowledgement and SACK edges of a leaving segment, checksum included.
 * The TCP header must be present and written to; options that are not are left alone. */
void seq_adjust_packet(const struct ext_pool *pool, const struct conn *c, enum weir_dir dir,
		       struct packet *p);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_tcp.c - the TCP tracker alone: conversations as rows of packets, each with
 * what the tracker must answer; the whole transition table, cell by cell; and
 * what the rows cannot say (FastTrack, cut lifetimes, options cut short).
 *
 * The names are those of the recorded experiments on the Linux kernel whose
 * outcome the rows state. Timeouts are Linux' defaults, but for the two of 300
 * seconds, which differ here so that each can be told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "track/tcp.h"

/* Rows leave out what is nought. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

enum { O = WEIR_ORIGINAL, R = WEIR_REPLY };
enum { S = TCP_SYN, A = TCP_ACK, SA = S | A, FA = TCP_FIN | A, RST = TCP_RST, RA = RST | A };
enum { ACC = TRACK_ACCEPT, PASS = TRACK_PASS, INV = TRACK_INVALID, AGAIN = TRACK_REOPEN,
       END = TRACK_END };
enum { NO = WEIR_TCP_NONE, SS = WEIR_TCP_SYN_SENT, SR = WEIR_TCP_SYN_RECV,
       ES = WEIR_TCP_ESTABLISHED, FW = WEIR_TCP_FIN_WAIT, CW = WEIR_TCP_CLOSE_WAIT,
       LA = WEIR_TCP_LAST_ACK, TW = WEIR_TCP_TIME_WAIT, CL = WEIR_TCP_CLOSE,
       S2 = WEIR_TCP_SYN_SENT2 };
enum { SEQ_ABOVE = WEIR_R_TCP_SEQ_ABOVE, ACK_ABOVE = WEIR_R_TCP_ACK_ABOVE,
       RST_SEQ = WEIR_R_TCP_RST_SEQ, STATE = WEIR_R_TCP_STATE };
enum { RETRANS = 300, UNACKED = 310, DAYS = 432000 };

#define TICKS(seconds) ((seconds) * 250u)
#define NOW 0xfffffff0u /* ticks soon wrap */

struct row {
	uint8_t dir, flags;
	uint32_t seq, ack, win, len;
	uint8_t result, state; /* afterwards */
	uint32_t number; /* ACC, AGAIN: timeout in seconds; INV: enum weir_reason */
	const char *options; /* "7" window scale 7, "s" SACK permitted, "t" timestamp */
	uint32_t sack[2];    /* one SACK block */
	bool assures;        /* sets ASSURED */
	uint32_t left;       /* if not 0: seconds that the entry lives on */
};

struct story {
	const char *name;
	struct row row[16];
	bool strict, liberal, ignore_rst;
};

#define HANDSHAKE                                                                                  \
	{O, S, 1000, 0, 8000, 0, ACC, SS, 120},                                                    \
	{R, SA, 5000, 1001, 9000, 0, ACC, SR, 60},                                                 \
	{O, A, 1001, 5001, 8000, 0, ACC, ES, DAYS, .assures = true}
#define CLOSED                                                                                     \
	HANDSHAKE, {O, FA, 1001, 5001, 8000, 0, ACC, FW, 120},                                     \
	{R, A, 5001, 1002, 9000, 0, ACC, CW, 60}, {R, FA, 5001, 1002, 9000, 0, ACC, LA, 30},       \
	{O, A, 1002, 5002, 8000, 0, ACC, TW, 120}

static const struct story stories[] = {
	{"close", {CLOSED}},
	{"unacknowledged_data", {HANDSHAKE,
		{O, A, 1001, 5001, 8000, 100, ACC, ES, UNACKED},
		{R, A, 5001, 1050, 9000, 0, ACC, ES, UNACKED},
		{R, A, 5001, 1101, 9000, 0, ACC, ES, DAYS}}},
	{"tcp_fin_retransmit", {HANDSHAKE,
		{O, FA, 1001, 5001, 8000, 0, ACC, FW, 120},
		{O, FA, 1001, 5001, 8000, 0, ACC, LA, 30},
		{R, A, 5001, 1002, 9000, 0, ACC, TW, 120}}},
	{"tcp_halfclose_data", {HANDSHAKE,
		{O, FA, 1001, 5001, 8000, 0, ACC, FW, 120},
		{R, A, 5001, 1002, 9000, 0, ACC, CW, 60},
		{R, A, 5001, 1002, 9000, 500, ACC, CW, 60},
		{O, A, 1002, 5501, 8000, 0, ACC, CW, 60}}},
	{"state refused", {HANDSHAKE,
		{R, S, 9000, 0, 8000, 0, INV, ES, STATE},
		{O, SA, 1000, 5001, 8000, 0, INV, ES, STATE}}},

	/* Opening. */
	{"tcp_syn_retransmit", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{O, S, 1000, 0, 8000, 0, PASS, SS}}},
	{"tcp_syn_retransmit_new_isn", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{O, S, 70000, 0, 8000, 0, PASS, SS},
		{R, SA, 5000, 70001, 9000, 0, ACC, SR, 60}}},
	{"tcp_syn_retransmit_lower_isn", {
		{O, S, 70000, 0, 8000, 0, ACC, SS, 120},
		{O, S, 1000, 0, 8000, 0, PASS, SS},
		{R, SA, 5000, 1001, 9000, 0, PASS, SS},
		{R, SA, 5000, 70001, 9000, 0, ACC, SR, 60}}},
	{"another SYN/ACK with a higher number", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{R, A, 4000, 1001, 9000, 0, PASS, SS},
		{R, SA, 5000, 1001, 9000, 0, ACC, SR, 60},
		{R, SA, 6000, 1001, 9000, 0, PASS, SR}}},
	{"tcp_simultaneous_open", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{R, S, 5000, 0, 9000, 0, PASS, S2},
		{O, SA, 1000, 5001, 8000, 0, ACC, SR, 60},
		{R, SA, 5000, 1001, 9000, 0, PASS, SR},
		{R, A, 5001, 1001, 9000, 0, ACC, ES, DAYS, .assures = true}}},
	{"tcp_simultaneous_open_ack", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{R, S, 5000, 0, 9000, 0, PASS, S2},
		{R, S, 5000, 0, 9000, 0, ACC, S2, 120},
		{O, SA, 1000, 5001, 8000, 0, ACC, SR, 60},
		{R, A, 5001, 1001, 9000, 0, ACC, ES, DAYS, .assures = true}}},
	{"a server's ACK does not complete a plain handshake", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{R, SA, 5000, 1001, 9000, 0, ACC, SR, 60},
		{R, A, 5001, 1001, 9000, 0, ACC, SR, 60},
		{O, A, 1001, 5001, 8000, 0, ACC, ES, DAYS, .assures = true}}},
	{"distant ISN in SYN_SENT2", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{R, S, 5000, 0, 9000, 0, PASS, S2},
		{O, S, 90000, 0, 8000, 0, INV, S2, SEQ_ABOVE}}},
	{"tcp_loose_pickup", {
		{O, A, 1001, 5001, 8000, 100, ACC, ES, RETRANS},
		{R, A, 5001, 1101, 9000, 0, ACC, ES, UNACKED},
		{O, A, 1101, 5001, 8000, 0, ACC, ES, DAYS, .assures = true}}},
	{"tcp_pickup_reply_first, then far outside: liberal", {
		{O, A, 5001, 1001, 9000, 1400, ACC, ES, RETRANS},
		{R, A, 1001, 6401, 8000, 0, ACC, ES, UNACKED},
		{R, A, 900001, 6401, 8000, 0, ACC, ES, DAYS, .assures = true}}},
	{"tcp_loose_off", {{O, A, 1001, 5001, 8000, 0, INV, NO, WEIR_R_TCP_LOOSE_OFF}},
		.strict = true},
	{"tcp_loose_off: a SYN opens", {{O, S, 1000, 0, 8000, 0, ACC, SS, 120}}, .strict = true},
	{"tcp_new_bad_openers", {
		{O, SA, 1000, 1, 8000, 0, INV, NO, WEIR_R_TCP_NOT_OPENER},
		{O, FA, 1000, 1, 8000, 0, INV, NO, WEIR_R_TCP_NOT_OPENER},
		{O, RST, 1000, 0, 8000, 0, INV, NO, WEIR_R_TCP_NOT_OPENER},
		{O, RA, 1000, 1, 8000, 0, INV, NO, WEIR_R_TCP_NOT_OPENER}}},

	/* Beginning anew, and packets let by. */
	{"tcp_reuse_timewait", {CLOSED, {O, S, 200000, 0, 8000, 0, AGAIN, SS, 120}}},
	{"tcp_reuse_timewait_serverside_syn", {CLOSED, {R, S, 90000, 0, 9000, 0, AGAIN, SS, 120},
		{R, SA, 300000, 90001, 8000, 0, ACC, SR, 60}}},
	{"tcp_rst_exact_client_reopen", {HANDSHAKE,
		{O, RST, 1001, 0, 0, 0, ACC, CL, 10},
		{O, S, 300000, 0, 8000, 0, AGAIN, SS, 120}}},
	{"tcp_rst_server_reopen", {HANDSHAKE,
		{R, RST, 5001, 0, 0, 0, ACC, CL, 10},
		{O, S, 300000, 0, 8000, 0, PASS, CL},
		{R, SA, 700000, 300001, 9000, 0, ACC, SR, 60},
		{O, A, 300001, 700001, 8000, 0, ACC, ES, DAYS}}},
	{"tcp_syn_in_established_synack", {HANDSHAKE,
		{O, S, 300000, 0, 8000, 0, PASS, ES, .options = "7"},
		{R, SA, 700000, 300002, 9000, 0, PASS, ES},
		{O, S, 300000, 0, 8000, 0, PASS, ES, .options = "7"},
		{R, SA, 700000, 300001, 9000, 0, ACC, SR, 60, .options = "2"},
		{O, A, 300001, 700001, 100, 0, ACC, ES, DAYS},
		{R, A, 712800, 300001, 9000, 10, ACC, ES, UNACKED}}},
	{"tcp_syn_in_syn_recv", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{R, SA, 5000, 1001, 9000, 0, ACC, SR, 60},
		{O, S, 300000, 0, 8000, 0, PASS, SR},
		{R, SA, 700000, 300001, 9000, 0, ACC, SR, 60}}},
	{"tcp_syn_in_established_rst", {HANDSHAKE,
		{O, S, 300000, 0, 8000, 0, PASS, ES},
		{R, RA, 0, 300001, 0, 0, ACC, CL, 10}}},
	{"a SYN in ESTABLISHED is challenged", {HANDSHAKE,
		{O, S, 300000, 0, 8000, 0, PASS, ES},
		{R, A, 5001, 1001, 9000, 0, ACC, ES, DAYS},
		{O, RST, 1001, 0, 0, 0, ACC, CL, 10}}},
	{"tcp_last_ack_syn_challenge", {HANDSHAKE,
		{O, FA, 1001, 5001, 8000, 0, ACC, FW, 120},
		{R, FA, 5001, 1002, 9000, 0, ACC, LA, 30},
		{O, S, 300000, 0, 8000, 0, PASS, LA},
		{R, A, 5002, 1002, 9000, 0, PASS, LA},
		{R, A, 5002, 1002, 9000, 0, ACC, TW, 120}}},

	/* RST. */
	{"tcp_rst_refused", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{R, RA, 0, 1001, 0, 0, END, CL}}},
	{"tcp_rst_unestablished_client", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{O, RST, 1001, 0, 0, 0, END, CL}}},
	{"a RST that answers another SYN", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{R, RA, 0, 99999, 0, 0, INV, SS, ACK_ABOVE}}},
	{"a RST with ACK but without number", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{R, RA, 0, 0, 0, 0, END, CL}}},
	{"tcp_halfopen_ack_rst", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{R, A, 5000, 777777, 9000, 0, PASS, SS},
		{O, RST, 777777, 0, 0, 0, ACC, CL, 10}}},
	{"a half-open RST with another number", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{R, A, 5000, 777777, 9000, 0, PASS, SS},
		{O, RST, 777778, 0, 0, 0, INV, SS, SEQ_ABOVE}}},
	{"RST with number 0 while unestablished", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{R, SA, 5000, 1001, 9000, 0, ACC, SR, 60},
		{O, RST, 0, 0, 0, 0, ACC, CL, 10}}},
	{"RST with number 0 while established", {HANDSHAKE,
		{O, RST, 0, 0, 0, 0, INV, ES, RST_SEQ}}},
	{"the opener's RST does not answer its own SYN", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{R, A, 5000, 900, 9000, 100, PASS, SS},
		{O, S, 999, 0, 8000, 0, ACC, SS, 120},
		{O, RA, 1001, 5100, 8000, 0, INV, SS, ACK_ABOVE}}},
	{"a RST while established but not assured needs no exact number", {
		{O, A, 1001, 5001, 8000, 100, ACC, ES, RETRANS},
		{R, A, 5001, 1101, 9000, 0, ACC, ES, UNACKED},
		{O, RST, 1500, 0, 0, 0, ACC, CL, 10}}},
	{"a RST that answers an ACK let by", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120},
		{R, A, 5000, 777777, 9000, 50, PASS, SS},
		{O, RA, 888888, 5050, 0, 0, ACC, CL, 10}}},
	{"tcp_rst_after_fin", {HANDSHAKE,
		{O, FA, 1001, 5001, 8000, 0, ACC, FW, 120},
		{O, RST, 900000, 0, 0, 0, ACC, CL, 10}}},
	{"tcp_rst_below_maxack", {HANDSHAKE,
		{O, A, 1001, 5001, 8000, 100, ACC, ES, UNACKED},
		{R, A, 5001, 1101, 9000, 0, ACC, ES, DAYS},
		{O, RST, 1100, 0, 0, 0, INV, ES, RST_SEQ},
		{O, RST, 1101, 0, 0, 0, ACC, CL, 10}}},
	{"tcp_rst_below_ignore_sysctl", {HANDSHAKE,
		{O, A, 1001, 5001, 8000, 100, ACC, ES, UNACKED},
		{R, A, 5001, 1101, 9000, 0, ACC, ES, DAYS},
		{O, RST, 1100, 0, 0, 0, ACC, ES, 10}}, .ignore_rst = true},
	{"tcp_rst_train", {HANDSHAKE,
		{O, A, 1001, 5001, 8000, 100, ACC, ES, UNACKED},
		{O, RST, 1101, 0, 0, 0, ACC, CL, 10}}},
	{"tcp_rst_inexact", {HANDSHAKE,
		{O, RST, 1500, 0, 0, 0, ACC, ES, 10},
		{R, A, 5001, 1001, 9000, 0, ACC, ES, UNACKED}}},
	{"a RST above the window", {HANDSHAKE,
		{O, RST, 90000, 0, 0, 0, INV, ES, SEQ_ABOVE}}},

	/* Windows. After the handshake O may send up to 10001, R up to 13001. */
	{"tcp_out_of_window", {HANDSHAKE,
		{O, A, 101001, 5001, 8000, 10, INV, ES, SEQ_ABOVE},
		{O, A, 1001, 5001, 8000, 10, ACC, ES, UNACKED}}},
	{"the upper edge", {HANDSHAKE,
		{O, A, 10001, 5001, 8000, 0, ACC, ES, UNACKED}}},
	{"overshoot is let by, and its acknowledgement fits", {HANDSHAKE,
		{O, A, 10002, 5001, 8000, 10, PASS, ES},
		{R, A, 5001, 10013, 9000, 0, INV, ES, ACK_ABOVE},
		{R, A, 5001, 10012, 9000, 0, ACC, ES, DAYS}}},
	{"overshoot by more than a window", {HANDSHAKE,
		{O, A, 10002, 5001, 8000, 8999, INV, ES, SEQ_ABOVE},
		{O, A, 10002, 5001, 8000, 8998, PASS, ES}}},
	{"overshoot with a bad acknowledgement", {HANDSHAKE,
		{O, A, 10002, 5002, 8000, 10, INV, ES, SEQ_ABOVE}}},
	{"the lower edge", {HANDSHAKE,
		{O, A, 1001 - 9000u, 5001, 8000, 0, ACC, ES, DAYS},
		{O, A, 1001 - 9001u, 5001, 8000, 0, PASS, ES}}},
	{"tcp_ack_unseen", {HANDSHAKE,
		{O, A, 1001, 5002, 8000, 0, INV, ES, ACK_ABOVE}}},
	{"tcp_ack_too_old", {HANDSHAKE,
		{O, A, 1001, 5001 - 66000u, 8000, 0, ACC, ES, DAYS},
		{O, A, 1001, 5001 - 66001u, 8000, 0, PASS, ES}}},
	{"tcp_be_liberal", {HANDSHAKE,
		{O, A, 101001, 5001, 8000, 10, ACC, ES, DAYS},
		{O, A, 1001, 5002, 8000, 0, ACC, ES, DAYS},
		{O, A, 1001, 5001 - 66001u, 8000, 0, ACC, ES, DAYS},
		{O, RST, 1000, 0, 0, 0, INV, ES, RST_SEQ}}, .liberal = true},
	{"window scale", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120, .options = "7"},
		{R, SA, 5000, 1001, 9000, 0, ACC, SR, 60, .options = "2"},
		{O, A, 1001, 5001, 100, 0, ACC, ES, DAYS, .assures = true},
		{R, A, 17801, 1001, 9000, 0, ACC, ES, UNACKED},
		{R, A, 17802, 1001, 9000, 0, PASS, ES}}},
	{"tcp_wscale_one_side", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120, .options = "7"},
		{R, SA, 5000, 1001, 9000, 0, ACC, SR, 60},
		{O, A, 1001, 5001, 100, 0, ACC, ES, DAYS, .assures = true},
		{R, A, 5101, 1001, 9000, 0, ACC, ES, UNACKED},
		{R, A, 5102, 1001, 9000, 0, PASS, ES}}},
	{"tcp_wscale_over_14", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120, .options = "\017"},
		{R, SA, 5000, 1001, 9000, 0, ACC, SR, 60, .options = "0"},
		{O, A, 1001, 5001, 1, 0, ACC, ES, DAYS, .assures = true},
		{R, A, 21385, 1001, 9000, 0, ACC, ES, UNACKED},
		{R, A, 21386, 1001, 9000, 0, PASS, ES}}},
	{"SACK reaches further than ACK", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120, .options = "s"},
		{R, SA, 5000, 1001, 9000, 0, ACC, SR, 60, .options = "s"},
		{O, A, 1001, 5001, 8000, 0, ACC, ES, DAYS, .assures = true, .options = "t"},
		{R, A, 5001, 1001, 9000, 0, INV, ES, ACK_ABOVE, .sack = {2000, 3000}},
		{O, A, 1001, 5001, 8000, 2000, ACC, ES, UNACKED},
		{R, A, 5001, 1001, 9000, 0, ACC, ES, UNACKED, .sack = {2000, 3000}},
		{R, A, 5001, 1001, 9000, 0, INV, ES, ACK_ABOVE, .sack = {2000, 3002}}}},
	{"SACK not agreed on is not read", {HANDSHAKE,
		{R, A, 5001, 1001, 9000, 0, ACC, ES, DAYS, .sack = {2000, 3000}}}},
	{"a large window bounds acknowledgements, not 66000", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120, .options = "2"},
		{R, SA, 5000, 1001, 9000, 0, ACC, SR, 60, .options = "2"},
		{O, A, 1001, 5001, 20000, 0, ACC, ES, DAYS, .assures = true},
		{O, A, 1001, 5001 - 80000u, 20000, 0, ACC, ES, DAYS},
		{O, A, 1001, 5001 - 80001u, 20000, 0, PASS, ES}}},
	{"a window of 0 takes one byte, a probe", {HANDSHAKE,
		{R, A, 5001, 10001 - 9000u, 0, 0, ACC, ES, RETRANS},
		{O, A, 1001, 5001, 8000, 9000, ACC, ES, UNACKED},
		{R, A, 5001, 10001, 0, 0, ACC, ES, RETRANS},
		{O, A, 10002, 5001, 8000, 0, ACC, ES, UNACKED}}},
	{"what is selectively acknowledged widens the window", {
		{O, S, 1000, 0, 8000, 0, ACC, SS, 120, .options = "s"},
		{R, SA, 5000, 1001, 9000, 0, ACC, SR, 60, .options = "s"},
		{O, A, 1001, 5001, 8000, 9000, ACC, ES, UNACKED, .assures = true},
		{R, A, 5001, 1001, 9000, 0, ACC, ES, UNACKED, .sack = {9001, 10001}},
		{O, A, 10001 - 17999u, 5001, 8000, 0, ACC, ES, UNACKED},
		{O, A, 10001 - 18001u, 5001, 8000, 0, PASS, ES}}},
	{"retransmissions are the same in all", {HANDSHAKE,
		{R, A, 5001, 1001, 9000, 0, ACC, ES, DAYS},
		{O, A, 1001, 5001, 8000, 100, ACC, ES, UNACKED},
		{R, A, 5001, 1001, 9000, 0, ACC, ES, UNACKED},
		{R, A, 5001, 1001, 9000, 0, ACC, ES, UNACKED},
		{R, A, 5001, 1001, 9000, 0, ACC, ES, UNACKED},
		{R, A, 5001, 1101, 9000, 0, ACC, ES, DAYS}}},
	{"an older acknowledgement leaves the highest", {HANDSHAKE,
		{O, A, 1001, 5001, 8000, 100, ACC, ES, UNACKED},
		{R, A, 5001, 1101, 9000, 0, ACC, ES, DAYS},
		{R, A, 5001, 1001, 9000, 0, ACC, ES, DAYS},
		{O, RST, 1100, 0, 0, 0, INV, ES, RST_SEQ}}},
	{"a SYN/ACK that takes over does not assure", {
		{O, A, 1001, 5001, 8000, 100, ACC, ES, RETRANS},
		{O, S, 300000, 0, 8000, 0, PASS, ES},
		{R, SA, 700000, 300001, 9000, 0, ACC, SR, 60},
		{R, A, 999999, 300001, 9000, 0, ACC, SR, 60},
		{O, A, 300001, 700001, 8000, 0, ACC, ES, DAYS, .assures = true}}},
	{"tcp_max_retrans", {HANDSHAKE,
		{R, A, 5001, 1001, 9000, 0, ACC, ES, DAYS},
		{R, A, 5001, 1001, 9000, 0, ACC, ES, DAYS},
		{R, A, 5001, 1001, 9000, 0, ACC, ES, DAYS},
		{R, A, 5001, 1001, 9000, 0, ACC, ES, RETRANS},
		{R, A, 5001, 1001, 8999, 0, ACC, ES, DAYS}}},
	{"tcp_zero_window", {HANDSHAKE,
		{R, A, 5001, 1001, 0, 0, ACC, ES, RETRANS},
		{R, A, 5001, 1001, 9000, 0, ACC, ES, DAYS}}},
	{"tcp_invalid_fin_shrinks_timeout", {HANDSHAKE,
		{O, FA, 101001, 5001, 8000, 0, INV, ES, SEQ_ABOVE, .left = DAYS},
		{O, FA, 101001, 5001, 8000, 0, INV, ES, SEQ_ABOVE, .left = DAYS},
		{R, FA, 105001, 1001, 9000, 0, INV, ES, SEQ_ABOVE, .left = UNACKED}}},
	{"an invalid ACK between them", {HANDSHAKE,
		{O, FA, 101001, 5001, 8000, 0, INV, ES, SEQ_ABOVE, .left = DAYS},
		{O, A, 1001, 5001, 8000, 0, ACC, ES, DAYS},
		{R, FA, 105001, 1001, 9000, 0, INV, ES, SEQ_ABOVE, .left = DAYS}}},
};

static struct track_settings settings(void)
{
	struct track_settings set = {.active = true, .loose = true, .max_retrans = 3};

	set.timeout[WEIR_T_TCP_SYN_SENT] = TICKS(120);
	set.timeout[WEIR_T_TCP_SYN_RECEIVED] = TICKS(60);
	set.timeout[WEIR_T_TCP_ESTABLISHED] = TICKS(DAYS);
	set.timeout[WEIR_T_TCP_FIN_WAIT] = TICKS(120);
	set.timeout[WEIR_T_TCP_CLOSE_WAIT] = TICKS(60);
	set.timeout[WEIR_T_TCP_LAST_ACK] = TICKS(30);
	set.timeout[WEIR_T_TCP_TIME_WAIT] = TICKS(120);
	set.timeout[WEIR_T_TCP_CLOSE] = TICKS(10);
	set.timeout[WEIR_T_TCP_MAX_RETRANS] = TICKS(RETRANS);
	set.timeout[WEIR_T_TCP_UNACKED] = TICKS(UNACKED);
	return set;
}

static uint8_t event_of(uint8_t flags)
{
	switch (flags) {
	case S:
		return TCP_EV_SYN;
	case SA:
		return TCP_EV_SYNACK;
	case FA:
		return TCP_EV_FIN;
	case A:
		return TCP_EV_ACK;
	default:
		return TCP_EV_RST;
	}
}

/* A packet, in exactly as many bytes as are present of it. */
struct built {
	struct weir_packet io;
	struct packet p;
	uint8_t *bytes;
};

static void build(struct built *b, const struct row *row)
{
	uint8_t header[60] = {0};
	unsigned int size = 20;

	put_be32(header + 4, row->seq);
	put_be32(header + 8, row->ack);
	header[13] = row->flags;
	put_be16(header + 14, (uint16_t)row->win);
	for (const char *o = row->options; o && *o; o++) {
		if (*o == 's')
			memcpy(header + size, "\1\1\4\2", 4);
		else if (*o == 't')
			memcpy(header + size, "\1\1\10\12tttttttt", 12);
		else
			memcpy(header + size, (uint8_t[]){1, 3, 3, *o & 15}, 4);
		size += *o == 't' ? 12 : 4;
	}
	if (row->sack[1]) {
		memcpy(header + size, "\1\1\5\12", 4);
		put_be32(header + size + 4, row->sack[0]);
		put_be32(header + size + 8, row->sack[1]);
		size += 12;
	}
	header[12] = (uint8_t)(size / 4 << 4);
	memset(b, 0, sizeof *b);
	b->bytes = malloc(size);
	assert_non_null(b->bytes);
	memcpy(b->bytes, header, size);
	b->p.io = &b->io;
	b->p.l4 = b->bytes;
	b->p.l4_len = size + row->len;
	b->p.l4_cap = size;
	b->p.tcp_flags = row->flags;
	b->p.tcp_event = event_of(row->flags);
}

/* What the engine does with the answer, as far as the tracker sees it again. */
static enum track_result run(struct track *t, struct conn *c, struct built *b, uint8_t dir)
{
	enum track_result result;

	t->changed = 0;
	result = track_tcp(t, &b->p, c, dir);
	if (result == TRACK_INVALID)
		return result;
	if (result == TRACK_REOPEN) {
		memset(c, 0, sizeof *c);
		assert_int_equal(track_tcp(t, &b->p, c, WEIR_ORIGINAL), TRACK_ACCEPT);
		dir = WEIR_ORIGINAL;
	}
	c->status |= WEIR_STATUS_CONFIRMED | (dir == R ? WEIR_STATUS_SEEN_REPLY : 0);
	if (result == TRACK_ACCEPT || result == TRACK_REOPEN)
		c->expires = t->now + t->timeout;
	return result;
}

static void play_row(struct track *t, struct conn *c, const struct row *row)
{
	uint8_t before = c->tcp.state;
	enum track_result result;
	struct built b;

	build(&b, row);
	result = run(t, c, &b, row->dir);
	assert_int_equal(result, row->result);
	assert_int_equal(c->tcp.state, row->state);
	assert_int_equal(!!(t->changed & TRACK_CHANGED_ASSURED), row->assures);
	if (result != TRACK_REOPEN)
		assert_int_equal(!!(t->changed & TRACK_CHANGED_STATE), before != row->state);
	if (result == TRACK_ACCEPT || result == TRACK_REOPEN)
		assert_int_equal(t->timeout, TICKS(row->number));
	assert_int_equal(b.io.reason, result == TRACK_INVALID ? row->number : WEIR_R_NONE);
	if (row->left)
		assert_int_equal(c->expires - t->now, TICKS(row->left));
	free(b.bytes);
}

static void test_stories(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(stories); i++) {
		const struct story *story = &stories[i];
		struct track_settings set = settings();
		struct track t = {.set = &set, .now = NOW};
		struct conn c = {.proto = PROTO_TCP};

		set.loose = !story->strict;
		set.liberal = story->liberal;
		set.ignore_invalid_rst = story->ignore_rst;
		for (size_t j = 0; j < ARRAY_COUNT(story->row) && story->row[j].flags; j++) {
			print_message("%s, packet %zu\n", story->name, j + 1);
			play_row(&t, &c, &story->row[j]);
		}
	}
}

/* [K:tcp_table_*]: direction, event, then the states NONE SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT
 * CLOSE_WAIT LAST_ACK TIME_WAIT CLOSE SYN_SENT2. -- invalid, .. let by, ** begins anew. */
static const struct {
	uint8_t dir, flags;
	const char *cells;
} table[] = {
	{O, S, "SS SS .. .. .. .. .. ** ** S2"},
	{O, SA, "-- -- SR -- -- -- -- -- -- SR"},
	{O, FA, "-- -- FW FW LA LA LA TW CL --"},
	{O, A, "ES -- ES ES CW CW TW TW CL --"},
	{O, RST, "-- CL CL CL CL CL CL CL CL CL"},
	{R, S, "   S2 -- -- -- -- -- ** -- S2"},
	{R, SA, "   SR .. .. .. .. .. .. .. SR"},
	{R, FA, "   -- FW FW LA LA LA TW CL --"},
	{R, A, "   .. SR ES CW CW TW TW CL .."},
	{R, RST, "   CL CL CL CL CL CL CL CL CL"},
};

static void test_table(void **state)
{
	static const char names[] = "NO SS SR ES FW CW LA TW CL S2";
	struct track_settings set = settings();

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(table) * WEIR_TCP_STATE_COUNT; i++) {
		uint8_t dir = table[i / 10].dir, flags = table[i / 10].flags, from = i % 10;
		const char *cell = table[i / 10].cells + 3 * from;
		struct row row = {dir, flags, 1000, flags & A ? 1000 : 0, 9000};
		struct track t = {.set = &set, .now = NOW};
		struct conn c = {.proto = PROTO_TCP, .tcp.state = from & 15};
		enum track_result result;
		struct built b;

		if (*cell == ' ')
			continue;
		print_message("%c %02x in %.2s: %.2s\n", dir ? 'R' : 'O', flags, names + 3 * from, cell);
		if (from != NO) {
			c.status = WEIR_STATUS_CONFIRMED | WEIR_STATUS_SEEN_REPLY;
			for (int d = 0; d < 2; d++)
				c.tcp.side[d] = (struct tcp_side){1001, 9000, 9000, 0};
			c.tcp.flags[0] = TCP_SIDE_CLOSE_INIT;
		}
		c.tcp.last_event = TCP_EV_NONE;
		build(&b, &row);
		result = track_tcp(&t, &b.p, &c, dir);
		if (!memcmp(cell, "--", 2)) {
			assert_int_equal(result, TRACK_INVALID);
			assert_int_equal(b.io.reason,
					 from == NO ? WEIR_R_TCP_NOT_OPENER : WEIR_R_TCP_STATE);
		} else if (!memcmp(cell, "..", 2)) {
			assert_int_equal(result, TRACK_PASS);
		} else if (!memcmp(cell, "**", 2)) {
			assert_int_equal(result, TRACK_REOPEN);
		} else {
			assert_int_equal(result, TRACK_ACCEPT);
			assert_memory_equal(names + 3 * c.tcp.state, cell, 2);
		}
		if (result != TRACK_ACCEPT)
			assert_int_equal(c.tcp.state, from);
		free(b.bytes);
	}
}

/* A FastTracked connection follows the table, whatever the numbers, and its
 * counters stay what they are. */
static void test_fasttrack(void **state)
{
	static const struct row rows[] = {
		{O, A, 77, 88, 0, 1000, ACC, ES, DAYS},
		{R, A, 1u << 31, 5, 0, 0, ACC, ES, DAYS},
		{O, S, 3, 0, 9, 0, PASS, ES},
		{R, SA, 3, 4, 9, 0, PASS, ES},
		{R, S, 3, 4, 9, 0, INV, ES, STATE},
		{R, FA, 3, 4, 9, 0, ACC, FW, 120},
		{O, FA, 3, 4, 9, 0, ACC, LA, 30},
		{R, A, 3, 4, 9, 0, ACC, TW, 120},
		{O, RST, 3, 4, 9, 0, ACC, CL, 10},
	};
	struct track_settings set = settings();
	struct track t = {.set = &set, .now = NOW};
	struct conn c = {.proto = PROTO_TCP, .tcp.state = ES};
	struct tcp_side side[2];

	(void)state;
	memset(side, 0x5a, sizeof side);
	memcpy(c.tcp.side, side, sizeof side);
	c.status = WEIR_STATUS_CONFIRMED | WEIR_STATUS_SEEN_REPLY | WEIR_STATUS_ASSURED |
		   WEIR_STATUS_FASTTRACK;
	c.tcp.flags[0] = TCP_SIDE_UNACKED | TCP_SIDE_MAXACK_SET; /* as it was before */
	c.tcp.retrans = 9;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		print_message("packet %zu\n", i + 1);
		play_row(&t, &c, &rows[i]);
		assert_memory_equal(c.tcp.side, side, sizeof side);
	}
	/* One FIN was seen, so a SYN begins anew. */
	play_row(&t, &c, &(struct row){O, S, 3, 0, 9, 0, AGAIN, SS, 120});
}

/* A lifetime that was fixed, one that is short, and an entry that is not assured are not cut. */
static void test_not_cut(void **state)
{
	static const struct {
		uint16_t set, clear;
		uint32_t left;
	} rows[] = {{WEIR_STATUS_FIXED_TIMEOUT, 0, DAYS},
		    {0, WEIR_STATUS_ASSURED, DAYS},
		    {0, 0, UNACKED - 1}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		static const struct row begin[] = {HANDSHAKE};
		struct track_settings set = settings();
		struct track t = {.set = &set, .now = NOW};
		struct conn c = {.proto = PROTO_TCP};

		for (size_t j = 0; j < ARRAY_COUNT(begin); j++)
			play_row(&t, &c, &begin[j]);
		c.status = (uint16_t)((c.status | rows[i].set) & ~rows[i].clear);
		c.expires = t.now + TICKS(rows[i].left);
		play_row(&t, &c, &(struct row){O, FA, 101001, 5001, 8000, 0, INV, ES, SEQ_ABOVE});
		play_row(&t, &c, &(struct row){R, RST, 105001, 0, 9000, 0, INV, ES, SEQ_ABOVE,
					       .left = rows[i].left});
	}
}

/* The answer to a keep-alive that was the first packet seen acknowledges one byte more. */
static void test_keepalive_answer(void **state)
{
	struct track_settings set = settings();
	struct track t = {.set = &set, .now = NOW};
	struct conn c = {.proto = PROTO_TCP};

	(void)state;
	play_row(&t, &c, &(struct row){O, A, 1000, 5001, 8000, 0, ACC, ES, RETRANS});
	assert_int_equal(c.tcp.side[O].end, 1000);
	play_row(&t, &c, &(struct row){R, A, 5001, 1001, 9000, 0, ACC, ES, UNACKED});
	assert_int_equal(c.tcp.side[O].end, 1001);
	assert_int_equal(c.tcp.side[O].maxend, 1001 + 9000);
}

/* Options of any content, cut short anywhere, are read within their bytes (each packet is an
 * allocation of exactly its size: valgrind and the sanitizers see any step beyond). */
static void test_options_bounds(void **state)
{
	static const uint8_t kinds[] = {0, 1, 2, 3, 4, 5, 8, 10, 18, 40, 255};
	uint32_t seed = 12345, scale, found = 0;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint8_t size = (uint8_t)(seed >> 24) % 41, *bytes = malloc(size ? size : 1);
		struct tcp_segment seg = {.options = bytes, .options_len = size, .ack = 7, .sack = 7};

		assert_non_null(bytes);
		for (int j = 0; j < size; j++) {
			seed = seed * 1664525 + 1013904223;
			bytes[j] = kinds[(seed >> 16) % sizeof kinds];
		}
		seed = seed * 1664525 + 1013904223;
		found |= tcp_options_read(&seg, &scale);
		assert_true(scale <= TCP_SCALE_MAX);
		if (tcp_options_sack(bytes, size, 7) != 7)
			found |= 0x100;
		assert_false(seq_before(tcp_options_sack(bytes, size, 7), 7));
		free(bytes);
	}
	assert_int_equal(found, 0x100 | TCP_SIDE_SACK_PERM | TCP_SIDE_WINDOW_SCALE);
}

/* A SYN of whose options the capture kept less than there were. */
static void test_options_missing(void **state)
{
	const struct row row = {O, S, 1000, 0, 8000, 0, ACC, SS, 120, .options = "s7"};

	(void)state;
	for (uint32_t cap = 20; cap <= 28; cap++) {
		struct track_settings set = settings();
		struct track t = {.set = &set, .now = NOW};
		struct conn c = {.proto = PROTO_TCP};
		struct built b;
		uint8_t *bytes;

		build(&b, &row);
		bytes = malloc(cap);
		assert_non_null(bytes);
		memcpy(bytes, b.bytes, cap);
		b.p.l4 = bytes;
		b.p.l4_cap = cap;
		assert_int_equal(run(&t, &c, &b, O), TRACK_ACCEPT);
		assert_int_equal(c.tcp.side[O].end, 1001);
		assert_int_equal(c.tcp.flags[O], (cap >= 24 ? TCP_SIDE_SACK_PERM : 0) |
						 (cap >= 28 ? TCP_SIDE_WINDOW_SCALE : 0));
		assert_int_equal(c.tcp.scale[WEIR_ORIGINAL], cap >= 28 ? 7 : 0);
		free(bytes);
		free(b.bytes);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stories),        cmocka_unit_test(test_table),
		cmocka_unit_test(test_fasttrack),      cmocka_unit_test(test_not_cut),
		cmocka_unit_test(test_keepalive_answer), cmocka_unit_test(test_options_bounds),
		cmocka_unit_test(test_options_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

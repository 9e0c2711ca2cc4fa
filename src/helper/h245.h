/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/h245.h - the messages of ITU-T H.245, as far as they lead to transport addresses:
 * mediaChannel and mediaControlChannel (H323_MEDIA), separateStack (H323_T120).
 */
#ifndef HELPER_H245_H
#define HELPER_H245_H

#include "helper/per.h"

/* MultimediaSystemControlMessage: OpenLogicalChannel and OpenLogicalChannelAck are read. */
extern const struct per_type h245_message;

/* OpenLogicalChannel alone, as fast start has it. */
extern const struct per_type h245_open_channel;

#endif

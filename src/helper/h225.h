/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/h225.h - the messages of ITU-T H.225.0, as far as they lead to transport addresses.
 *
 * Addresses are noted as H323_IPV4 and H323_IPV6 with tags of helper/h323.h.
 */
#ifndef HELPER_H225_H
#define HELPER_H225_H

#include "helper/per.h"

/* H323-UserInformation: what is in the user-user element of a Q.931 message, behind its protocol
 * discriminator. Fast start and tunnelled H.245 messages are read as part of it. */
extern const struct per_type h225_user_information;

/* RasMessage: each kind is marked by its tag, its requestSeqNum and timeToLive are noted. */
extern const struct per_type h225_ras_message;

#endif

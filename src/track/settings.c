/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/settings.c - the tracking settings: defaults, names, what is accepted,
 * and the form that the packet path reads.
 *
 * Plain functions of their arguments; any thread may call them. The packet path
 * pays nothing: durations are in ticks and shares divided before it sees them.
 */
#include "track/settings.h"

#include "base/bytes.h"

void weir_settings_init(struct weir_settings *settings)
{
	*settings = (struct weir_settings){
		.enabled = WEIR_ENABLED_AUTO,
		.needed = 1,
		.loose = 1,
		.checksum = 1,
		.max_retrans = 3,
		.max_entries = 1048576,
		.max_expectations = 4096,
		.sip_direct_media = 1,
		.sip_timeout = 3600 * WEIR_SEC,
#define X(name, text, seconds) .timeout[WEIR_T_##name] = (seconds) * WEIR_SEC,
		WEIR_TIMEOUTS(X)
#undef X
#define X(name, text, enabled, ...)                                                                \
	.helper[WEIR_HELPER_##name] = {.on = (enabled),                                            \
				       .port_count = ARRAY_COUNT(((uint16_t[]){__VA_ARGS__})),     \
				       .ports = {__VA_ARGS__}},
		WEIR_HELPERS(X)
#undef X
	};
}

const char *weir_timeout_name(enum weir_timeout timeout)
{
	switch (timeout) {
#define X(name, text, seconds)                                                                     \
	case WEIR_T_##name:                                                                        \
		return text;
		WEIR_TIMEOUTS(X)
#undef X
	case WEIR_TIMEOUT_COUNT:
		break;
	}
	return "unknown";
}

static bool helpers_good(const struct weir_settings *in)
{
	if (in->max_expectations < 1 || in->max_expectations > 65536 || in->sip_direct_media > 1 ||
	    in->sip_timeout < WEIR_MSEC || in->sip_timeout > WEIR_TIMEOUT_MAX)
		return false;
	for (unsigned i = WEIR_HELPER_NONE + 1; i < WEIR_HELPER_COUNT; i++) {
		const struct weir_helper_settings *helper = &in->helper[i];

		if (helper->port_count > WEIR_HELPER_PORTS)
			return false;
		for (unsigned k = 0; k < helper->port_count; k++)
			if (!helper->ports[k])
				return false;
	}
	return true;
}

static bool settings_good(const struct weir_settings *in)
{
	if (in->enabled > WEIR_ENABLED_NO || in->max_entries == 0)
		return false;
	if (in->needed > 1 || in->loose > 1 || in->liberal > 1 || in->checksum > 1 ||
	    in->ignore_invalid_rst > 1)
		return false;
	for (unsigned i = 0; i < WEIR_TIMEOUT_COUNT; i++)
		if (in->timeout[i] < WEIR_MSEC || in->timeout[i] > WEIR_TIMEOUT_MAX)
			return false;
	return helpers_good(in);
}

static uint32_t share(uint32_t whole, unsigned workers)
{
	return whole < workers ? 1 : whole / workers;
}

/* Half of the table unless told otherwise, and never more than there is. */
static uint32_t half_open(const struct weir_settings *in)
{
	uint32_t most = in->max_half_open ? in->max_half_open : in->max_entries / 2;

	if (most == 0)
		most = 1;
	return most < in->max_entries ? most : in->max_entries;
}

int track_settings_compile(const struct weir_settings *in, unsigned workers,
			   struct track_settings *out)
{
	if (workers == 0 || !settings_good(in))
		return WEIR_ERANGE;

	*out = (struct track_settings){
		.active = in->enabled == WEIR_ENABLED_YES ||
			  (in->enabled == WEIR_ENABLED_AUTO && in->needed),
		.loose = in->loose,
		.liberal = in->liberal,
		.ignore_invalid_rst = in->ignore_invalid_rst,
		.max_retrans = in->max_retrans,
		.checks = {.checksum = in->checksum},
		.max_entries = share(in->max_entries, workers),
		.max_half_open = share(half_open(in), workers),
	};
	for (unsigned i = 0; i < WEIR_TIMEOUT_COUNT; i++)
		out->timeout[i] = ticks_from_ns(in->timeout[i]);
	return WEIR_OK;
}

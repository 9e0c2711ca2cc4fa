/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/setting.c - the settings of a story: reading and applying them. See setting.h.
 */
#include "setting.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "word.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Settings that are members of struct weir_settings. */
enum unit {
	YES_NO,
	AUTO,
	NUMBER,
	TIME,
	HELPERS, /* bits by enum weir_helper */
};

static const struct member {
	const char *name;
	enum unit unit;
	size_t offset, size; /* size 0: it is not so simple */
	uint64_t max;
} members[] = {
#define MEMBER(name, unit, member, max)                                                            \
	{                                                                                          \
		name, unit, offsetof(struct weir_settings, member),                                \
		        sizeof(((struct weir_settings *)NULL)->member), max                        \
	}
        MEMBER("enabled", AUTO, enabled, 2),
        MEMBER("needed", YES_NO, needed, 1),
        MEMBER("loose-tcp-tracking", YES_NO, loose, 1),
        MEMBER("liberal-tcp-tracking", YES_NO, liberal, 1),
        MEMBER("checksum", YES_NO, checksum, 1),
        MEMBER("ignore-invalid-rst", YES_NO, ignore_invalid_rst, 1),
        MEMBER("max-retrans", NUMBER, max_retrans, UINT8_MAX),
        MEMBER("max-entries", NUMBER, max_entries, UINT32_MAX),
        MEMBER("max-half-open", NUMBER, max_half_open, UINT32_MAX),
        MEMBER("max-expectations", NUMBER, max_expectations, UINT32_MAX),
        MEMBER("sip-direct-media", YES_NO, sip_direct_media, 1),
        MEMBER("sip-timeout", TIME, sip_timeout, UINT64_MAX),
#undef MEMBER
        {"helpers", HELPERS, 0, 0, 0},
        {"event-ring", NUMBER, 0, 0, UINT32_MAX},
        {"frag-memory", NUMBER, 0, 0, UINT32_MAX},
};

#define X(name, text, on, ...) text,
static const char *const helpers[] = {"none", WEIR_HELPERS(X)};
#undef X
#define X(name, text, seconds) text,
static const char *const timeouts[] = {WEIR_TIMEOUTS(X)};
#undef X

void story_settings_begin(struct weir_settings *settings)
{
	for (unsigned i = 0; i < WEIR_HELPER_COUNT; i++)
		settings->helper[i].on = false;
}

static void apply_helpers(struct weir_settings *settings, const struct story_setting *setting)
{
	struct weir_helper_settings *helper;

	if (!strcmp(setting->name, "helpers")) {
		for (unsigned i = 1; i < WEIR_HELPER_COUNT; i++)
			settings->helper[i].on = setting->value >> i & 1;
	} else if (!strcmp(setting->name, "ports")) {
		helper = &settings->helper[setting->value];
		memcpy(helper->ports, setting->ports, sizeof(helper->ports));
		helper->port_count = setting->port_count;
	}
}

void story_setting_apply(struct weir_settings *settings, const struct story_setting *setting)
{
	int timeout = word_find(timeouts, COUNT(timeouts), setting->name);

	if (timeout >= 0)
		settings->timeout[timeout] = setting->value;
	apply_helpers(settings, setting);
	for (size_t i = 0; i < COUNT(members); i++) {
		unsigned char *at = (unsigned char *)settings + members[i].offset;
		uint32_t word = (uint32_t)setting->value;
		uint8_t byte = (uint8_t)setting->value;

		if (strcmp(members[i].name, setting->name) != 0)
			continue;
		if (members[i].size == sizeof(setting->value))
			memcpy(at, &setting->value, sizeof(setting->value));
		else if (members[i].size == sizeof(word))
			memcpy(at, &word, sizeof(word));
		else if (members[i].size == sizeof(byte))
			*at = byte;
	}
}

uint64_t story_setting_get(const struct story *story, const char *name, uint64_t otherwise)
{
	for (size_t i = 0; i < story->setting_count; i++)
		if (!strcmp(story->settings[i].name, name))
			otherwise = story->settings[i].value;
	return otherwise;
}

/* "ftp,sip", "all", "none" */
static int read_helpers(char *value, uint64_t *bits, char error[STORY_ERROR])
{
	*bits = 0;
	if (!strcmp(value, "none"))
		return 0;
	if (!strcmp(value, "all")) {
		*bits = (1u << WEIR_HELPER_COUNT) - 2;
		return 0;
	}
	while (value) {
		char *rest = word_cut(value, ',');
		int found = word_find(helpers, COUNT(helpers), value);

		if (found <= 0)
			return word_fail(error, "\"%s\" is no helper", value);
		*bits |= UINT64_C(1) << found;
		value = rest;
	}
	return 0;
}

/* "21,2121" */
static int read_ports(char *value, struct story_setting *set, char error[STORY_ERROR])
{
	while (value) {
		char *rest = word_cut(value, ',');
		uint64_t port;

		if (set->port_count == WEIR_HELPER_PORTS)
			return word_fail(error, "more than %d ports", WEIR_HELPER_PORTS);
		if (word_number(value, UINT16_MAX, &port, error))
			return -1;
		set->ports[set->port_count++] = (uint16_t)port;
		value = rest;
	}
	return 0;
}

static int read_value(const struct member *member, char *value, struct story_setting *set,
                      char error[STORY_ERROR])
{
	static const char *const no_yes[] = {"no", "yes"};
	static const char *const auto_yes_no[] = {"auto", "yes", "no"};
	int found;

	switch (member->unit) {
	case NUMBER:
		return word_number(value, member->max, &set->value, error);
	case TIME:
		return word_time(value, &set->value, error);
	case HELPERS:
		return read_helpers(value, &set->value, error);
	case AUTO:
		found = word_find(auto_yes_no, COUNT(auto_yes_no), value);
		break;
	default:
		found = word_find(no_yes, COUNT(no_yes), value);
	}
	set->value = (uint64_t)found;
	return found < 0 ? word_fail(error, "\"%s\" is no value of %s", value, member->name) : 0;
}

int setting_read(char *word, struct story_setting *set, char error[STORY_ERROR])
{
	char *value = word_cut(word, '='), name[STORY_NAME];
	int found = word_find(timeouts, COUNT(timeouts), word);

	if (!value)
		return word_fail(error, "name=value expected, not \"%s\"", word);
	if (found >= 0) {
		set->name = timeouts[found];
		return word_time(value, &set->value, error);
	}
	for (size_t i = 0; i < COUNT(members); i++) {
		if (strcmp(members[i].name, word) != 0)
			continue;
		set->name = members[i].name;
		return read_value(&members[i], value, set, error);
	}
	for (size_t i = 1; i < COUNT(helpers); i++) {
		snprintf(name, sizeof(name), "%s-ports", helpers[i]);
		if (strcmp(name, word) != 0)
			continue;
		set->name = "ports";
		set->value = i;
		return read_ports(value, set, error);
	}
	return word_fail(error, "no setting \"%s\"", word);
}

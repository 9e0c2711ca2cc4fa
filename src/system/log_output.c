/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/log_output.c - lines of the log into files and to other machines; see log_output.h.
 */
#include "system/log_output.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "system/civil.h"

#define SECOND UINT64_C(1000000000)
#define MESSAGE_MOST 8192
#define SEVERITY_DEBUG 7

static void local(const struct log_out *out, struct civil *civil)
{
	civil_from_seconds((int64_t)(out->time / SECOND) + out->offset, civil);
}

/* Prefix and message in one line: whoever writes a message makes no second one. */
static void add_text(const struct log_out *out, struct strbuf *to)
{
	size_t start = to->len;

	if (*out->prefix)
		strbuf_printf(to, "%s: ", out->prefix);
	strbuf_str(to, out->message);
	for (size_t i = start; i < to->len; i++)
		if ((unsigned char)to->data[i] < ' ' || to->data[i] == 0x7f)
			to->data[i] = ' ';
}

/* Files */

static char *file_name(const struct log_action *a, uint32_t number)
{
	struct strbuf name = STRBUF_INIT;

	strbuf_printf(&name, "%s.%u.txt", a->file, number);
	return strbuf_take(&name);
}

static uint32_t count_lines(struct files *files, const char *name)
{
	struct strbuf text = STRBUF_INIT, error = STRBUF_INIT;
	uint32_t lines = 0;

	if (files_read(files, name, 64u << 20, &text, &error))
		for (size_t i = 0; i < text.len; i++)
			lines += text.data[i] == '\n';
	strbuf_free(&text);
	strbuf_free(&error);
	return lines;
}

static bool open_newest(struct log_action *a, struct files *files)
{
	struct strbuf error = STRBUF_INIT;
	char *name = file_name(a, 0);

	if (name) {
		a->written = count_lines(files, name);
		a->fd = files_open_append(files, name, &error);
	}
	free(name);
	strbuf_free(&error);
	return a->fd >= 0;
}

/* log.0.txt becomes log.1.txt, and so on; the last is gone. */
static void rotate(struct log_action *a, struct files *files)
{
	struct strbuf error = STRBUF_INIT;
	char *to = file_name(a, a->files - 1), *from;

	if (to)
		files_remove(files, to, &error);
	for (uint32_t i = a->files - 1; to && i-- > 0; to = from) {
		from = file_name(a, i);
		if (from)
			files_rename(files, from, to, &error);
		free(to);
	}
	free(to);
	strbuf_free(&error);
}

/* Whether all files are there: then one that stops when it is full is full. */
static bool last_is_there(struct log_action *a, struct files *files)
{
	struct strbuf error = STRBUF_INIT, text = STRBUF_INIT;
	char *name = file_name(a, a->files - 1);
	bool there = name && (files_read(files, name, 0, &text, &error) ||
			      strcmp(strbuf_text(&error), "file is too large") == 0);

	free(name);
	strbuf_free(&error);
	strbuf_free(&text);
	return there;
}

static bool make_room(struct log_action *a, struct files *files)
{
	if (a->fd < 0 && !open_newest(a, files))
		return false;
	if (a->written < a->lines)
		return true;
	if (a->stop && last_is_there(a, files)) {
		a->full = true;
		return false;
	}
	close(a->fd);
	a->fd = -1;
	rotate(a, files);
	return open_newest(a, files);
}

bool log_output_disk(struct log_action *a, struct files *files, const struct log_out *out)
{
	struct strbuf line = STRBUF_INIT;
	struct civil civil;
	bool ok;

	if (files == NULL || a->full || !make_room(a, files))
		return false;
	local(out, &civil);
	civil_print_date(&civil, false, &line);
	strbuf_char(&line, ' ');
	civil_print_time(&civil, &line);
	strbuf_printf(&line, " %s ", out->topics);
	add_text(out, &line);
	strbuf_char(&line, '\n');
	ok = !line.failed && write(a->fd, line.data, line.len) == (ssize_t)line.len;
	a->written += ok;
	strbuf_free(&line);
	return ok;
}

/* Syslog */

static bool has(const char *topics, const char *topic)
{
	return log_topics_match(topic, topics);
}

static unsigned severity_of(const struct log_action *a, const char *topics)
{
	static const struct {
		const char *topic;
		unsigned severity;
	} known[] = {{"critical", 2},
		     {"error", 3},
		     {"warning", 4},
		     {"debug", SEVERITY_DEBUG},
		     {"info", 6}};

	if (a->severity)
		return a->severity - 1u;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (has(topics, known[i].topic))
			return known[i].severity;
	return 5;
}

static void add_iso_time(const struct log_out *out, struct strbuf *to)
{
	unsigned away = (unsigned)(out->offset < 0 ? -out->offset : out->offset) / 60;
	struct civil civil;

	local(out, &civil);
	civil_print_date(&civil, false, to);
	strbuf_char(to, 'T');
	civil_print_time(&civil, to);
	strbuf_printf(to, ".%03u%c%02u:%02u", (unsigned)(out->time % SECOND / 1000000),
		      out->offset < 0 ? '-' : '+', away / 60, away % 60);
}

static void add_time(const struct log_action *a, const struct log_out *out, struct strbuf *to)
{
	struct civil civil;

	if (a->iso_time || a->form == LOG_SYSLOG) {
		add_iso_time(out, to);
		return;
	}
	local(out, &civil);
	strbuf_printf(to, "%s %2u ", civil_month_name(civil.month), civil.day);
	civil_print_time(&civil, to);
}

/* A name of a host has no blanks, and in RFC 5424 no more than 255 bytes. */
static void add_host(const char *host, struct strbuf *to)
{
	size_t len = strnlen(host, 255);

	if (len == 0)
		strbuf_char(to, '-');
	for (size_t i = 0; i < len; i++)
		strbuf_char(to, host[i] > ' ' && host[i] < 0x7f ? host[i] : '-');
}

void log_output_syslog(const struct log_action *a, const struct log_out *out, struct strbuf *to)
{
	strbuf_printf(to, "<%u>", 8u * a->facility + severity_of(a, out->topics));
	if (a->form == LOG_SYSLOG)
		strbuf_str(to, "1 ");
	if (a->form != LOG_DEFAULT) {
		add_time(a, out, to);
		strbuf_char(to, ' ');
		add_host(a->host, to);
		strbuf_char(to, ' ');
	}
	if (a->form == LOG_SYSLOG)
		strbuf_str(to, "weir - - - ");
	strbuf_printf(to, "%s ", out->topics);
	add_text(out, to);
	strbuf_cut(to, to->len < MESSAGE_MOST ? to->len : MESSAGE_MOST);
}

static socklen_t address_of(uint8_t family, const union weir_addr *addr, uint16_t port,
			    struct sockaddr_storage *to)
{
	memset(to, 0, sizeof *to);
	if (family == WEIR_IPV4) {
		struct sockaddr_in *in = (struct sockaddr_in *)to;

		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		memcpy(&in->sin_addr, addr, 4);
		return sizeof *in;
	}
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)to;

	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(port);
	memcpy(&in6->sin6_addr, addr, 16);
	return sizeof *in6;
}

static bool open_socket(struct log_action *a)
{
	struct sockaddr_storage from;
	socklen_t len;

	a->fd = socket(a->family == WEIR_IPV4 ? AF_INET : AF_INET6,
		       SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (a->fd < 0 || !a->has_from)
		return a->fd >= 0;
	len = address_of(a->family, &a->from, 0, &from);
	if (bind(a->fd, (struct sockaddr *)&from, len) == 0)
		return true;
	close(a->fd); /* the address may come later */
	a->fd = -1;
	return false;
}

bool log_output_remote(struct log_action *a, const struct log_out *out)
{
	struct strbuf text = STRBUF_INIT;
	struct sockaddr_storage to;
	socklen_t len;
	bool ok;

	if (a->family == 0 || (a->fd < 0 && !open_socket(a)))
		return false;
	log_output_syslog(a, out, &text);
	len = address_of(a->family, &a->remote, a->port, &to);
	ok = !text.failed && sendto(a->fd, strbuf_text(&text), text.len,
				    MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&to, len) >= 0;
	strbuf_free(&text);
	return ok;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/build.c - the IP part of a packet: headers, extension headers,
 * fragments of an earlier packet, bytes given in hex, and what may happen to a finished
 * packet on its way. See build.h; transport headers are in build_l4.c.
 */
#include "build.h"

#include <stdlib.h>
#include <string.h>

#include "build_l4.h"
#include "text.h"
#include "word.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	uint8_t number;
} protocols[] = {
        {"icmp", P_ICMP}, {"igmp", P_IGMP},       {"ipip", P_IPIP},    {"tcp", P_TCP},
        {"udp", P_UDP},   {"dccp", P_DCCP},       {"gre", P_GRE},      {"esp", P_ESP},
        {"ah", P_AH},     {"icmp6", P_ICMPV6},    {"no-next", P_NONE}, {"ospf", P_OSPF},
        {"sctp", P_SCTP}, {"udplite", P_UDPLITE},
};

static const struct {
	const char *name;
	uint8_t number;
	uint8_t size;
} extensions[] = {
        {"hop-by-hop", 0, 8}, {"routing", 43, 8}, {"fragment", 44, 8},
        {"ah", 51, 24},       {"dest", 60, 8},
};

int build_protocol(const char *name)
{
	char error[STORY_ERROR];
	uint64_t number;

	for (size_t i = 0; i < COUNT(protocols); i++)
		if (!strcmp(protocols[i].name, name))
			return protocols[i].number;
	if (!strncmp(name, "proto-", 6))
		name += 6;
	return word_number(name, UINT8_MAX, &number, error) ? -1 : (int)number;
}

uint32_t build_sum(const uint8_t *data, size_t len, uint32_t sum)
{
	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? data[i] : (uint32_t)data[i] << 8;
	return sum;
}

uint16_t build_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

uint32_t build_crc32c(const uint8_t *data, size_t len)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
	}
	return ~crc;
}

void put16(uint8_t *at, uint64_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

void put32(uint8_t *at, uint64_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

uint8_t *l4_more(struct maker *m, size_t count)
{
	if (count > sizeof(m->l4) - m->l4_len) {
		word_fail(m->error, "the packet is longer than %zu bytes", sizeof(m->l4));
		return NULL;
	}
	m->l4_len += count;
	return m->l4 + m->l4_len - count;
}

int l4_number(struct maker *m, uint64_t max, uint64_t *value)
{
	if (word_number(*m->word, max, value, m->error))
		return -1;
	m->word++;
	return 0;
}

bool l4_word(struct maker *m, const char *name)
{
	if (!*m->word || strcmp(*m->word, name))
		return false;
	m->word++;
	return true;
}

const struct story_step *l4_label(struct maker *m)
{
	for (size_t i = m->line->earlier_count; *m->word && i-- > 0;) {
		const struct story_step *step = &m->line->earlier[i];

		if (step->kind == STEP_PACKET && step->data && step->label &&
		    !strcmp(step->label, *m->word)) {
			if (step->late) {
				word_fail(m->error, "[%s] has a value that is not known yet",
				          step->label);
				return NULL;
			}
			m->word++;
			return step;
		}
	}
	word_fail(m->error, "no packet [%s] before this line", *m->word ? *m->word : "");
	return NULL;
}

int build_end(const struct build_line *line, const char *word, struct story_end *end,
              char error[STORY_ERROR])
{
	const char *colon = strchr(word, ':');
	size_t len = colon ? (size_t)(colon - word) : strlen(word);
	char digits[16] = "";
	uint64_t port = 0;

	memset(end, 0, sizeof(*end));
	for (size_t i = 0; i < line->host_count; i++)
		if (strlen(line->hosts[i].name) == len && !strncmp(line->hosts[i].name, word, len))
			end->host = &line->hosts[i];
	if (!end->host)
		return word_fail(error, "no host \"%.*s\"", (int)len, word);
	if (!colon)
		return 0;
	strncpy(digits, colon + 1, sizeof(digits) - 1);
	if (*digits && digits[strlen(digits) - 1] == '+') {
		digits[strlen(digits) - 1] = '\0';
		port = line->index;
	}
	uint64_t first;

	if (word_number(digits, UINT16_MAX, &first, error))
		return -1;
	if (first + port > UINT16_MAX)
		return word_fail(error, "port %llu is above 65535",
		                 (unsigned long long)(first + port));
	end->port = (uint16_t)(first + port);
	end->has_port = true;
	return 0;
}

/* "dest:16,routing": extension headers, in the order of the packet. */
static int add_extensions(struct maker *m, char *list)
{
	while (list) {
		char *rest = word_cut(list, ','), *size = word_cut(list, ':');
		uint64_t bytes;
		uint8_t *at = m->ext + m->ext_len;
		size_t i = 0;

		while (i < COUNT(extensions) && strcmp(extensions[i].name, list))
			i++;
		if (i == COUNT(extensions))
			return word_fail(m->error, "no extension header \"%s\"", list);
		bytes = extensions[i].size;
		if (size && word_number(size, 256, &bytes, m->error))
			return -1;
		if (bytes < 8 || bytes % 8 || m->ext_count == COUNT(m->ext_type) ||
		    m->ext_len + bytes > sizeof(m->ext))
			return word_fail(m->error,
			                 "extension headers: 8 to 256 bytes each, %zu in all",
			                 sizeof(m->ext));
		memset(at, 0, bytes);
		at[1] = (uint8_t)(extensions[i].number == 51 ? bytes / 4 - 2 : bytes / 8 - 1);
		if (extensions[i].number == 44) {
			at[1] = 0;
			put32(at + 4, m->id);
		} else if (extensions[i].number == 43) {
			at[2] = 253; /* for experiments (RFC 4727); no segments left */
		} else if (extensions[i].number != 51) {
			at[2] = 1; /* PadN */
			at[3] = (uint8_t)(bytes - 4);
		}
		m->ext_type[m->ext_count] = extensions[i].number;
		m->ext_size[m->ext_count++] = bytes;
		m->ext_len += bytes;
		list = rest;
	}
	return 0;
}

/* `data 100`, `text "GET /\r\n"`, `payload 0102ff`; several add up */
static int payload_word(struct maker *m)
{
	uint64_t count;
	uint8_t *at;

	if (l4_word(m, "data")) {
		if (l4_number(m, UINT16_MAX, &count) || !(at = l4_more(m, count)))
			return -1;
		for (uint64_t i = 0; i < count; i++)
			at[i] = (uint8_t)('a' + i % 26);
		return 1;
	}
	if (l4_word(m, "text")) {
		size_t room = sizeof(m->l4) - m->l4_len;
		int got = text_bytes(*m->word, m->l4 + m->l4_len, room, m->error);

		if (got < 0)
			return -1;
		m->l4_len += (size_t)got;
		m->word++;
		return 1;
	}
	if (l4_word(m, "payload")) {
		uint8_t bytes[2048];
		int got = word_hex(*m->word, bytes, sizeof(bytes), m->error);

		if (got < 0 || !(at = l4_more(m, (size_t)got)))
			return -1;
		memcpy(at, bytes, (size_t)got);
		m->word++;
		return 1;
	}
	return 0;
}

static int header_word(struct maker *m)
{
	struct {
		const char *name;
		uint64_t max;
		uint64_t *value;
		int64_t *exact;
	} numbers[] = {
	        {"ttl", UINT8_MAX, &m->ttl, NULL},
	        {"hop-limit", UINT8_MAX, &m->ttl, NULL},
	        {"tos", UINT8_MAX, &m->tos, NULL},
	        {"ip-id", m->family == WEIR_IPV4 ? UINT16_MAX : UINT32_MAX, &m->id, NULL},
	        {"flow", 0xfffff, &m->flow, NULL},
	        {"frag-offset", 65528, &m->frag_offset, NULL},
	        {"pad", 2000, &m->pad, NULL},
	        {"ip-version", 15, NULL, &m->version},
	        {"ihl", 15, NULL, &m->ihl},
	        {"total-length", UINT16_MAX, NULL, &m->total_length},
	        {"payload-length", UINT16_MAX, NULL, &m->total_length},
	        {"next-header", UINT8_MAX, NULL, &m->next_header},
	};

	for (size_t i = 0; i < COUNT(numbers); i++) {
		uint64_t value;

		if (!l4_word(m, numbers[i].name))
			continue;
		if (l4_number(m, numbers[i].max, &value))
			return -1;
		if (numbers[i].value)
			*numbers[i].value = value;
		else
			*numbers[i].exact = (int64_t)value;
		return 1;
	}
	return 0;
}

static int flag_word(struct maker *m)
{
	struct {
		const char *name;
		bool *flag;
	} flags[] = {
	        {"df", &m->df},
	        {"mf", &m->mf},
	        {"bad-ip-checksum", &m->bad_ip_checksum},
	        {"bad-checksum", &m->bad_checksum},
	        {"checksum-ok", &m->step->checksum_ok},
	};

	for (size_t i = 0; i < COUNT(flags); i++)
		if (l4_word(m, flags[i].name)) {
			*flags[i].flag = true;
			return 1;
		}
	return 0;
}

int l4_common(struct maker *m)
{
	int got;

	if ((got = payload_word(m)) || (got = header_word(m)) || (got = flag_word(m)))
		return got;
	if (l4_word(m, "checksum")) {
		m->checksum_given = true;
		if (l4_word(m, "none"))
			m->checksum = 0;
		else if (l4_number(m, UINT32_MAX, &m->checksum))
			return -1;
		return 1;
	}
	if (l4_word(m, "ip-options")) {
		got = word_hex(*m->word, m->options, sizeof(m->options), m->error);
		if (got < 0)
			return -1;
		m->options_len = ((size_t)got + 3) & ~(size_t)3;
		m->word++;
		return 1;
	}
	if (l4_word(m, "ext")) {
		if (!*m->word || m->family != WEIR_IPV6)
			return word_fail(m->error, "ext: names of IPv6 extension headers expected");
		return add_extensions(m, *m->word++) ? -1 : 1;
	}
	return 0;
}

static void l4_checksum(struct maker *m)
{
	size_t covered = m->covered ? m->covered : m->l4_len;
	/* UDP-Lite has the length of the whole there, whatever is covered (RFC 3828). */
	size_t length = m->protocol == P_UDPLITE ? m->l4_len : covered;
	uint8_t *at = m->l4 + m->checksum_at;
	uint8_t pseudo[40] = {0};
	uint32_t sum = 0;
	uint16_t folded;

	if (m->checksum_at < 0 || (size_t)m->checksum_at + 2 > m->l4_len)
		return;
	if (m->crc32c) {
		uint32_t crc = m->checksum_given ? (uint32_t)m->checksum
		                                 : build_crc32c(m->l4, m->l4_len) ^ m->bad_checksum;

		for (int i = 0; i < 4; i++)
			at[i] = (uint8_t)(crc >> 8 * i);
		return;
	}
	if (m->pseudo >= 0 && m->family == WEIR_IPV4) {
		memcpy(pseudo, &m->src.host->addr.v4, 4);
		memcpy(pseudo + 4, &m->dst.host->addr.v4, 4);
		pseudo[9] = (uint8_t)m->pseudo;
		put16(pseudo + 10, length);
		sum = build_sum(pseudo, 12, 0);
	} else if (m->pseudo >= 0) {
		memcpy(pseudo, m->src.host->addr.v6, 16);
		memcpy(pseudo + 16, m->dst.host->addr.v6, 16);
		put32(pseudo + 32, length);
		pseudo[39] = (uint8_t)m->pseudo;
		sum = build_sum(pseudo, 40, 0);
	}
	folded = build_fold(build_sum(m->l4, covered < m->l4_len ? covered : m->l4_len, sum));
	if (!folded && (m->protocol == P_UDP || m->protocol == P_UDPLITE))
		folded = 0xffff;
	if (m->bad_checksum)
		folded ^= 0x0101;
	put16(at, m->checksum_given ? m->checksum : folded);
}

static size_t header4(const struct maker *m, uint8_t *ip, size_t rest)
{
	size_t len = 20 + m->options_len;

	memset(ip, 0, len);
	ip[0] = (uint8_t)((m->version < 0 ? 4 : m->version) << 4 |
	                  (m->ihl < 0 ? (int64_t)len / 4 : m->ihl));
	ip[1] = (uint8_t)m->tos;
	put16(ip + 2, m->total_length < 0 ? len + rest : (uint64_t)m->total_length);
	put16(ip + 4, m->id);
	put16(ip + 6, (m->df ? 0x4000u : 0) | (m->mf ? 0x2000u : 0) | m->frag_offset / 8);
	ip[8] = (uint8_t)m->ttl;
	ip[9] = (uint8_t)(m->next_header < 0 ? m->protocol : m->next_header);
	memcpy(ip + 12, &m->src.host->addr.v4, 4);
	memcpy(ip + 16, &m->dst.host->addr.v4, 4);
	memcpy(ip + 20, m->options, m->options_len);
	put16(ip + 10, build_fold(build_sum(ip, len, 0)) ^ (m->bad_ip_checksum ? 0x0101 : 0));
	return len;
}

static size_t header6(const struct maker *m, uint8_t *ip, size_t rest)
{
	uint8_t last = (uint8_t)(m->next_header < 0 ? m->protocol : m->next_header);
	uint8_t *next = ip + 6, *at = ip + 40;

	put32(ip, (uint64_t)(m->version < 0 ? 6 : m->version) << 28 | m->tos << 20 | m->flow);
	put16(ip + 4, m->total_length < 0 ? m->ext_len + rest : (uint64_t)m->total_length);
	ip[7] = (uint8_t)m->ttl;
	memcpy(ip + 8, m->src.host->addr.v6, 16);
	memcpy(ip + 24, m->dst.host->addr.v6, 16);
	memcpy(at, m->ext, m->ext_len);
	for (size_t i = 0; i < m->ext_count; i++) {
		*next = m->ext_type[i];
		next = at;
		at += m->ext_size[i];
	}
	*next = last;
	return 40 + m->ext_len;
}

/* `cut 30` (the capture kept so much), `short 30` (the wire brought so much),
 * `poke 8 ff00` (other bytes there; no checksum is put right), `checksum-ok` */
static int afterwards(struct maker *m, uint8_t *data)
{
	struct story_step *step = m->step;

	while (*m->word) {
		uint64_t value;
		int got;

		if (l4_word(m, "cut")) {
			if (l4_number(m, step->caplen, &value))
				return -1;
			step->caplen = (uint32_t)value;
		} else if (l4_word(m, "short")) {
			if (l4_number(m, step->caplen, &value))
				return -1;
			step->caplen = step->len = (uint32_t)value;
		} else if (l4_word(m, "checksum-ok")) {
			step->checksum_ok = true;
		} else if (l4_word(m, "poke")) {
			if (l4_number(m, step->caplen, &value))
				return -1;
			got = word_hex(*m->word, data + value, step->caplen - value, m->error);
			if (got < 0)
				return -1;
			m->word++;
		} else {
			return word_fail(m->error, "\"%s\" is no word for this packet", *m->word);
		}
	}
	return 0;
}

static int put_together(struct maker *m, uint8_t *data)
{
	size_t len;

	if (m->l4_len + 40 + m->ext_len + m->options_len + m->pad > BUILD_MAX)
		return word_fail(m->error, "the packet is too long");
	l4_checksum(m);
	len = m->family == WEIR_IPV4 ? header4(m, data, m->l4_len) : header6(m, data, m->l4_len);
	memcpy(data + len, m->l4, m->l4_len);
	len += m->l4_len;
	memset(data + len, 0, m->pad);
	m->step->caplen = m->step->len = (uint32_t)(len + m->pad);
	return afterwards(m, data);
}

/* "client:40000 > server:80 tcp ..." */
static int plain(struct maker *m, uint8_t *data)
{
	int protocol;

	if (!m->word[0] || !m->word[1] || strcmp(m->word[1], ">") || !m->word[2] || !m->word[3])
		return word_fail(m->error, "\"host:port > host:port protocol ...\" expected");
	if (build_end(m->line, m->word[0], &m->src, m->error) ||
	    build_end(m->line, m->word[2], &m->dst, m->error))
		return -1;
	if (m->src.host->family != m->dst.host->family)
		return word_fail(m->error, "%s and %s are of different families", m->src.host->name,
		                 m->dst.host->name);
	protocol = build_protocol(m->word[3]);
	if (protocol < 0)
		return word_fail(m->error, "no protocol \"%s\"", m->word[3]);
	m->family = m->src.host->family;
	m->protocol = (uint8_t)protocol;
	m->word += 4;
	if (l4_build(m))
		return -1;
	return put_together(m, data);
}

/* "hex 45000014 ..." */
static int hex(struct maker *m, uint8_t *data)
{
	size_t len = 0;

	while (*m->word && strspn(*m->word, "0123456789abcdefABCDEF") == strlen(*m->word)) {
		int got = word_hex(*m->word, data + len, BUILD_MAX - len, m->error);

		if (got < 0)
			return -1;
		len += (size_t)got;
		m->word++;
	}
	m->step->caplen = m->step->len = (uint32_t)len;
	return afterwards(m, data);
}

/* "again LABEL": the same bytes once more */
static int again(struct maker *m, uint8_t *data)
{
	const struct story_step *step = l4_label(m);

	if (!step)
		return -1;
	memcpy(data, step->data, step->caplen);
	m->step->caplen = step->caplen;
	m->step->len = step->len;
	return afterwards(m, data);
}

struct piece {
	uint64_t from, end; /* bytes of the datagram's payload; end is behind the last */
	bool more;
	uint64_t id;
	int64_t tos;
};

static int piece_words(struct maker *m, struct piece *piece, size_t whole)
{
	char *to = *m->word ? word_cut(*m->word, '-') : NULL;
	bool open = to && !*to;

	if (!to)
		return word_fail(m->error, "fragment: a range of bytes such as 0-1479 expected");
	if (word_number(*m->word, 65535, &piece->from, m->error))
		return -1;
	piece->end = whole - 1;
	if (!open && word_number(to, 70000, &piece->end, m->error))
		return -1;
	piece->end++;
	m->word++;
	if (piece->from % 8 || piece->from > 65528 || piece->end < piece->from)
		return word_fail(m->error, "a fragment begins at a multiple of 8, up to 65528");
	piece->more = piece->end != whole;
	for (;;) {
		uint64_t value;

		if (l4_word(m, "more")) {
			piece->more = true;
		} else if (l4_word(m, "last")) {
			piece->more = false;
		} else if (l4_word(m, "ip-id")) {
			if (l4_number(m, UINT32_MAX, &piece->id))
				return -1;
		} else if (l4_word(m, "tos")) {
			if (l4_number(m, UINT8_MAX, &value))
				return -1;
			piece->tos = (int64_t)value;
		} else {
			return 0;
		}
	}
}

/* Bytes from..end of a payload; zeros behind its end. */
static void piece_copy(uint8_t *to, const uint8_t *payload, size_t whole, const struct piece *piece)
{
	memset(to, 0, piece->end - piece->from);
	if (piece->from < whole)
		memcpy(to, payload + piece->from,
		       (piece->end < whole ? piece->end : whole) - piece->from);
}

static int fragment4(struct maker *m, uint8_t *data, const struct story_step *step)
{
	size_t header = (step->data[0] & 15u) * 4, whole = step->caplen - header;
	struct piece piece = {.id = (uint64_t)step->data[4] << 8 | step->data[5], .tos = -1};
	size_t len;

	if (piece_words(m, &piece, whole))
		return -1;
	len = piece.end - piece.from;
	memcpy(data, step->data, header);
	piece_copy(data + header, step->data + header, whole, &piece);
	put16(data + 2, header + len);
	put16(data + 4, piece.id);
	put16(data + 6, (piece.more ? 0x2000u : 0) | piece.from / 8);
	if (piece.tos >= 0)
		data[1] = (uint8_t)piece.tos;
	put16(data + 10, 0);
	put16(data + 10, build_fold(build_sum(data, header, 0)));
	m->step->caplen = m->step->len = (uint32_t)(header + len);
	return afterwards(m, data);
}

/* Hop-by-hop and routing headers stand before the fragment header (RFC 8200, 4.5). */
static int fragment6(struct maker *m, uint8_t *data, const struct story_step *step)
{
	size_t header = 40, nh = 6, whole, len;
	struct piece piece = {.id = 1, .tos = -1};
	uint8_t next = step->data[6];

	while (next == 0 || next == 43) {
		nh = header;
		next = step->data[header];
		header += (step->data[header + 1] + 1u) * 8;
	}
	whole = step->caplen - header;
	if (piece_words(m, &piece, whole))
		return -1;
	len = piece.end - piece.from;
	memcpy(data, step->data, header);
	data[nh] = 44;
	data[header] = next;
	data[header + 1] = 0;
	put16(data + header + 2, piece.from | piece.more);
	put32(data + header + 4, piece.id);
	piece_copy(data + header + 8, step->data + header, whole, &piece);
	put16(data + 4, header - 40 + 8 + len);
	if (piece.tos >= 0) {
		data[0] = (uint8_t)(0x60 | piece.tos >> 4);
		data[1] = (uint8_t)((data[1] & 15) | (piece.tos & 15) << 4);
	}
	m->step->caplen = m->step->len = (uint32_t)(header + 8 + len);
	return afterwards(m, data);
}

/* "fragment LABEL 0-23": a piece of the payload of a packet, as a router would cut it */
static int fragment(struct maker *m, uint8_t *data)
{
	const struct story_step *step = l4_label(m);

	if (!step)
		return -1;
	if (step->caplen < 48)
		return word_fail(m->error, "[%s] is too short to be cut", step->label);
	return step->data[0] >> 4 == 4 ? fragment4(m, data, step) : fragment6(m, data, step);
}

int build_packet(const struct build_line *line, struct story_step *step, uint8_t *data,
                 char error[STORY_ERROR])
{
	struct maker *m = calloc(1, sizeof(*m));
	int failed;

	if (!m)
		return word_fail(error, "out of memory");
	m->line = line;
	m->step = step;
	m->error = error;
	m->word = line->words;
	m->ttl = 64;
	m->id = 1;
	m->pseudo = m->checksum_at = -1;
	m->version = m->ihl = m->total_length = m->next_header = -1;
	if (l4_word(m, "hex"))
		failed = hex(m, data);
	else if (l4_word(m, "again"))
		failed = again(m, data);
	else if (l4_word(m, "fragment"))
		failed = fragment(m, data);
	else
		failed = plain(m, data);
	free(m);
	return failed;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/ftp.c - the File Transfer Protocol (RFC 959, RFC 2428).
 *
 * Its control connection names where the next data connection goes: the client by PORT or EPRT
 * where the server is to connect to, the server by its answers 227 and 229 where the client is.
 *
 * A command is believed where one begins: a segment counts if one before it, of the same direction,
 * ended there with a line feed. The two latest such places are remembered, so one that is sent
 * again is read again. What a browser can be made to upload begins behind other bytes. The address
 * must be the sender's own.
 *
 * Nothing at all is believed unless what the client says first is a command of FTP: a request of
 * HTTP is none, and a page can make a browser send a form whose segments end and begin as they
 * should.
 *
 * A command of which only a part is here is dropped: its sender will send it again, in one piece
 * for all that is known, and then it can be translated.
 */
#include "helper/helper.h"

#include "base/addr.h"

#define PLACES 2u
#define TEXT_MAX (ADDR_TEXT + 16)
#define LARGE 65536u /* numbers from here on are not told apart */

enum kind { KIND_UNKNOWN, KIND_FTP, KIND_OTHER };

/* What is remembered: what the client said first, and where lines of each direction ended. */
struct memory {
	uint32_t place[2][PLACES];
	uint8_t count[2];
	uint8_t kind; /* enum kind */
};

static_assert(sizeof(struct memory) <= HELPER_MEMORY, "fits a helper's memory");

enum form { PORT, EPRT, PASV, EPSV };

enum found {
	FOUND_NOTHING,
	FOUND_PART, /* of a command, or none that can be read */
	FOUND_ODD,  /* a command that names no address: a number is too large */
	FOUND_ALL,
};

/* A command, and the part of the payload that names an address. */
struct command {
	enum form form;
	union weir_addr addr;
	uint16_t port;
	uint32_t offset, length;
};

/* Text under way. */
struct text {
	const uint8_t *data;
	uint32_t size;
};

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static void add_digit(uint32_t *number, uint8_t digit)
{
	*number = *number * 10 + (digit - '0');
	if (*number > LARGE)
		*number = LARGE;
}

/* Reads `count` numbers that `between` separates, up to `end`; 0: to whatever follows.
 * => their length, 0: they are not there */
static uint32_t read_numbers(struct text t, uint32_t *numbers, unsigned count, uint8_t between,
			     uint8_t end)
{
	unsigned at = 0;

	memset(numbers, 0, count * sizeof *numbers);
	for (uint32_t i = 0; i < t.size; i++) {
		if (is_digit(t.data[i])) {
			add_digit(&numbers[at], t.data[i]);
		} else if (t.data[i] == between) {
			if (++at == count)
				return 0;
		} else {
			return at == count - 1 && (!end || t.data[i] == end) ? i : 0;
		}
	}
	return 0;
}

/* The bytes of an address. => false: a number is too large for one */
static bool pack(const uint32_t *numbers, unsigned count, uint8_t *bytes)
{
	for (unsigned i = 0; i < count; i++) {
		if (numbers[i] > 255)
			return false;
		bytes[i] = (uint8_t)numbers[i];
	}
	return true;
}

/* "10,0,0,1,4,210" */
static enum found read_six(struct text t, uint8_t end, struct command *c)
{
	uint32_t numbers[6];
	uint8_t bytes[6];

	c->length = read_numbers(t, numbers, 6, ',', end);
	if (!c->length)
		return FOUND_PART;
	if (!pack(numbers, 6, bytes))
		return FOUND_ODD;
	c->addr = (union weir_addr){.u64 = {0, 0}};
	c->addr.v4 = raw32(bytes);
	c->port = be16(bytes + 4);
	return FOUND_ALL;
}

/* The same somewhere behind. */
static enum found read_six_behind(struct text t, struct command *c)
{
	while (t.size && !is_digit(*t.data)) {
		t.data++;
		t.size--;
		c->offset++;
	}
	return read_six(t, 0, c);
}

/* "1234|", `begin` bytes into the text. */
static enum found read_port(struct text t, uint32_t begin, uint8_t delimiter, struct command *c)
{
	uint32_t number = 0;

	for (uint32_t i = begin; i < t.size; i++) {
		if (is_digit(t.data[i])) {
			add_digit(&number, t.data[i]);
			continue;
		}
		if (t.data[i] != delimiter || !number)
			return FOUND_PART;
		c->port = (uint16_t)number;
		c->length = i + 1;
		return number >= LARGE ? FOUND_ODD : FOUND_ALL;
	}
	return FOUND_PART;
}

static bool is_delimiter(uint8_t c)
{
	return c >= 33 && c <= 126 && !is_digit(c);
}

/* "|1|10.0.0.1|1234|" or "|2|2001:db8::1|1234|" */
static enum found read_extended(struct text t, uint8_t family, struct command *c)
{
	struct text addr = {t.data + 3, t.size - 3};
	uint32_t numbers[4], length;
	uint8_t bytes[4];
	enum found found;
	const uint8_t *end;

	if (t.size <= 3 || !is_delimiter(t.data[0]) || t.data[2] != t.data[0] ||
	    t.data[1] != (family == WEIR_IPV4 ? '1' : '2'))
		return FOUND_PART;
	end = memchr(addr.data, t.data[0], addr.size);
	if (!end)
		return FOUND_PART;
	length = (uint32_t)(end - addr.data);
	if (family == WEIR_IPV6) {
		if (!length || helper_addr_read(family, addr.data, length, &c->addr) != length)
			return FOUND_PART;
		return read_port(t, 3 + length + 1, t.data[0], c);
	}
	if (read_numbers(addr, numbers, 4, '.', t.data[0]) != length || !length)
		return FOUND_PART;
	found = read_port(t, 3 + length + 1, t.data[0], c);
	if (found == FOUND_ALL && !pack(numbers, 4, bytes))
		return FOUND_ODD;
	if (found == FOUND_ALL)
		c->addr = (union weir_addr){.v4 = raw32(bytes)};
	return found;
}

/* "|||1234|": the address is the sender's. */
static enum found read_passive(struct text t, struct command *c)
{
	if (t.size <= 3 || !is_delimiter(t.data[0]) || t.data[1] != t.data[0] ||
	    t.data[2] != t.data[0])
		return FOUND_PART;
	return read_port(t, 3, t.data[0], c);
}

static const struct form_text {
	enum weir_dir dir;
	enum form form;
	char word[5];
	uint8_t skip; /* what is read begins behind the first of these; 0: at once */
} forms[] = {
	{WEIR_ORIGINAL, PORT, "PORT", ' '},
	{WEIR_ORIGINAL, EPRT, "EPRT", ' '},
	{WEIR_REPLY, PASV, "227 ", 0},
	{WEIR_REPLY, EPSV, "229 ", '('},
};

static bool same_word(const uint8_t *data, const char *word, uint32_t length)
{
	for (uint32_t i = 0; i < length; i++) {
		uint8_t c = data[i];

		if (c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
		if (c != (uint8_t)word[i])
			return false;
	}
	return true;
}

/* What a client may say first, in any case: RFC 959, 775, 2228, 2389, 2428, 2640, 3659, 7151, and
 * what old ones do. */
static bool is_client(const struct helper_call *call)
{
	static const char words[] = "ABOR ACCT ADAT ALLO APPE AUTH CCC  CDUP CLNT CONF CSID CWD  DELE "
				    "ENC  EPRT EPSV FEAT HELP HOST LANG LIST LPRT LPSV MDTM MFMT MIC  "
				    "MKD  MLSD MLST MODE NLST NOOP OPTS PASS PASV PBSZ PORT PROT PWD  "
				    "QUIT REIN REST RETR RMD  RNFR RNTO SITE SIZE SMNT STAT STOR STOU "
				    "STRU SYST TYPE USER XCUP XCWD XMKD XPWD XRMD ";
	uint32_t length = 0;

	while (length < call->size && call->data[length] > ' ')
		length++;
	if (length < 3 || length > 4 || length == call->size)
		return false;
	for (const char *word = words; *word; word += 5)
		if (same_word(call->data, word, length) && word[length] == ' ')
			return true;
	return false;
}

static enum found read_form(const struct helper_call *call, const struct form_text *form,
			    struct command *c)
{
	struct text t = {call->data, call->size};
	const uint32_t word = 4;

	if (t.size <= word)
		return same_word(t.data, form->word, t.size) ? FOUND_PART : FOUND_NOTHING;
	if (!same_word(t.data, form->word, word))
		return FOUND_NOTHING;
	c->form = form->form;
	c->addr = *helper_own(call);
	c->offset = word;
	if (form->skip) {
		const uint8_t *skip = memchr(t.data + word, form->skip, t.size - word);

		if (!skip)
			return FOUND_PART;
		c->offset = (uint32_t)(skip - t.data) + 1;
	}
	t.data += c->offset;
	t.size -= c->offset;
	if (!t.size)
		return FOUND_PART;
	switch (form->form) {
	case PORT:
		return read_six(t, '\r', c);
	case EPRT:
		return read_extended(t, call->tuple[0].family, c);
	case PASV:
		return read_six_behind(t, c);
	case EPSV:
		return read_passive(t, c);
	}
	return FOUND_NOTHING;
}

static enum found read_command(const struct helper_call *call, struct command *c)
{
	enum found found = FOUND_NOTHING;

	for (unsigned i = 0; i < ARRAY_COUNT(forms) && found == FOUND_NOTHING; i++)
		if (forms[i].dir == call->dir)
			found = read_form(call, &forms[i], c);
	return found;
}

/* Writing. */

static char *put_number(char *to, uint32_t number)
{
	char digits[5];
	unsigned count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	while (count)
		*to++ = digits[--count];
	return to;
}

/* The command's part with another address. buf: TEXT_MAX bytes. => length */
static uint32_t write_command(const struct helper_call *call, const struct command *c,
			      uint16_t port, char *buf)
{
	uint8_t family = call->tuple[0].family;
	const union weir_addr *addr = helper_seen(call);
	char *to = buf;

	if (c->form == PORT || c->form == PASV) {
		for (unsigned i = 0; i < 4; i++) {
			to = put_number(to, addr->v6[i]);
			*to++ = ',';
		}
		to = put_number(to, port >> 8);
		*to++ = ',';
		to = put_number(to, port & 0xff);
		return (uint32_t)(to - buf);
	}
	*to++ = '|';
	if (c->form == EPRT) {
		*to++ = family == WEIR_IPV4 ? '1' : '2';
		*to++ = '|';
		to += helper_addr_text(family, addr, to);
	} else {
		*to++ = '|';
	}
	*to++ = '|';
	to = put_number(to, port);
	*to++ = '|';
	return (uint32_t)(to - buf);
}

static enum helper_result expect(struct helper_call *call, const struct command *c)
{
	struct helper_want want = {
		.proto = PROTO_TCP,
		.class = EXPECT_DATA,
		.port = c->port,
		.ports = 1,
		.limit = 1,
		.seconds = 300,
	};
	char buf[TEXT_MAX];
	uint32_t length;

	if (c->port < HELPER_PORT_LOW ||
	    !helper_addr_equal(call->tuple[0].family, &c->addr, helper_own(call)))
		return HELPER_PASS;
	if (!helper_expect(call, &want))
		return helper_drop(call, WEIR_R_HELPER_FULL, c->port);
	if (!call->translated)
		return HELPER_PASS;
	length = write_command(call, c, want.seen, buf);
	if (helper_replace(call, c->offset, c->length, buf, length))
		return HELPER_PASS;
	helper_forget(call, EXPECT_DATA);
	return helper_drop(call, WEIR_R_HELPER_ROOM, 0);
}

/* Lines. */

static bool begins_line(const struct memory *m, enum weir_dir dir, uint32_t seq)
{
	for (unsigned i = 0; i < m->count[dir]; i++)
		if (m->place[dir][i] == seq)
			return true;
	return false;
}

static void note_line(struct memory *m, enum weir_dir dir, uint32_t seq)
{
	uint32_t *place = m->place[dir];

	if (begins_line(m, dir, seq))
		return;
	if (m->count[dir] < PLACES)
		place[m->count[dir]++] = seq;
	else if ((int32_t)(place[0] - place[1]) < 0)
		place[0] = seq;
	else
		place[1] = seq;
}

enum helper_result helper_ftp(struct helper_call *call)
{
	struct memory *m = call->memory;
	bool line = call->data[call->size - 1] == '\n';
	uint32_t behind = call->seq + call->size;
	enum helper_result result = HELPER_PASS;
	struct command c;

	if (m->kind == KIND_UNKNOWN && call->dir == WEIR_ORIGINAL)
		m->kind = is_client(call) ? KIND_FTP : KIND_OTHER;
	if (m->kind == KIND_OTHER)
		return HELPER_PASS;
	if (begins_line(m, call->dir, call->seq)) {
		switch (read_command(call, &c)) {
		case FOUND_PART:
			return helper_drop(call, WEIR_R_HELPER_PARTIAL, call->size);
		case FOUND_ALL:
			result = expect(call, &c);
			break;
		case FOUND_ODD:
		case FOUND_NOTHING:
			break;
		}
	}
	if (line)
		note_line(m, call->dir, behind);
	return result;
}

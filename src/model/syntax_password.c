/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/syntax_password.c - passwords: what is kept of one is its hash (crypt(5)), yescrypt
 * under a salt of its own.
 *
 * A text that is such a hash already stays what it is, so that a stored configuration can be
 * read again. Hashing takes some hundredths of a second on purpose. Threads: any.
 */
#include "model/syntax.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

/* Of yescrypt, gost-yescrypt, scrypt, bcrypt, SHA-512 and SHA-256. */
static bool is_hash(const char *text)
{
	static const char *const prefixes[] = {"$y$", "$gy$", "$7$", "$2b$", "$6$", "$5$"};

	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		if (strncmp(text, prefixes[i], strlen(prefixes[i])) == 0)
			return strlen(text) >= 50 && strlen(text) < CRYPT_OUTPUT_SIZE &&
			       strpbrk(text, " :;*!\\\n") == NULL;
	return false;
}

static bool hash(const char *text, struct strbuf *canonical)
{
	struct crypt_data *data = calloc(1, sizeof *data);
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];
	bool ok = false;

	if (data && crypt_gensalt_rn("$y$", 0, NULL, 0, salt, sizeof salt)) {
		const char *made = crypt_r(text, salt, data);

		ok = made && *made == '$';
		if (ok)
			strbuf_str(canonical, made);
	}
	if (data)
		explicit_bzero(data, sizeof *data);
	free(data);
	return ok;
}

static bool read_password(const struct value_kind *kind, const char *text, size_t len,
			  struct strbuf *canonical, struct strbuf *error)
{
	char *copy;
	bool ok;

	(void)kind;
	if (len == 0)
		return true;
	if (len >= CRYPT_MAX_PASSPHRASE_SIZE || memchr(text, '\0', len))
		return false;
	copy = strndup(text, len);
	if (copy == NULL) {
		strbuf_str(error, "failure: out of memory");
		return false;
	}
	ok = true;
	if (is_hash(copy))
		strbuf_add(canonical, text, len);
	else
		ok = hash(copy, canonical);
	explicit_bzero(copy, len);
	free(copy);
	return ok;
}

const struct value_syntax syntax_password = {
	.expected = "a password, or the hash of one",
	.read = read_password,
};

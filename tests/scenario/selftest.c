/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/selftest.c - can a story fail, and is a wrong one understood?
 *
 *	selftest SCENARIO DIRECTORY
 *
 * Plays DIRECTORY/wrong.story, where each story expects one thing that is false: none may
 * pass. Then it gives the reader lines with an error each and looks at the messages, and
 * compares packets that the builder makes with bytes worked out elsewhere.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "word.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static unsigned failures;

static void fail(const char *what, const char *expected, const char *got)
{
	printf("FAILED: %s: expected \"%s\", got \"%s\"\n", what, expected, got);
	failures++;
}

/* Counts lines that begin with a word. */
static void wrong_stories(const char *scenario, const char *directory)
{
	char command[4200], line[1024], last[1024] = "";
	unsigned played = 0, stories = 0;
	FILE *pipe, *file;

	snprintf(command, sizeof(command), "%s/wrong.story", directory);
	file = fopen(command, "r");
	while (file && fgets(line, sizeof(line), file))
		stories += !strncmp(line, "story ", 6);
	if (file)
		fclose(file);
	snprintf(command, sizeof(command), "'%s' '%s/wrong.story'", scenario, directory);
	pipe = popen(command, "r");
	if (!pipe) {
		fail("wrong stories", "the runner", "nothing");
		return;
	}
	while (fgets(line, sizeof(line), pipe)) {
		played += !strncmp(line, "FAILED: ", 8);
		memcpy(last, line, sizeof(last));
	}
	if (pclose(pipe) == 0)
		fail("wrong stories", "exit status 1", "0");
	if (strcmp(last, "0 stories passed\n") || played != stories || !stories)
		fail("wrong stories", "0 stories passed", last);
}

/* Loads a story of one line. => whether it could be read; error has the file's name off */
static bool load_text(const char *text, struct story_file *file, char error[STORY_ERROR])
{
	char name[] = "/tmp/weir-story-XXXXXX";
	int fd = mkstemp(name);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	int result;

	if (!out) {
		word_fail(error, "no temporary file");
		return false;
	}
	fprintf(out,
	        "host a 192.168.1.2  host b 10.0.0.2\nhost a6 2001:db8::1  host b6 2001:db8::2\n");
	fprintf(out, "story one\n%s\n", text);
	fclose(out);
	result = story_load(file, name, error);
	unlink(name);
	if (result)
		memmove(error, error + strlen(name), strlen(error + strlen(name)) + 1);
	return !result;
}

static void messages(void)
{
	static const struct {
		const char *text, *message;
	} lines[] = {
	        {"a:1 > b:2 udp", ":4: what becomes of this packet? (\"-> new\", \"-> drop\" ...)"},
	        {"a:1 > c:2 udp", ":4: no host \"c\""},
	        {"a:1 > b:70000 udp", ":4: 70000 is above 65535"},
	        {"a:1 > b udp", ":4: this protocol has ports: write a:1234 > b:80"},
	        {"a:1 > b6:2 udp", ":4: a and b6 are of different families"},
	        {"a:1 > b:2 tcp ack", ":4: the ack flag and \"ack NUMBER\" belong together"},
	        {"a:1 > b:2 tcp sin", ":4: no TCP flag \"sin\""},
	        {"a:1 > b:2 tcp syn sqe 5", ":4: \"sqe\" is no word for this packet"},
	        {"a > b icmp ehco", ":4: no ICMP message \"ehco\""},
	        {"a > b icmp port-unreachable quote q", ":4: no packet [q] before this line"},
	        {"a:1 > b:2 udp data", ":4: a number is missing at the end"},
	        {"a:1 > b:2 sctp tag 0 chunks inti", ":4: no SCTP chunk \"inti\""},
	        {"-> new", ":4: no packet stands before \"->\""},
	        {"a:1 > b:2 udp\n-> knew", ":5: \"knew\" is no expectation"},
	        {"a:1 > b:2 udp\n-> new created", ":5: \"created\" is too much (a comma missing?)"},
	        {"a:1 > b:2 udp\n-> invalid", ":4: an invalid or dropped packet needs its reason"},
	        {"a:1 > b:2 udp\n-> new, timeout 5",
	         ":5: \"5\" is no time (write 5s, 1h30m, 2.5s, 250ms)"},
	        {"a:1 > b:2 udp\n-> invalid, reason ttl", ":5: \"ttl\" is no reason"},
	        {"expect gone x", ":4: no packet [x] before this line"},
	        {"settings udp-timout=5s", ":4: no setting \"udp-timout\""},
	        {"settings enabled=maybe", ":4: \"maybe\" is no value of enabled"},
	        {"at 5s\nat 4s", ":5: time runs backwards"},
	        {"define a:1 > b:2 udp", ":4: define: a label expected"},
	        {"fragment x 0-7", ":4: no packet [x] before this line"},
	        {"define [x] a:1 > b:2 udp data 99\nfragment x 3-9",
	         ":5: a fragment begins at a multiple of 8, up to 65528"},
	        {"hex 456", ":4: \"6\" is not pairs of hex digits"},
	        {"7y a:1 > b:2 udp", ":4: \"7y\" begins no line"},
	        {"text \"open", ":4: a quote is not closed"},
	        {"interface lan 192.168.1.1/33", ":4: 33 is above 32"},
	        {"interface lan\ninterface lan", ":5: a second interface \"lan\""},
	        {"interface local", ":4: a second interface \"local\""},
	        {"route 10.0.0.0/8 wan", ":4: no interface \"wan\" before this line"},
	        {"rule nat srcnat", ":4: \"rule TABLE CHAIN ACTION\" expected"},
	        {"rule net srcnat accept", ":4: \"net\" is no table"},
	        {"rule nat srcnat snat", ":4: \"snat\" is no action"},
	        {"rule nat srcnat accept dport=1", ":4: a rule has no \"dport\" here"},
	        {"rule nat srcnat accept all", ":4: name=value expected, not \"all\""},
	        {"rule filter forward drop src-address=a6", ":4: \"a6\" is of the wrong family"},
	        {"rule filter forward drop connection-state=knew",
	         ":4: \"knew\" is no connection-state"},
	        {"rule filter forward jump", ":4: jump and jump-target= belong together"},
	        {"rule filter forward jump jump-target=x", ":4: no rule is in chain \"x\""},
	        {"interface lan\na:1 > b:2 udp",
	         ":5: which interface does it come in by? (from NAME)"},
	        {"from lan a:1 > b:2 udp", ":4: from: this story has no interfaces"},
	        {"a:1 > b:2 udp\n-> new\ninterface lan",
	         ":6: interface: packets have been sent already"},
	        {"a:1 > b:2 udp\n-> new, out lan",
	         ":5: out: \"same\", \"as LABEL\", a length or an interface expected, not \"lan\""},
	        {"a:1 > b:2 udp\n-> new, answer rst",
	         ":5: answer: \"reset\", \"icmp 3/1\" or \"none\" expected"},
	        {"expect counted x 1", ":4: no rule with comment=x"},
	        {"settings helpers=ftp,smtp", ":4: \"smtp\" is no helper"},
	        {"settings ftp-ports=21,x", ":4: \"x\" is no number"},
	        {"settings sip-direct-media=1", ":4: \"1\" is no value of sip-direct-media"},
	        {"a:1 > b:{p} udp", ":4: no value {p} before this line"},
	        {"a:1 > b:2 udp text \"{p*2}\"",
	         ":4: {p}, {p+1}, {p/256} or {p%256} expected"},
	        {"a:1 > b:2 udp text \"{}\"", ":4: {NAME} expected at \"{}\""},
	        {"a:1 > b:2 udp text \"\\q\"",
	         ":4: \\r, \\n, \\t, \\0, \\\\, \\\" or \\x00 expected at \"\\q\""},
	        {"a:1 > b:2 udp\n-> new, out seq", ":5: a number is missing at the end"},
	        {"a:1 > b:2 udp\n-> new, out sack 5", ":5: sack: 100-200 expected"},
	        {"a:1 > b:2 udp\n-> new, out text hi", ":5: text: \"...\" expected"},
	        {"a:1 > b:2 udp\n-> new, out text \"hi\" ack 1",
	         ":5: text \"...\" or payload HEX expected, not \"ack\""},
	        {"a:1 > b:2 udp\n-> new, created, out text \"{p}\"\n"
	         "[x] a:1 > b:{p} udp\n-> new, created\nagain x",
	         ":8: [x] has a value that is not known yet"},
	        {"expect pending tcp a",
	         ":4: pending: \"tcp server > client:2000\" or the like expected"},
	        {"expect pending tcp a > b:1, helper smtp", ":4: \"smtp\" is no helper"},
	        {"expect permanent", ":4: \"permanent\" is no expectation"},
	};
	char error[STORY_ERROR];
	struct story_file file;

	for (size_t i = 0; i < COUNT(lines); i++) {
		if (load_text(lines[i].text, &file, error)) {
			fail(lines[i].text, lines[i].message, "no error");
			story_free(&file);
		} else if (strcmp(error, lines[i].message)) {
			fail(lines[i].text, lines[i].message, error);
		}
	}
}

/* Packets whose bytes were worked out by another program (checksums as in RFC 1071). */
static void packets(void)
{
	static const struct {
		const char *text;
		const char *hex;
	} known[] = {
	        {"a:4096 > b:53 udp text \"hi\"\n-> new",
	         "4500001e000100004011af22c0a801020a0000021000003500 0abb8f6869"},
	        {"a > b icmp echo id 1 seq 2\n-> new",
	         "4500001c000100004001af34c0a801020a0000020800f7fc00010002"},
	        {"a:1 > b:2 udp checksum 0x1234\n-> new",
	         "4500001c000100004011af24c0a801020a0000020001000200081234"},
	        {"a:1 > b:2 udp checksum none text \"\\x01{length}\\r\\n\\r\\n\" text \"\\\"\" payload 07\n-> new",
	         "45000024000100004011af1cc0a801020a000002000100020010000001310d0a0d0a2207"},
	        {"a:1 > b:2 udp checksum none\n | a \"b\" # {length}\n |\n |cd\n-> new",
	         "4500002d000100004011af13c0a801020a0000020001000200190000"
	         "6120226222202320340d0a0d0a63640d0a"},
	        {"a6:1 > b6:2 tcp syn seq 1 win 2\n-> new",
	         "6000000000140640 20010db8000000000000000000000001 "
	         "20010db8000000000000000000000002"
	         "0001000200000001000000005002000254680000"},
	};
	char error[STORY_ERROR] = "";
	struct story_file file;

	for (size_t i = 0; i < COUNT(known); i++) {
		const struct story_step *step;
		char expected[400] = "", got[400] = "";

		for (const char *c = known[i].hex; *c; c++)
			if (*c != ' ')
				strncat(expected, c, 1);
		if (!load_text(known[i].text, &file, error)) {
			fail(known[i].text, expected, error);
			continue;
		}
		step = &file.stories[0].steps[0];
		for (uint32_t b = 0; b < step->caplen && b < 150; b++)
			snprintf(got + 2 * b, 3, "%02x", step->data[b]);
		if (strcmp(expected, got))
			fail(known[i].text, expected, got);
		story_free(&file);
	}
	/* RFC 9260 appendix A, and the CRC catalogue's check value. */
	if (build_crc32c((const uint8_t *)"123456789", 9) != 0xe3069283u)
		fail("CRC32c of 123456789", "e3069283", "another");
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: %s SCENARIO DIRECTORY\n", argv[0]);
		return 2;
	}
	wrong_stories(argv[1], argv[2]);
	messages();
	packets();
	printf("%u failures\n", failures);
	return failures != 0;
}

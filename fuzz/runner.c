/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/runner.c - feeds kept inputs to a fuzz target, without libFuzzer.
 *
 * Each argument is a file or a directory of files; a directory that does not
 * exist has no files. Every input is copied to memory of exactly its size, so that
 * a sanitizer sees a read of one byte too many. An empty input is fed as well.
 * What a target finds ends the program; FUZZ_VERBOSE=1 names the input that did it. A run
 * that finds no file fails.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int feed_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	long size;

	if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0 ||
	    fseek(file, 0, SEEK_SET) || !(data = malloc(size ? (size_t)size : 1)) ||
	    fread(data, 1, (size_t)size, file) != (size_t)size) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(2);
	}
	fclose(file);
	if (getenv("FUZZ_VERBOSE"))
		fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return 1;
}

static int feed(const char *path)
{
	struct dirent **names;
	struct stat st;
	int count, fed = 0;

	if (stat(path, &st)) {
		if (errno == ENOENT)
			return 0;
		perror(path);
		exit(2);
	}
	if (!S_ISDIR(st.st_mode))
		return feed_file(path);

	count = scandir(path, &names, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		char child[4096];

		if (names[i]->d_name[0] != '.') {
			snprintf(child, sizeof(child), "%s/%s", path, names[i]->d_name);
			fed += feed(child);
		}
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	return fed;
}

int main(int argc, char **argv)
{
	int fed = 0;

	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++)
		fed += feed(argv[i]);
	printf("%d inputs\n", fed);
	return fed ? 0 : 1;
}

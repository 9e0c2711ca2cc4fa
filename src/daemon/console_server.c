/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/console_server.c - a session for each front end; see console_server.h.
 *
 * The reading thread keeps what is to be run in a queue of one: a front end asks again only
 * after DONE, so a second request before it is not the protocol and ends the session.
 * `mutex` guards the queue and the server's list; the model's lock is never taken under it.
 */
#include "daemon/console_server.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/frame.h"

struct attended {
	struct attended *next;
	struct console_server *server;
	struct session *session;
	int fd;
	pthread_t reader, runner;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct frame task, answer; /* filled by the reader */
	bool has_task, has_answer, closed;
	bool finished; /* both threads are about to end */
};

/* Each costs two threads and a descriptor. */
#define CONSOLES_MAX 64

struct console_server {
	struct model *model;
	const struct console_services *services;
	struct environment *environment;
	pthread_mutex_t mutex;
	struct attended *attended;
	unsigned count; /* of them; only who attends and destroys knows it */
};

static bool write_output(void *ctx, const char *data, size_t len)
{
	struct attended *a = ctx;

	while (len) {
		size_t part = len < 65536 ? len : 65536;

		if (!frame_send(a->fd, FRAME_OUTPUT, data, part))
			return false;
		data += part;
		len -= part;
	}
	return true;
}

static bool ask(void *ctx, const char *prompt, bool key, struct strbuf *answer)
{
	struct attended *a = ctx;
	struct strbuf bytes = STRBUF_INIT;
	bool sent, answered;

	frame_put_number(&bytes, key);
	frame_put_text(&bytes, prompt, strlen(prompt));
	sent = !bytes.failed && frame_send(a->fd, FRAME_ASK, strbuf_text(&bytes), bytes.len);
	strbuf_free(&bytes);
	if (!sent)
		return false;
	pthread_mutex_lock(&a->mutex);
	while (!a->has_answer && !a->closed)
		pthread_cond_wait(&a->changed, &a->mutex);
	answered = a->has_answer && frame_number(&a->answer);
	a->has_answer = false;
	if (answered) {
		size_t len;
		const char *text = frame_text(&a->answer, &len);

		strbuf_add(answer, text, len);
	}
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->mutex);
	return answered;
}

/* The reading thread */

static void swap_frames(struct frame *a, struct frame *b)
{
	struct frame c = *a;

	*a = *b;
	*b = c;
}

/* Hands a frame to the other thread. => false: it has not taken the last one */
static bool hand_over(struct attended *a, struct frame *frame, struct frame *slot, bool *has)
{
	bool free;

	pthread_mutex_lock(&a->mutex);
	free = !*has;
	if (free) {
		swap_frames(frame, slot);
		*has = true;
		pthread_cond_broadcast(&a->changed);
	}
	pthread_mutex_unlock(&a->mutex);
	return free;
}

static bool take_frame(struct attended *a, struct frame *frame)
{
	switch (frame->type) {
	case FRAME_INTERRUPT:
		session_interrupt(a->session);
		return true;
	case FRAME_SIZE: {
		uint32_t width = frame_number(frame);

		session_resize(a->session, width, frame_number(frame));
		return true;
	}
	case FRAME_ANSWER:
		return hand_over(a, frame, &a->answer, &a->has_answer);
	case FRAME_RUN:
		/* From here on Ctrl-C is meant for this one, however late it begins. */
		session_forget_interrupt(a->session);
		return hand_over(a, frame, &a->task, &a->has_task);
	case FRAME_COMPLETE:
	case FRAME_SAFE:
		return hand_over(a, frame, &a->task, &a->has_task);
	default:
		return false;
	}
}

static void *read_frames(void *ctx)
{
	struct attended *a = ctx;
	struct frame frame = {0, STRBUF_INIT, 0};

	while (frame_read(a->fd, &frame) && take_frame(a, &frame))
		;
	session_interrupt(a->session);
	pthread_mutex_lock(&a->mutex);
	a->closed = true;
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->mutex);
	frame_free(&frame);
	return NULL;
}

/* The running thread */

static bool send_done(struct attended *a, enum session_status status, const char *said)
{
	struct strbuf bytes = STRBUF_INIT, prompt = STRBUF_INIT;
	bool sent;

	session_prompt(a->session, &prompt);
	frame_put_number(&bytes, status);
	frame_put_text(&bytes, strbuf_text(&prompt), prompt.len);
	frame_put_text(&bytes, said, strlen(said));
	sent = !bytes.failed && frame_send(a->fd, FRAME_DONE, strbuf_text(&bytes), bytes.len);
	strbuf_free(&prompt);
	strbuf_free(&bytes);
	return sent;
}

static bool complete(struct attended *a, const char *text, size_t len)
{
	struct completion completion;
	struct strbuf bytes = STRBUF_INIT;
	bool sent;

	session_complete(a->session, text, len, &completion);
	frame_put_number(&bytes, (uint32_t)completion.start);
	frame_put_text(&bytes, strbuf_text(&completion.common), completion.common.len);
	frame_put_number(&bytes, (uint32_t)completion.count);
	for (size_t i = 0; i < completion.count; i++) {
		const struct completion_word *w = &completion.words[i];

		frame_put_number(&bytes, w->style);
		frame_put_text(&bytes, w->word, strlen(w->word));
		frame_put_text(&bytes, w->help ? w->help : "", w->help ? strlen(w->help) : 0);
	}
	sent = !bytes.failed && frame_send(a->fd, FRAME_WORDS, strbuf_text(&bytes), bytes.len);
	completion_free(&completion);
	strbuf_free(&bytes);
	return sent;
}

static bool do_task(struct attended *a, struct frame *task)
{
	struct strbuf said = STRBUF_INIT;
	enum session_status status = SESSION_OK;
	size_t len;
	const char *text;
	bool go_on;

	switch (task->type) {
	case FRAME_COMPLETE:
		text = frame_text(task, &len);
		return complete(a, text, len);
	case FRAME_SAFE:
		session_safe_toggle(a->session, &said);
		break;
	default:
		text = frame_text(task, &len);
		status = session_run(a->session, text, len);
	}
	go_on = send_done(a, status, strbuf_text(&said)) && status != SESSION_QUIT;
	strbuf_free(&said);
	return go_on;
}

/* => false: the front end has gone */
static bool next_task(struct attended *a, struct frame *task)
{
	bool got;

	pthread_mutex_lock(&a->mutex);
	while (!a->has_task && !a->closed)
		pthread_cond_wait(&a->changed, &a->mutex);
	got = a->has_task && !a->closed;
	if (got) {
		swap_frames(task, &a->task);
		a->has_task = false;
	}
	pthread_mutex_unlock(&a->mutex);
	return got;
}

static struct session *greet(struct attended *a, struct frame *frame)
{
	struct session_options options = {
	        .actor = {.via = "console", .policies = POLICY_ALL},
	        .ctx = a,
	        .write = write_output,
	        .services = a->server->services,
	        .environment = a->server->environment,
	};
	char user[64];
	const char *name;
	uint32_t flags;
	size_t len;

	if (!frame_read(a->fd, frame) || frame->type != FRAME_HELLO)
		return NULL;
	name = frame_text(frame, &len);
	if (len >= sizeof user)
		len = sizeof user - 1;
	memcpy(user, name, len);
	user[len] = '\0';
	options.actor.user = user;
	options.width = frame_number(frame);
	options.height = frame_number(frame);
	flags = frame_number(frame);
	options.colours = flags & HELLO_COLOURS;
	options.hints = true;
	options.interactive = flags & HELLO_INTERACTIVE;
	options.ask = options.interactive ? ask : NULL;
	return session_create(a->server->model, &options);
}

static void *run_tasks(void *ctx)
{
	struct attended *a = ctx;
	struct frame task = {0, STRBUF_INIT, 0};

	a->session = greet(a, &task);
	if (a->session && send_done(a, SESSION_OK, "") &&
	    pthread_create(&a->reader, NULL, read_frames, a) == 0) {
		while (next_task(a, &task) && do_task(a, &task))
			;
		shutdown(a->fd, SHUT_RDWR);
		pthread_join(a->reader, NULL);
	}
	session_destroy(a->session);
	frame_free(&task);
	/* The front end sees the end only now, when safe mode has been unrolled. */
	shutdown(a->fd, SHUT_RDWR);
	pthread_mutex_lock(&a->server->mutex);
	a->finished = true;
	pthread_mutex_unlock(&a->server->mutex);
	return NULL;
}

/* The server */

static void attended_free(struct attended *a)
{
	pthread_join(a->runner, NULL);
	close(a->fd);
	frame_free(&a->task);
	frame_free(&a->answer);
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->mutex);
	free(a);
}

/* Takes those off the list that have ended. */
static struct attended *reap(struct console_server *server, bool all)
{
	struct attended *taken = NULL, **at;

	pthread_mutex_lock(&server->mutex);
	for (at = &server->attended; *at;) {
		struct attended *a = *at;

		if (!all && !a->finished) {
			at = &a->next;
			continue;
		}
		*at = a->next;
		a->next = taken;
		taken = a;
	}
	pthread_mutex_unlock(&server->mutex);
	return taken;
}

static void free_list(struct console_server *server, struct attended *list)
{
	while (list) {
		struct attended *next = list->next;

		attended_free(list);
		server->count--;
		list = next;
	}
}

static void refuse(int fd)
{
	static const char sorry[] = "too many consoles are open\n";

	/* The socket's buffer is empty, so this waits for nobody. */
	if (frame_send(fd, FRAME_OUTPUT, sorry, sizeof sorry - 1))
		shutdown(fd, SHUT_WR);
	close(fd);
}

bool console_server_attend(struct console_server *server, int fd)
{
	struct attended *a;

	free_list(server, reap(server, false));
	if (server->count == CONSOLES_MAX) {
		refuse(fd);
		return true;
	}
	a = calloc(1, sizeof *a);
	if (!a) {
		close(fd);
		return false;
	}
	a->server = server;
	a->fd = fd;
	pthread_mutex_init(&a->mutex, NULL);
	pthread_cond_init(&a->changed, NULL);
	pthread_mutex_lock(&server->mutex);
	if (pthread_create(&a->runner, NULL, run_tasks, a) != 0) {
		pthread_mutex_unlock(&server->mutex);
		pthread_cond_destroy(&a->changed);
		pthread_mutex_destroy(&a->mutex);
		close(fd);
		free(a);
		return false;
	}
	a->next = server->attended;
	server->attended = a;
	server->count++;
	pthread_mutex_unlock(&server->mutex);
	return true;
}

struct console_server *console_server_create(struct model *model,
                                             const struct console_services *services,
                                             struct environment *environment)
{
	struct console_server *server = calloc(1, sizeof *server);

	if (!server)
		return NULL;
	server->model = model;
	server->services = services;
	server->environment = environment;
	pthread_mutex_init(&server->mutex, NULL);
	return server;
}

void console_server_destroy(struct console_server *server)
{
	struct attended *all;

	if (!server)
		return;
	all = reap(server, true);
	for (struct attended *a = all; a; a = a->next)
		shutdown(a->fd, SHUT_RDWR);
	free_list(server, all);
	pthread_mutex_destroy(&server->mutex);
	free(server);
}

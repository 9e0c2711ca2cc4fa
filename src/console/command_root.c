/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_root.c - the commands of the root menu that are about the session and its
 * changes: /quit, /undo, /redo.
 *
 * Threads: the session's, with the model's lock held.
 *
 * Source: RouterOS manual, "Command Line Interface", "History".
 */
#include "console/command.h"

static bool run_quit(struct call *call)
{
	session_quit(call->session);
	return true;
}

static bool step(struct call *call,
                 enum model_refusal (*go)(struct model *model, const struct actor *actor,
                                          struct strbuf *error))
{
	struct strbuf error = STRBUF_INIT;
	bool good;

	if (!command_may(call, call->command->needs))
		return false;
	good = command_refused(call, go(call->model, session_actor(call->session), &error), &error);
	strbuf_free(&error);
	return good;
}

static bool run_undo(struct call *call)
{
	return step(call, model_undo);
}

static bool run_redo(struct call *call)
{
	return step(call, model_redo);
}

const struct command command_quit = {
        .name = "quit",
        .help = "ends the session",
        .run = run_quit,
};

const struct command command_undo = {
        .name = "undo",
        .help = "takes the last change back",
        .needs = POLICY_BIT(WRITE),
        .run = run_undo,
};

const struct command command_redo = {
        .name = "redo",
        .help = "makes the change again that was taken back last",
        .needs = POLICY_BIT(WRITE),
        .run = run_redo,
};

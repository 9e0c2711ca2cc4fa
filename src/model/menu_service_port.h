/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_service_port.h - /ip firewall service-port, and what it means to the engine.
 */
#ifndef MODEL_MENU_SERVICE_PORT_H
#define MODEL_MENU_SERVICE_PORT_H

#include <weir/settings.h>

#include "model/model.h"

extern const struct menu menu_service_port;

/* Gives the engine's settings what the model's rows hold. Those of trackers change nothing.
 * => false: no memory */
bool service_ports_apply(struct model *model, struct weir_settings *settings);

/* The name of a row that is switched off and stays at work: of a tracker, udplite, dccp or sctp.
 * => NULL: it is none */
const char *service_port_stays(const struct model *model, const struct item *item);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menus.h - every menu by name, for who binds it, observes it or reads its items.
 * menu_list[] (model/tree.h) has them all.
 */
#ifndef MODEL_MENUS_H
#define MODEL_MENUS_H

#include "model/menu.h"

/* /ip firewall, and its twins of IPv6 */
extern const struct menu menu_connection, menu_connection_v6;
extern const struct menu menu_tracking;
extern const struct menu menu_expectation, menu_expectation_v6;
extern const struct menu menu_filter, menu_filter_v6;
extern const struct menu menu_nat, menu_nat_v6;
extern const struct menu menu_mangle, menu_mangle_v6;
extern const struct menu menu_raw, menu_raw_v6;
extern const struct menu menu_address_list, menu_address_list_v6;
extern const struct menu menu_layer7;
extern const struct menu menu_service_port;

/* Interfaces: one space of names. /interface is the union, and home of those that only a
 * reference names. */
extern const struct menu menu_interface;
extern const struct menu menu_ethernet, menu_bridge, menu_vlan;
extern const struct menu menu_bridge_port, menu_bridge_settings;
extern const struct menu menu_interface_list, menu_list_member;

/* Addresses and routes */
extern const struct menu menu_ip_address, menu_ipv6_address;
extern const struct menu menu_ip_route, menu_ipv6_route;
extern const struct menu menu_routing_table;
extern const struct menu menu_ip_settings, menu_ipv6_settings;
extern const struct menu menu_ip_service;
extern const struct menu menu_dns;

/* /user, /system, /log, /file */
extern const struct menu menu_user, menu_user_group, menu_user_active;
extern const struct menu menu_identity, menu_note, menu_clock, menu_clock_manual;
extern const struct menu menu_resource, menu_resource_cpu, menu_package;
extern const struct menu menu_logging, menu_logging_action, menu_log;
extern const struct menu menu_script, menu_script_job, menu_script_environment;
extern const struct menu menu_scheduler;
extern const struct menu menu_history;
extern const struct menu menu_file;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_list.c - all menus that weir has, and the help of the steps between them; see
 * model/tree.h. What is not in this list is in no tree, no export and no console.
 *
 * Constant data.
 */
#include "model/menus.h"
#include "model/tree.h"

const struct menu *const menu_list[] = {
        &menu_connection,
        &menu_connection_v6,
        &menu_tracking,
        &menu_expectation,
        &menu_expectation_v6,
        &menu_filter,
        &menu_filter_v6,
        &menu_nat,
        &menu_nat_v6,
        &menu_mangle,
        &menu_mangle_v6,
        &menu_raw,
        &menu_raw_v6,
        &menu_address_list,
        &menu_address_list_v6,
        &menu_layer7,
        &menu_service_port,
        &menu_interface,
        &menu_ethernet,
        &menu_bridge,
        &menu_vlan,
        &menu_bridge_port,
        &menu_bridge_settings,
        &menu_interface_list,
        &menu_list_member,
        &menu_ip_address,
        &menu_ipv6_address,
        &menu_ip_route,
        &menu_ipv6_route,
        &menu_routing_table,
        &menu_ip_settings,
        &menu_ipv6_settings,
        &menu_ip_service,
        &menu_dns,
        &menu_user,
        &menu_user_group,
        &menu_user_active,
        &menu_identity,
        &menu_note,
        &menu_clock,
        &menu_clock_manual,
        &menu_resource,
        &menu_resource_cpu,
        &menu_package,
        &menu_logging,
        &menu_logging_action,
        &menu_log,
        &menu_script,
        &menu_script_job,
        &menu_script_environment,
        &menu_scheduler,
        &menu_history,
        &menu_file,
        NULL,
};

const struct menu_step menu_steps[] = {
        {"/ip", "IPv4: addresses, routes, firewall, services"},
        {"/ip firewall", "rules, lists and connections of IPv4"},
        {"/ipv6", "IPv6: addresses, routes, firewall"},
        {"/ipv6 firewall", "rules, lists and connections of IPv6"},
        {"/routing", "tables of routes"},
        {"/system", "the router itself: name, clock, log, scripts"},
        {"/tool", "what helps to find faults"},
        {NULL, NULL},
};

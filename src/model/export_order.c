/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/export_order.c - the order of menus in an export: that of RouterOS 7, in which what
 * others refer to comes first (bridges, lists, tables, groups), then settings, then the
 * rest by name.
 *
 * Threads: constant.
 */
#include "model/export.h"

const char *const export_order[] = {
        "/interface bridge",
        "/interface ethernet",
        "/interface vlan",
        "/interface list",
        "/ip firewall layer7-protocol",
        "/routing table",
        "/system logging action",
        "/user group",
        "/interface bridge port",
        "/interface bridge settings",
        "/ip firewall connection tracking",
        "/ip settings",
        "/ipv6 settings",
        "/interface list member",
        "/ip address",
        "/ip dns",
        "/ip firewall address-list",
        "/ip firewall filter",
        "/ip firewall mangle",
        "/ip firewall nat",
        "/ip firewall raw",
        "/ip firewall service-port",
        "/ip route",
        "/ipv6 route",
        "/ip service",
        "/ipv6 address",
        "/ipv6 firewall address-list",
        "/ipv6 firewall filter",
        "/ipv6 firewall mangle",
        "/ipv6 firewall nat",
        "/ipv6 firewall raw",
        "/system clock",
        "/system clock manual",
        "/system identity",
        "/system logging",
        "/system note",
        "/system scheduler",
        "/system script",
        "/user", /* in the router's own file alone */
        NULL,
};

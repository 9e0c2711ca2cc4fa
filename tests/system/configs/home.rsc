# 2026-11-21 12:00:00 by RouterOS 7.16.2
# software id = AAAA-0000
#
/interface bridge
add comment=defconf name=bridge
/interface ethernet
set [ find default-name=ether1 ] name=wan
/interface vlan
add interface=bridge name=guests vlan-id=20
/interface list
add comment=defconf name=WAN
add comment=defconf name=LAN
/ip firewall layer7-protocol
add name=video regexp="^(get|post) .+\\.mp4\$"
/interface bridge port
add bridge=bridge interface=ether2
add bridge=bridge interface=ether3
/ip firewall connection tracking
set tcp-established-timeout=2h udp-stream-timeout=2m
/interface list member
add interface=bridge list=LAN
add interface=wan list=WAN
/ip address
add address=192.168.88.1/24 comment=defconf interface=bridge network=\
    192.168.88.0
/ip firewall address-list
add address=10.0.0.0/8 comment="private \"ten\" \E2\82\AC" list=bogons
add address=198.51.100.7 disabled=yes list=friends
/ip firewall filter
add action=accept chain=input comment=\
    "defconf: accept established,related,untracked" connection-state=\
    established,related,untracked
add action=drop chain=input comment="defconf: drop invalid" connection-state=\
    invalid
add action=accept chain=input comment="defconf: accept ICMP" protocol=icmp
add action=drop chain=input comment="defconf: drop all not coming from LAN" \
    in-interface-list=!LAN
add action=fasttrack-connection chain=forward comment="defconf: fasttrack" \
    connection-state=established,related hw-offload=yes
add action=accept chain=forward comment=\
    "defconf: accept established,related, untracked" connection-state=\
    established,related,untracked
add action=add-src-to-address-list address-list=knockers \
    address-list-timeout=10m chain=input dst-port=1000-1010,2000 limit=\
    5,10:packet protocol=tcp src-address=!10.0.0.0/8 tcp-flags=syn,!ack
add action=drop chain=forward comment="a comment that is so long that it does \
    not fit into one line of an export, wherever it begins" connection-state=\
    new in-interface-list=WAN log=yes log-prefix="from outside"
/ip firewall mangle
add action=mark-connection chain=prerouting in-interface=guests \
    new-connection-mark=guests passthrough=yes
/ip firewall nat
add action=masquerade chain=srcnat comment="defconf: masquerade" \
    ipsec-policy=out,none out-interface-list=WAN
add action=dst-nat chain=dstnat dst-port=8080 in-interface=wan protocol=tcp \
    to-addresses=192.168.88.10 to-ports=80
/ip firewall raw
add action=notrack chain=prerouting protocol=ospf
/ip firewall service-port
set ftp disabled=yes
set sip disabled=yes
/ip route
add dst-address=10.20.0.0/16 gateway=192.168.88.2
/ip service
set telnet disabled=yes
set www address=192.168.88.0/24 port=8081
/ipv6 firewall filter
add action=accept chain=input protocol=icmpv6
/system identity
set name="home router"
/system logging
set 0 topics=info,!firewall
add action=echo topics=firewall
/system scheduler
add interval=1d name=night on-event=\
    "/log info \"good night\"\r\
    \n:delay 1s\r\
    \n" policy=read,write start-date=2026-11-21 start-time=03:00:00
/system script
add dont-require-permissions=no name=hello owner=admin policy=read source=\
    ":put \"hello\"\
    \n:put \$x"

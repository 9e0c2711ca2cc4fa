/interface list
add name=WAN
/interface bridge
add name=bridge
/interface list member
add interface=ether1 list=WAN
/ip address
add address=192.168.88.1/24 interface=bridge
add address=203.0.113.2/24 interface=ether1
/ip firewall nat
add action=masquerade chain=srcnat comment="home" out-interface-list=WAN
add action=dst-nat chain=dstnat dst-port=9993 protocol=udp to-addresses=192.0.2.100
/ip route
add gateway=203.0.113.1

/interface bridge
add name=bridge
/interface list
add name=LAN
add name=WAN
/interface list member
add list=LAN interface=bridge
add list=WAN interface=ether1
/ip address
add address=192.168.88.1/24 interface=bridge
/ip firewall filter
add chain=forward connection-state=established,related,untracked action=accept comment="Allow established flows"
add chain=forward connection-state=invalid action=drop comment="Drop invalid packets"
add chain=forward connection-state=new action=accept in-interface-list=LAN out-interface-list=WAN comment="Allow new outbound"
/ip firewall nat
add action=masquerade chain=srcnat out-interface-list=WAN src-address=10.0.0.0/8
/ip route
add gateway=ether1

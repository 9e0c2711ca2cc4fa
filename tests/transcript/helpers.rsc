/interface list
add name=WAN
/interface bridge
add name=bridge
/interface list member
add interface=ether1 list=WAN
/ip address
add address=192.168.88.1/24 interface=bridge
add address=203.0.113.2/24 interface=ether1
/ip firewall filter
add action=accept chain=forward connection-state=established comment=known
add action=accept chain=forward connection-state=related connection-type=ftp comment="data of FTP"
add action=accept chain=forward connection-state=new in-interface=bridge comment=out
add action=drop chain=forward connection-type=quake3
add action=drop chain=forward comment=rest
/ip firewall nat
add action=masquerade chain=srcnat out-interface-list=WAN
/ip route
add gateway=203.0.113.1

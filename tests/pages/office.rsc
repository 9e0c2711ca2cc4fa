# jan/02/2021 10:00:00 by RouterOS 6.48.6
# software id = AAAA-0000
#
/interface bridge
add name=bridge
/interface ethernet
set [ find default-name=ether1 ] name=wan
/interface wireless
set [ find default-name=wlan1 ] disabled=no ssid=office
/interface list
add name=WAN
/interface list member
add interface=wan list=WAN
/ip address
add address=192.168.10.1/24 interface=bridge network=192.168.10.0
/ip dhcp-server
add interface=bridge name=dhcp1
/ip firewall filter
add action=accept chain=input connection-state=established,related
add action=drop chain=input comment="not from outside" in-interface-list=WAN
/ip firewall nat
add action=masquerade chain=srcnat out-interface-list=WAN

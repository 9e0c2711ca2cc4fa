# The router of the lab: lan and wan, what may pass, and addresses translated on their way out.
/interface list
add name=LAN
add name=WAN
/interface list member
add interface=lan list=LAN
add interface=wan list=WAN
/ip address
add address=192.168.88.1/24 interface=lan
add address=203.0.113.1/24 interface=wan
/ipv6 address
add address=fd00:88::1/64 interface=lan
add address=2001:db8:113::1/64 interface=wan
/ip firewall filter
add chain=forward action=accept connection-state=established,related comment="what is known"
add chain=forward action=drop connection-state=invalid comment="what fits nothing"
add chain=forward action=accept connection-state=new in-interface-list=LAN comment="from inside"
add chain=forward action=drop comment="the rest"
/ipv6 firewall filter
add chain=forward action=accept connection-state=established,related
add chain=forward action=drop in-interface-list=!LAN

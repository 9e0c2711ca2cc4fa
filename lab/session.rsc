/ip firewall connection print proplist=protocol,src-address,dst-address,tcp-state,timeout
/ip firewall connection print count-only where assured and tcp-state=time-wait
/ipv6 firewall connection print proplist=protocol,src-address,dst-address,dst-port,timeout
:foreach c in=[/ip firewall connection find where dst-address~":21\$"] do={ :put "FTP is $[/ip firewall connection get $c tcp-state]" }
/ip firewall filter print
/ip firewall filter add chain=forward action=drop dst-port=8080
/ip firewall filter add chain=forward action=drop protocol=tcp dst-port=8080 place-before=2 comment="no proxies"
/ip firewall filter print proplist=chain,action,protocol,dst-port
/ip firewall filter move [find comment="no proxies"] 0
/undo
/system history print proplist=action,by
/ip firewall filter export

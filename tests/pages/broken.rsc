/ip firewall filter
add action=drop chain=forward dst-port=80
add acton=drop chain=input
/ip adress
add address=192.168.10.1/24 interface=bridge

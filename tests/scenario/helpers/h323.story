# SPDX-License-Identifier: Apache-2.0
# H.323: calls (Q.931 with H.225.0, H.245) and registrations (RAS). Messages are aligned PER; each
# address with its port stands apart. phone is c0a8580a, public c6336401, server cb007150.
host phone 192.168.88.10
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway
settings helpers=h323

story a call through a masquerade
  rule nat srcnat masquerade out-interface=wan
  [call] phone:1025 > server:1720 tcp syn seq 1000
    -> new, created, helper h323, out wan public:1025 > server:1720
  server:1720 > public:1025 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply, same as call, out lan server:1720 > phone:1025
  phone:1025 > server:1720 tcp ack seq 1001 ack 5001
    -> established, out wan public:1025 > server:1720
  # Setup: destCallSignalAddress, sourceCallSignalAddress.
  phone:1025 > server:1720 tcp ack seq 1001 ack 5001 payload 030000570802123405040388c0a57e00460500a8060008914a0004014001006d00650200 payload cb00715006b8 payload 00303132333435363738393a3b3c3d3e3f00150700 payload c0a8580a0401 payload 1100404142434445464748494a4b4c4d4e4f
    -> established, out wan public:1025 > server:1720, out payload 030000570802123405040388c0a57e00460500a8060008914a0004014001006d00650200 payload cb00715006b8 payload 00303132333435363738393a3b3c3d3e3f00150700 payload c63364010401 payload 1100404142434445464748494a4b4c4d4e4f
  # Connect: h245Address.
  server:1720 > public:1025 tcp ack seq 5001 ack 1088 payload 030000340802123407040388c0a57e0023050240060008914a000400 payload cb0071500bb8 payload 0200303132333435363738393a3b3c3d3e3f
    -> established, dir reply, out lan server:1720 > phone:1025, out payload 030000340802123407040388c0a57e0023050240060008914a000400 payload cb0071500bb8 payload 0200303132333435363738393a3b3c3d3e3f
  expect expectations 1
  expect pending tcp phone > server:3000, helper h323, timeout 4m, master call
  [control] phone:1026 > server:3000 tcp syn seq 1000
    -> related, created, helper h323, out wan public:1026 > server:3000, expected
  server:3000 > public:1026 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply, same as control, out lan server:3000 > phone:1026
  phone:1026 > server:3000 tcp ack seq 1001 ack 5001
    -> established, out wan public:1026 > server:3000
  expect expectations 0
  # OpenLogicalChannel: mediaControlChannel.
  phone:1026 > server:3000 tcp ack seq 1001 ack 5001 payload 03000017030000060c6013800a04000100 payload c0a8580a1389
    -> established, out wan public:1026 > server:3000, out payload 03000017030000060c6013800a04000100 payload c63364011389
  # OpenLogicalChannelAck: mediaChannel, mediaControlChannel.
  server:3000 > public:1026 tcp ack seq 5001 ack 1024 payload 0300001b22c000060280101c0000 payload cb0071501770 payload 00 payload cb0071501771
    -> established, dir reply, out lan server:3000 > phone:1026, out payload 0300001b22c000060280101c0000 payload cb0071501770 payload 00 payload cb0071501771
  expect expectations 4
  expect pending udp server > public:5000, to phone:5000, helper h323, timeout 4m, master control
  expect pending udp server > public:5001, to phone:5001, helper h323, timeout 4m, master control
  expect pending udp phone > server:6000, helper h323, timeout 4m, master control
  expect pending udp phone > server:6001, helper h323, timeout 4m, master control
  # The phone sends, and both report.
  [rtp] phone:5000 > server:6000 udp data 20
    -> related, created, expected, out wan public:5000 > server:6000
  server:6000 > public:5000 udp data 20
    -> established, dir reply, same as rtp, out lan server:6000 > phone:5000
  [rtcp] server:6001 > public:5001 udp data 20
    -> related, created, expected, out lan server:6001 > phone:5001
  phone:5001 > server:6001 udp data 20
    -> established, dir reply, same as rtcp, out wan public:5001 > server:6001

story the end that is called opens H.245
  rule nat srcnat masquerade out-interface=wan
  [call] phone:1025 > server:1720 tcp syn seq 1000
    -> new, created, helper h323, out wan public:1025 > server:1720
  server:1720 > public:1025 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply, same as call, out lan server:1720 > phone:1025
  phone:1025 > server:1720 tcp ack seq 1001 ack 5001
    -> established, out wan public:1025 > server:1720
  # Setup: h245Address.
  phone:1025 > server:1720 tcp ack seq 1001 ack 5001 payload 030000430802123405040388c0a57e0032050068060008914a000400 payload c0a8580a0c1c payload 014001006d00650200cb00715006b800303132333435363738393a3b3c3d3e3f00
    -> established, out wan public:1025 > server:1720, out payload 030000430802123405040388c0a57e0032050068060008914a000400 payload c63364010c1c payload 014001006d00650200cb00715006b800303132333435363738393a3b3c3d3e3f00
  expect pending tcp server > public:3100, to phone:3100, helper h323, timeout 4m, master call
  # From the other end alone.
  other:1026 > public:3100 tcp syn seq 1
    -> new, created, out local other:1026 > public:3100, helper none
  [control] server:1026 > public:3100 tcp syn seq 1000
    -> related, created, expected, helper h323, out lan server:1026 > phone:3100
  phone:3100 > server:1026 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply, same as control, out wan public:3100 > server:1026
  server:1026 > public:3100 tcp ack seq 1001 ack 5001
    -> established, out lan server:1026 > phone:3100
  # OpenLogicalChannelAck: mediaChannel, mediaControlChannel.
  phone:3100 > server:1026 tcp ack seq 5001 ack 1001 payload 0300001b22c000060280101c0000 payload c0a8580a138a payload 00 payload c0a8580a138b
    -> established, dir reply, out wan public:3100 > server:1026, out payload 0300001b22c000060280101c0000 payload c6336401138a payload 00 payload c6336401138b
  [rtp] server:6000 > public:5002 udp data 20
    -> related, created, expected, out lan server:6000 > phone:5002

story fast start
  rule nat srcnat masquerade out-interface=wan
  [call] phone:1025 > server:1720 tcp syn seq 1000
    -> new, created, helper h323, out wan public:1025 > server:1720
  server:1720 > public:1025 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply, same as call, out lan server:1720 > phone:1025
  phone:1025 > server:1720 tcp ack seq 1001 ack 5001
    -> established, out wan public:1025 > server:1720
  # Setup: two channels that are offered, one each way.
  phone:1025 > server:1720 tcp ack seq 1001 ack 5001 payload 0300007c0802123405040388c0a57e006b0500a0060008914a0004014001006d00650200303132333435363738393a3b3c3d3e3f0031101100404142434445464748494a4b4c4d4e4f3202120000000c6013800a04000100 payload c0a8580a1389 payload 1d400001060401004c6013801114000100 payload c0a8580a1388 payload 00 payload c0a8580a1389
    -> established, out wan public:1025 > server:1720, out payload 0300007c0802123405040388c0a57e006b0500a0060008914a0004014001006d00650200303132333435363738393a3b3c3d3e3f0031101100404142434445464748494a4b4c4d4e4f3202120000000c6013800a04000100 payload c63364011389 payload 1d400001060401004c6013801114000100 payload c63364011388 payload 00 payload c63364011389
  expect expectations 2
  # Connect: where the first may go to.
  server:1720 > public:1025 tcp ack seq 5001 ack 1125 payload 0300005d0802123407040388c0a57e004c050280060008914a00040200303132333435363738393a3b3c3d3e3f09101100404142434445464748494a4b4c4d4e4f1b01190000000c6013801114000100 payload cb0071501770 payload 00 payload cb0071501771
    -> established, dir reply, out lan server:1720 > phone:1025, out payload 0300005d0802123407040388c0a57e004c050280060008914a00040200303132333435363738393a3b3c3d3e3f09101100404142434445464748494a4b4c4d4e4f1b01190000000c6013801114000100 payload cb0071501770 payload 00 payload cb0071501771
  expect expectations 4
  [rtp] server:6000 > public:5000 udp data 20
    -> related, created, expected, out lan server:6000 > phone:5000
  phone:5000 > server:6000 udp data 20
    -> established, dir reply, same as rtp, out wan public:5000 > server:6000

story without translation a header comes before its message
  [call] phone:1025 > server:1720 tcp syn seq 1000
    -> new, created, helper h323, out wan phone:1025 > server:1720
  server:1720 > phone:1025 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply, same as call, out lan server:1720 > phone:1025
  phone:1025 > server:1720 tcp ack seq 1001 ack 5001
    -> established, out wan phone:1025 > server:1720
  server:1720 > phone:1025 tcp ack seq 5001 ack 1001 payload 03000034
    -> established, dir reply
  expect expectations 0
  server:1720 > phone:1025 tcp ack seq 5005 ack 1001 payload 0802123407040388c0a57e0023050240060008914a000400 payload cb0071500bb8 payload 0200303132333435363738393a3b3c3d3e3f
    -> established, dir reply
  expect expectations 1
  expect pending tcp phone > server:3000, helper h323, timeout 4m, master call
  # A third host is not expected.
  server:1720 > phone:1025 tcp ack seq 5053 ack 1001 payload 030000340802123407040388c0a57e0023050240060008914a000400 payload cb0071630bb8 payload 0200303132333435363738393a3b3c3d3e3f
    -> established, dir reply
  expect expectations 1

story a registration, and a call that comes by the gatekeeper
  rule nat srcnat masquerade out-interface=wan
  # RegistrationRequest: callSignalAddress, rasAddress.
  [ras] phone:1719 > server:1719 udp payload 0e800001060008914a0004000100 payload c0a8580a06b8 payload 0100 payload c0a8580a06b7 payload 02000101807a4400b50000120a88034002570100
    -> new, created, helper h323, out wan public:1719 > server:1719, out payload 0e800001060008914a0004000100 payload c633640106b8 payload 0100 payload c633640106b7 payload 02000101807a4400b50000120a88034002570100
  expect pending tcp server > public:1720, to phone:1720, helper h323, timeout 4m, master ras, permanent, inactive
  # RegistrationConfirm: timeToLive of ten minutes.
  server:1719 > public:1719 udp payload 12000001060008914a00040100 payload cb00715006b8 payload 02006500700a88034002570100
    -> established, dir reply, same as ras, out lan server:1719 > phone:1719, out payload 12000001060008914a00040100 payload cb00715006b8 payload 02006500700a88034002570100, timeout 10m
  expect pending tcp server > public:1720, to phone:1720, helper h323, timeout 10m, master ras, permanent
  [call] server:1025 > public:1720 tcp syn seq 1000
    -> related, created, expected, helper h323, out lan server:1025 > phone:1720
  [call2] server:1026 > public:1720 tcp syn seq 1000
    -> related, created, expected, helper h323, out lan server:1026 > phone:1720
  # Nobody else calls.
  other:1025 > public:1720 tcp syn seq 1000
    -> new, created, out local other:1025 > public:1720
  # UnregistrationRequest.
  phone:1719 > server:1719 udp payload 180000020100 payload c0a8580a06b8
    -> established, out wan public:1719 > server:1719, out payload 180000020100 payload c633640106b8, timeout 30s
  expect expectations 0
  server:1027 > public:1720 tcp syn seq 1000
    -> new, created, out local server:1027 > public:1720


story a call is forwarded elsewhere, which opens nothing
  rule nat srcnat masquerade out-interface=wan
  [call] phone:1025 > server:1720 tcp syn seq 1000
    -> new, created, helper h323, out wan public:1025 > server:1720
  server:1720 > public:1025 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply, same as call, out lan server:1720 > phone:1025
  phone:1025 > server:1720 tcp ack seq 1001 ack 5001
    -> established, out wan public:1025 > server:1720
  # Facility: alternativeAddress.
  server:1720 > public:1025 tcp ack seq 5001 ack 1001 payload 030000230802123462040388c0a57e0012050640060008914a000400 payload cb00716306b9 payload 20
    -> established, dir reply, out lan server:1720 > phone:1025, out payload 030000230802123462040388c0a57e0012050640060008914a000400 payload cb00716306b9 payload 20
  expect expectations 0
  phone:1026 > other:1721 tcp syn seq 1
    -> new, created, out wan public:1026 > other:1721, helper none

story a browser is made to say what a phone says
  rule nat srcnat masquerade out-interface=wan
  [call] phone:1025 > server:1720 tcp syn seq 1000
    -> new, created, helper h323, out wan public:1025 > server:1720
  server:1720 > public:1025 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply, same as call, out lan server:1720 > phone:1025
  phone:1025 > server:1720 tcp ack seq 1001 ack 5001
    -> established, out wan public:1025 > server:1720
  phone:1025 > server:1720 tcp ack seq 1001 ack 5001 text "POST / HTTP/1.1\r\n\r\n"
    -> established
  # Setup: h245Address, at the beginning of a segment.
  phone:1025 > server:1720 tcp ack seq 1020 ack 5001 payload 030000430802123405040388c0a57e0032050068060008914a000400 payload c0a8580a0c1c payload 014001006d00650200cb00715006b800303132333435363738393a3b3c3d3e3f00
    -> established, out payload 030000430802123405040388c0a57e0032050068060008914a000400 payload c0a8580a0c1c payload 014001006d00650200cb00715006b800303132333435363738393a3b3c3d3e3f00
  expect expectations 0
  server:1026 > public:3100 tcp syn seq 1
    -> new, created, out local server:1026 > public:3100

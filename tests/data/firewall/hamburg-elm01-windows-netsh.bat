@echo off
rem Windows Firewall (netsh) configuration for Hamburg (hamburg), host elm01
rem Made by alports on 2026-07-01
rem
rem Before you load this:
rem - The file is for this one host, between the addresses of its endpoint and all others.
rem - Windows lets everything out unless its outbound default is set to block, and other rules
rem   of the host stay.
rem - The rules bear the names of the deployment and the endpoint. Files for other deployments,
rem   and for other endpoints of the same machine, stand beside this one. After an endpoint was
rem   renamed, delete the rules with its old name.
rem - Run it as an administrator. It deletes the rules of its name before it makes them anew.
rem
rem Rules in this file: 17
rem - r-7ee1692edbb0e80c Admin user to Appliance, tcp 22: SSH
rem - r-1ff93274eac53a6d Admin user to Appliance, tcp 443: Management console
rem - r-817c617a12ee683f Admin user to Appliance, tcp 3515: Disk upload
rem - r-389d6364b3f45179 Admin user to Appliance, tcp 8888: Log download
rem - r-4d9ff688ae35335c Admin user to Appliance, tcp 13512: Communication
rem - r-e06b3caa1b2f7642 Agent on Hyper-V server to Appliance, tcp 443: Initial registration
rem - r-105c5ff8d500e0d7 Agent on Hyper-V server to Appliance, tcp 3515: Disk upload
rem - r-26e646037fb8fac5 Agent on Hyper-V server to Appliance, tcp 8787: Log deliveries from
rem   agent
rem - r-403c02963245cf37 Agent on Hyper-V server to Appliance, tcp 13512: Disk download
rem - r-9f6e3ad3288cf4bd Appliance to Active Directory, tcp 53: DNS
rem - r-4d997501228774d3 Appliance to Active Directory, tcp 636: LDAP
rem - r-9477d7dbc885bab4 Appliance to Active Directory, udp 53: DNS
rem - r-627adac3a6ce7ca8 Appliance to Agent on Hyper-V server, tcp 8016: Communication
rem - r-7e78fd0dc23b936e Appliance to Compositing machine, tcp 443: Communication
rem - r-746c4d4fee46e234 Appliance to NTP server, udp 123: NTP
rem - r-b9dc4a4460f8c6b5 Compositing machine to Appliance, tcp 443: Communication
rem - r-3a7587609b4f2109 Compositing machine to Appliance, tcp 3260: Layer disk access via iSCSI
rem
rem Assumptions that they rest on:
rem - admin-table-source: Who opens the connections of the Admin user table
rem - agent-platforms-by-group: Are the two bullets Port 8016 (App Layering agent) connections
rem   of their own
rem - any-port-may-move: Which ports can be changed from their default
rem - appliance-means-connector: Which end is meant when an internal row says Appliance but
rem   prints the ports of a connector service
rem - bits-upload-twice: Who uploads disks to the BITS Server
rem - both-ports: Where a plain and an encrypted port are printed together, are both needed, or
rem   either
rem - bullet-transport: Is a port of the key-port lists TCP or UDP, where the page does not
rem   print it
rem - dns-at-active-directory: Which server answers the appliances DNS queries
rem - file-share-required: Is a file share required, although no table lists one
rem - key-servers-direction: Who opens the connections listed under Servers in the key ports
rem - management-bullets-source: Who opens the connections listed under Basic appliance
rem   management and access
rem
rem NOT in this file, to be done by hand: 3
rem - r-97b0bc8f3c6393cd Appliance to SMB file server, tcp 445: SMB. A file for Windows Firewall
rem   (netsh) holds no host names. Resolve fs01.hamburg.example.com and allow the addresses by
rem   hand, or give the endpoint its IPv4 address.
rem - r-55e9a4bceeafe7b8 Appliance to DHCP server, udp 67: DHCP. DHCP server has no address. Add
rem   an endpoint.
rem - r-604d7246d6ba1dd3 DHCP server to Appliance, udp 68: DHCP. DHCP server has no address. Add
rem   an endpoint.

netsh advfirewall firewall delete rule name="alports-hamburg.elm01" >nul
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-7ee1692edbb0e80c Admin user to Appliance, tcp 22: SSH" dir=in action=allow enable=yes profile=any protocol=tcp localport=22 localip=10.40.0.10/32 remoteip=10.9.0.0/24,10.9.1.0/32
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-1ff93274eac53a6d Admin user to Appliance, tcp 443: Management console" dir=in action=allow enable=yes profile=any protocol=tcp localport=443 localip=10.40.0.10/32 remoteip=10.9.0.0/24,10.9.1.0/32
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-817c617a12ee683f Admin user to Appliance, tcp 3515: Disk upload" dir=in action=allow enable=yes profile=any protocol=tcp localport=3515 localip=10.40.0.10/32 remoteip=10.9.0.0/24,10.9.1.0/32
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-389d6364b3f45179 Admin user to Appliance, tcp 8888: Log download" dir=in action=allow enable=yes profile=any protocol=tcp localport=8888 localip=10.40.0.10/32 remoteip=10.9.0.0/24,10.9.1.0/32
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-4d9ff688ae35335c Admin user to Appliance, tcp 13512: Communication" dir=in action=allow enable=yes profile=any protocol=tcp localport=13512 localip=10.40.0.10/32 remoteip=10.9.0.0/24,10.9.1.0/32
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-e06b3caa1b2f7642 Agent on Hyper-V server to Appliance, tcp 443: Initial registration" dir=in action=allow enable=yes profile=any protocol=tcp localport=443 localip=10.40.0.10/32 remoteip=10.40.4.21/32,10.40.4.22/32
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-105c5ff8d500e0d7 Agent on Hyper-V server to Appliance, tcp 3515: Disk upload" dir=in action=allow enable=yes profile=any protocol=tcp localport=3515 localip=10.40.0.10/32 remoteip=10.40.4.21/32,10.40.4.22/32
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-26e646037fb8fac5 Agent on Hyper-V server to Appliance, tcp 8787: Log deliveries from agent" dir=in action=allow enable=yes profile=any protocol=tcp localport=8787 localip=10.40.0.10/32 remoteip=10.40.4.21/32,10.40.4.22/32
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-403c02963245cf37 Agent on Hyper-V server to Appliance, tcp 13512: Disk download" dir=in action=allow enable=yes profile=any protocol=tcp localport=13512 localip=10.40.0.10/32 remoteip=10.40.4.21/32,10.40.4.22/32
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-9f6e3ad3288cf4bd Appliance to Active Directory, tcp 53: DNS" dir=out action=allow enable=yes profile=any protocol=tcp remoteport=53 localip=10.40.0.10/32 remoteip=10.40.0.2/32
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-4d997501228774d3 Appliance to Active Directory, tcp 636: LDAP" dir=out action=allow enable=yes profile=any protocol=tcp remoteport=636 localip=10.40.0.10/32 remoteip=10.40.0.2/32
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-9477d7dbc885bab4 Appliance to Active Directory, udp 53: DNS" dir=out action=allow enable=yes profile=any protocol=udp remoteport=53 localip=10.40.0.10/32 remoteip=10.40.0.2/32
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-627adac3a6ce7ca8 Appliance to Agent on Hyper-V server, tcp 8016: Communication" dir=out action=allow enable=yes profile=any protocol=tcp remoteport=8016 localip=10.40.0.10/32 remoteip=10.40.4.21/32,10.40.4.22/32
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-7e78fd0dc23b936e Appliance to Compositing machine, tcp 443: Communication" dir=out action=allow enable=yes profile=any protocol=tcp remoteport=443 localip=10.40.0.10/32 remoteip=10.40.8.14/31,10.40.8.16/31
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-746c4d4fee46e234 Appliance to NTP server, udp 123: NTP" dir=out action=allow enable=yes profile=any protocol=udp remoteport=123 localip=10.40.0.10/32 remoteip=10.40.0.2/32
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-b9dc4a4460f8c6b5 Compositing machine to Appliance, tcp 443: Communication" dir=in action=allow enable=yes profile=any protocol=tcp localport=443 localip=10.40.0.10/32 remoteip=10.40.8.14/31,10.40.8.16/31
netsh advfirewall firewall add rule name="alports-hamburg.elm01" description="r-3a7587609b4f2109 Compositing machine to Appliance, tcp 3260: Layer disk access via iSCSI" dir=in action=allow enable=yes profile=any protocol=tcp localport=3260 localip=10.40.0.10/32 remoteip=10.40.8.14/31,10.40.8.16/31

# Windows Firewall (PowerShell) configuration for Hamburg (hamburg), host elm01
# Made by alports on 2026-07-01
#
# Before you load this:
# - The file is for this one host, between the addresses of its endpoint and all others.
# - Windows lets everything out unless its outbound default is set to block, and other rules
#   of the host stay.
# - The rules bear the names of the deployment and the endpoint. Files for other deployments,
#   and for other endpoints of the same machine, stand beside this one. After an endpoint was
#   renamed, delete the rules with its old name.
# - Run it as an administrator. It removes the rules of its group before it makes them anew.
#
# Rules in this file: 17
# - r-7ee1692edbb0e80c Admin user to Appliance, tcp 22: SSH
# - r-1ff93274eac53a6d Admin user to Appliance, tcp 443: Management console
# - r-817c617a12ee683f Admin user to Appliance, tcp 3515: Disk upload
# - r-389d6364b3f45179 Admin user to Appliance, tcp 8888: Log download
# - r-4d9ff688ae35335c Admin user to Appliance, tcp 13512: Communication
# - r-e06b3caa1b2f7642 Agent on Hyper-V server to Appliance, tcp 443: Initial registration
# - r-105c5ff8d500e0d7 Agent on Hyper-V server to Appliance, tcp 3515: Disk upload
# - r-26e646037fb8fac5 Agent on Hyper-V server to Appliance, tcp 8787: Log deliveries from
#   agent
# - r-403c02963245cf37 Agent on Hyper-V server to Appliance, tcp 13512: Disk download
# - r-9f6e3ad3288cf4bd Appliance to Active Directory, tcp 53: DNS
# - r-4d997501228774d3 Appliance to Active Directory, tcp 636: LDAP
# - r-9477d7dbc885bab4 Appliance to Active Directory, udp 53: DNS
# - r-627adac3a6ce7ca8 Appliance to Agent on Hyper-V server, tcp 8016: Communication
# - r-7e78fd0dc23b936e Appliance to Compositing machine, tcp 443: Communication
# - r-746c4d4fee46e234 Appliance to NTP server, udp 123: NTP
# - r-b9dc4a4460f8c6b5 Compositing machine to Appliance, tcp 443: Communication
# - r-3a7587609b4f2109 Compositing machine to Appliance, tcp 3260: Layer disk access via iSCSI
#
# Assumptions that they rest on:
# - admin-table-source: Who opens the connections of the Admin user table
# - agent-platforms-by-group: Are the two bullets Port 8016 (App Layering agent) connections
#   of their own
# - any-port-may-move: Which ports can be changed from their default
# - appliance-means-connector: Which end is meant when an internal row says Appliance but
#   prints the ports of a connector service
# - bits-upload-twice: Who uploads disks to the BITS Server
# - both-ports: Where a plain and an encrypted port are printed together, are both needed, or
#   either
# - bullet-transport: Is a port of the key-port lists TCP or UDP, where the page does not
#   print it
# - dns-at-active-directory: Which server answers the appliances DNS queries
# - file-share-required: Is a file share required, although no table lists one
# - key-servers-direction: Who opens the connections listed under Servers in the key ports
# - management-bullets-source: Who opens the connections listed under Basic appliance
#   management and access
#
# NOT in this file, to be done by hand: 3
# - r-97b0bc8f3c6393cd Appliance to SMB file server, tcp 445: SMB. A file for Windows Firewall
#   (PowerShell) holds no host names. Resolve fs01.hamburg.example.com and allow the addresses
#   by hand, or give the endpoint its IPv4 address.
# - r-55e9a4bceeafe7b8 Appliance to DHCP server, udp 67: DHCP. DHCP server has no address. Add
#   an endpoint.
# - r-604d7246d6ba1dd3 DHCP server to Appliance, udp 68: DHCP. DHCP server has no address. Add
#   an endpoint.

#Requires -RunAsAdministrator
$ErrorActionPreference = 'Stop'
$group = 'alports-hamburg.elm01'

Get-NetFirewallRule -Group $group -ErrorAction SilentlyContinue | Remove-NetFirewallRule

New-NetFirewallRule -Name 'alports-hamburg.elm01-r-7ee1692edbb0e80c-in' -DisplayName 'r-7ee1692edbb0e80c-in' -Group $group -Description 'Admin user to Appliance, tcp 22: SSH' -Direction Inbound -Action Allow -Enabled True -Profile Any -Protocol TCP -LocalPort 22 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.9.0.0/24','10.9.1.0/32' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-1ff93274eac53a6d-in' -DisplayName 'r-1ff93274eac53a6d-in' -Group $group -Description 'Admin user to Appliance, tcp 443: Management console' -Direction Inbound -Action Allow -Enabled True -Profile Any -Protocol TCP -LocalPort 443 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.9.0.0/24','10.9.1.0/32' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-817c617a12ee683f-in' -DisplayName 'r-817c617a12ee683f-in' -Group $group -Description 'Admin user to Appliance, tcp 3515: Disk upload' -Direction Inbound -Action Allow -Enabled True -Profile Any -Protocol TCP -LocalPort 3515 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.9.0.0/24','10.9.1.0/32' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-389d6364b3f45179-in' -DisplayName 'r-389d6364b3f45179-in' -Group $group -Description 'Admin user to Appliance, tcp 8888: Log download' -Direction Inbound -Action Allow -Enabled True -Profile Any -Protocol TCP -LocalPort 8888 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.9.0.0/24','10.9.1.0/32' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-4d9ff688ae35335c-in' -DisplayName 'r-4d9ff688ae35335c-in' -Group $group -Description 'Admin user to Appliance, tcp 13512: Communication' -Direction Inbound -Action Allow -Enabled True -Profile Any -Protocol TCP -LocalPort 13512 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.9.0.0/24','10.9.1.0/32' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-e06b3caa1b2f7642-in' -DisplayName 'r-e06b3caa1b2f7642-in' -Group $group -Description 'Agent on Hyper-V server to Appliance, tcp 443: Initial registration' -Direction Inbound -Action Allow -Enabled True -Profile Any -Protocol TCP -LocalPort 443 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.40.4.21/32','10.40.4.22/32' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-105c5ff8d500e0d7-in' -DisplayName 'r-105c5ff8d500e0d7-in' -Group $group -Description 'Agent on Hyper-V server to Appliance, tcp 3515: Disk upload' -Direction Inbound -Action Allow -Enabled True -Profile Any -Protocol TCP -LocalPort 3515 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.40.4.21/32','10.40.4.22/32' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-26e646037fb8fac5-in' -DisplayName 'r-26e646037fb8fac5-in' -Group $group -Description 'Agent on Hyper-V server to Appliance, tcp 8787: Log deliveries from agent' -Direction Inbound -Action Allow -Enabled True -Profile Any -Protocol TCP -LocalPort 8787 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.40.4.21/32','10.40.4.22/32' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-403c02963245cf37-in' -DisplayName 'r-403c02963245cf37-in' -Group $group -Description 'Agent on Hyper-V server to Appliance, tcp 13512: Disk download' -Direction Inbound -Action Allow -Enabled True -Profile Any -Protocol TCP -LocalPort 13512 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.40.4.21/32','10.40.4.22/32' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-9f6e3ad3288cf4bd-out' -DisplayName 'r-9f6e3ad3288cf4bd-out' -Group $group -Description 'Appliance to Active Directory, tcp 53: DNS' -Direction Outbound -Action Allow -Enabled True -Profile Any -Protocol TCP -RemotePort 53 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.40.0.2/32' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-4d997501228774d3-out' -DisplayName 'r-4d997501228774d3-out' -Group $group -Description 'Appliance to Active Directory, tcp 636: LDAP' -Direction Outbound -Action Allow -Enabled True -Profile Any -Protocol TCP -RemotePort 636 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.40.0.2/32' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-9477d7dbc885bab4-out' -DisplayName 'r-9477d7dbc885bab4-out' -Group $group -Description 'Appliance to Active Directory, udp 53: DNS' -Direction Outbound -Action Allow -Enabled True -Profile Any -Protocol UDP -RemotePort 53 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.40.0.2/32' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-627adac3a6ce7ca8-out' -DisplayName 'r-627adac3a6ce7ca8-out' -Group $group -Description 'Appliance to Agent on Hyper-V server, tcp 8016: Communication' -Direction Outbound -Action Allow -Enabled True -Profile Any -Protocol TCP -RemotePort 8016 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.40.4.21/32','10.40.4.22/32' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-7e78fd0dc23b936e-out' -DisplayName 'r-7e78fd0dc23b936e-out' -Group $group -Description 'Appliance to Compositing machine, tcp 443: Communication' -Direction Outbound -Action Allow -Enabled True -Profile Any -Protocol TCP -RemotePort 443 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.40.8.14/31','10.40.8.16/31' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-746c4d4fee46e234-out' -DisplayName 'r-746c4d4fee46e234-out' -Group $group -Description 'Appliance to NTP server, udp 123: NTP' -Direction Outbound -Action Allow -Enabled True -Profile Any -Protocol UDP -RemotePort 123 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.40.0.2/32' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-b9dc4a4460f8c6b5-in' -DisplayName 'r-b9dc4a4460f8c6b5-in' -Group $group -Description 'Compositing machine to Appliance, tcp 443: Communication' -Direction Inbound -Action Allow -Enabled True -Profile Any -Protocol TCP -LocalPort 443 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.40.8.14/31','10.40.8.16/31' | Out-Null
New-NetFirewallRule -Name 'alports-hamburg.elm01-r-3a7587609b4f2109-in' -DisplayName 'r-3a7587609b4f2109-in' -Group $group -Description 'Compositing machine to Appliance, tcp 3260: Layer disk access via iSCSI' -Direction Inbound -Action Allow -Enabled True -Profile Any -Protocol TCP -LocalPort 3260 -LocalAddress '10.40.0.10/32' -RemoteAddress '10.40.8.14/31','10.40.8.16/31' | Out-Null

"""Readers of firewall configurations: from a platform's text back to what it permits, strictly, a line it does not know
is a fault. They share nothing with the code that writes.

Each gives a list of (source, destination, transport, number) and one of the answers in the same words, the first from
where the answers come. An end is ("net", first, last), ("name", host name) or ("tag", component); in a file for several
deployments ("tag", "deployment component"). Each is told the slug of the deployment, of several "one_other".
"""

import re
from xml.etree import ElementTree

from .firewall_ends import code_lines, net, only, wild
from .firewall_json_readers import aws, azure, google, openconfig

# Linux


NFT_BIT = "meta mark and $ALPORTS_BIT == $ALPORTS_BIT"
NFT_MARK = "meta mark set meta mark or $ALPORTS_BIT accept"
NFT_SHARED = f"""\
table ip alports_shared {{
    chain before {{
        type filter hook forward priority -2; policy accept;
    }}
    chain after {{
        type filter hook forward priority 0; policy drop;
    }}
}}
flush table ip alports_shared
table ip alports_shared {{
    chain before {{
        {NFT_BIT} meta mark set meta mark xor $ALPORTS_BIT
    }}
    chain after {{
        {NFT_BIT} meta mark set meta mark xor $ALPORTS_BIT accept
    }}
}}
"""


def nftables(text, slug="frankfurt"):
    permits, jumps, chains = [], [], []
    only(text.count(NFT_SHARED) == 1, "the shared table")
    define, *lines = code_lines(text.replace(NFT_SHARED, ""), "#", "comment ")
    assert re.fullmatch(r"define ALPORTS_BIT = 0x[0-9a-f]{8}", define)
    table = f"table ip alports-{slug}"
    assert lines[:3] == [table, f"delete {table}", f"{table} {{"]
    for line in map(str.strip, lines[3:]):
        pattern = rf"ip saddr (.+) ip daddr (.+) (tcp|udp) dport (\d+) ct state new {re.escape(NFT_MARK)}"
        if found := re.fullmatch(pattern, line):
            ends = [[net(one) for one in re.sub(r"[{} ]", "", part).split(",")] for part in found.groups()[:2]]
            permits += [(one, two, found[3], int(found[4])) for one in ends[0] for two in ends[1]]
        elif found := re.fullmatch(r"chain (r-[0-9a-f]{16}) {", line):
            chains.append(found[1])
        elif found := re.fullmatch(r"jump (r-[0-9a-f]{16})", line):
            jumps.append(found[1])
        else:
            known = rf"}}|chain root0 {{|ct state established,related {re.escape(NFT_MARK)}"
            known += "|type filter hook forward priority -1; policy accept;"
            only(re.fullmatch(known, line), line)
    assert jumps == chains
    return permits, []


def iptables(text, slug="frankfurt"):
    lines = code_lines(text, "#")
    chain = lines[2].removeprefix(":").removesuffix(" - [0:0]")
    jump = ["-F FORWARD", f"-A FORWARD -j {chain}"]
    answers = f"-A {chain} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT"
    assert lines[:6] == ["*filter", ":FORWARD DROP [0:0]", f":{chain} - [0:0]", *jump, answers]
    assert re.fullmatch(r"ALPORTS-[a-z0-9_-]{1,20}", chain)
    assert lines[-1] == "COMMIT"
    rule = (
        rf"-A {chain} -s (\S+) -d (\S+) -p (tcp|udp) -m \3 --dport (\d+) -m conntrack --ctstate NEW "
        r'-m comment --comment "r-[0-9a-f]{16} [^"\\]{,236}" -j ACCEPT'
    )
    permits = []
    for line in lines[6:-1]:
        source, destination, transport, number = only(re.fullmatch(rule, line), line).groups()
        permits.append((net(source), net(destination), transport, int(number)))
    return permits, []


# Access lists

CISCO_END = r"(?:host (\S+)|(\d\S+) (\d\S+))"
PREFIX_END = r"(?:host (\S+)|(\d\S+/\d+))"


def _list(text, first, end, read, last="exit"):
    """`permit` lines of an access list, with a port on the right or, for answers, on the left."""
    permits, answers = [], []
    lines = code_lines(text, "!", "remark ")
    assert (lines[:2], lines[-1]) == ([f"no {first}", first], last)
    for line in lines[2:-1]:
        if line == " deny ip any any":
            continue
        if found := re.fullmatch(rf" permit (tcp|udp) {end} {end} eq (\d+)", line):
            into = permits
        else:
            into, found = answers, re.fullmatch(rf" permit (tcp|udp) {end} eq (\d+) {end}( established)?", line)
            only(found and (found[1] == "tcp") == bool(found.groups()[-1]), line)
        into.append(read(found.groups(), into is answers))
    return permits, answers


def _cisco(groups, is_answer):
    transport, *rest = groups
    number = rest.pop(3) if is_answer else rest[6]
    one, two = ((net(a) if a else wild(b, c)) for a, b, c in (rest[:3], rest[3:6]))
    return one, two, transport, int(number)


def _prefixed(groups, is_answer):
    transport, *rest = groups
    number = rest.pop(2) if is_answer else rest[4]
    one, two = (net(a or b) for a, b in (rest[:2], rest[2:4]))
    return one, two, transport, int(number)


def ios(text, slug="frankfurt"):
    return _list(text, f"ip access-list extended alports-{slug}", CISCO_END, _cisco)


def iosxr(text, slug="frankfurt"):
    return _list(text, f"ipv4 access-list alports-{slug}", CISCO_END, _cisco)


def nxos(text, slug="frankfurt"):
    return _list(text, f"ip access-list alports-{slug}", PREFIX_END, _prefixed)


eos = nxos


def asa(text, slug="frankfurt"):
    first, *lines = code_lines(text, "!", f"access-list alports-{slug} remark ")
    assert first == f"clear configure access-list alports-{slug}"
    permits = []
    for line in lines:
        line = line.removeprefix(f"access-list alports-{slug} extended ")
        if line == "deny ip any any":
            continue
        found = only(re.fullmatch(rf"permit (tcp|udp) {CISCO_END} {CISCO_END} eq (\d+)", line), line)
        transport, *ends, number = found.groups()
        one, two = ((net(a) if a else net(b, c)) for a, b, c in (ends[:3], ends[3:]))
        permits.append((one, two, transport, int(number)))
    return permits, []


def pf(text, slug="frankfurt"):
    tables, permits, blocked = {}, [], False
    skip, *lines = code_lines(text.replace("\\\n", ""), "#")
    assert skip == "set skip on lo"
    for line in lines:
        if found := re.fullmatch(r"table <([\w-]{1,31})> {(.+)}", line):
            assert found[1] not in tables
            tables[found[1]] = [net(one) for one in found[2].split(",")]
        elif line == "block drop all":
            blocked = True
        else:
            rule = r"pass quick inet proto { (tcp|udp) } from { <(.+)> } to { <(.+)> } port { (\d+) }"
            found = only(re.fullmatch(rule + r"( flags S/SA)? keep state", line), line)
            assert blocked
            transport, source, destination, number, flags = found.groups()
            assert bool(flags) == (transport == "tcp")
            ends = ((one, two) for one in tables[source] for two in tables[destination])
            permits += [(one, two, transport, int(number)) for one, two in ends]
    assert blocked
    return permits, []


# Juniper


def braces(text):
    """Juniper's language as nested lists of (words, lists or None)."""
    text = re.sub(r"/\*.*?\*/", "", "\n".join(code_lines(text, "#")), flags=re.DOTALL)
    stack = [[]]
    for words, sign in re.findall(r"([^{};]*)([{};])", text):
        if sign == "{":
            stack[-1].append((words.split(), []))
            stack.append(stack[-1][-1][1])
        elif sign == "}":
            stack.pop()
        else:
            stack[-1].append((words.split(), None))
    assert len(stack) == 1, "braces"
    return stack[0]


def junos(text, slug="frankfurt"):
    [(_, [(_, [(named, terms)])])] = braces(text)
    assert named == ["replace:", "filter", f"alports-{slug}"]
    permits, answers = [], []
    for words, body in terms:
        if words in (["interface-specific"], ["term", "nothing"]):
            continue
        (_, tests), (then, _) = body
        assert (words[0], then) == ("term", ["then", "accept"])
        found = {words[0]: [word[0] for word, _ in inner] if inner is not None else words[1:] for words, inner in tests}
        into = answers if words[1].endswith("-back") else permits
        port = "source-port" if into is answers else "destination-port"
        flag = ["tcp-established"] if into is answers and found["protocol"] == ["tcp"] else []
        assert sorted(found) == sorted(["source-address", "destination-address", "protocol", port, *flag])
        ends = ((one, two) for one in found["source-address"] for two in found["destination-address"])
        into += [(net(one), net(two), found["protocol"][0], int(found[port][0])) for one, two in ends]
    return permits, answers


def srx(text, slug="frankfurt"):
    if not braces(text):
        return [], []
    (_, ((_, [(_, book)]), (_, zones))), (_, applications) = braces(text)
    addresses, sets, ports = {}, {}, {}
    for (kind, name, *value), inner in book:
        if kind == "address-set":
            sets[name] = [addresses[words[1]] for words, _ in inner]
        else:
            assert name not in addresses
            addresses[name] = net(*value) if value else ("name", inner[0][0][1])
    for (kind, name), inner in applications:
        (words, _) = inner[0]
        if kind == "application":
            assert words[:3] == ["term", "t1", "protocol"]
            ports[name] = words[3], int(words[5])
        else:
            ports[name] = ports[words[1]]
    permits = []
    for _, policies in zones:
        for _, ((_, match), (_, then)) in policies:
            assert then == [(["permit"], None)]
            (source, destination, application) = (words[1:] for words, _ in match)
            ends = [[end for name in names[1:-1] for end in sets[name]] for names in (source, destination)]
            permits += [(one, two, *ports[application[0]]) for one in ends[0] for two in ends[1]]
    return permits, []


# Palo Alto and FortiGate


def paloalto(text, slug="frankfurt"):
    root = ElementTree.fromstring(text)
    entries = {kind: root.findall(f".//vsys/entry/{kind}/entry") for kind in ("address", "address-group", "service")}
    addresses = {one.get("name"): net(one.findtext("ip-netmask")) for one in entries["address"]}
    groups = {one.get("name"): [addresses[m.text] for m in one.iter("member")] for one in entries["address-group"]}
    services = {
        one.get("name"): [(kind.tag, int(kind.findtext("port"))) for kind in one.find("protocol")]
        for one in entries["service"]
    }
    permits = []
    for rule in root.findall(".//rules/entry"):
        assert (rule.findtext("action"), rule.find("rule-type")) == ("allow", None)
        ends = [
            [end for m in rule.findall(f"{side}/member") for end in groups[m.text]]
            for side in ("source", "destination")
        ]
        [port] = services[rule.findtext("service/member")]
        permits += [(one, two, *port) for one in ends[0] for two in ends[1]]
    return permits, []


def fortigate(text, slug="frankfurt"):
    tables, table, entry = {}, None, None
    for line in code_lines(text, "#"):
        assert len(line) < 4096
        words = re.findall(r'"[^"]*"|\S+', line)
        words = [word.strip('"') for word in words]
        if words[0] == "config":
            table = tables.setdefault(" ".join(words[2:]), [])
        elif words[0] == "edit":
            entry = {"edit": words[1]}
            table.append(entry)
        elif words[0] == "set":
            assert words[1] not in entry
            entry[words[1]] = words[2:]
        elif words[:2] == ["append", "member"]:
            entry["member"] += words[2:]
        else:
            only(words in (["next"], ["end"]), line)
    addresses = {one["edit"]: net(*one["subnet"]) for one in tables.get("address", [])}
    groups = {one["edit"]: [addresses[name] for name in one["member"]] for one in tables.get("addrgrp", [])}
    ports = {
        one["edit"]: (kind, int(one[f"{kind}-portrange"][0]))
        for one in tables.get("service custom", [])
        for kind in ("tcp", "udp")
        if f"{kind}-portrange" in one
    }
    permits = []
    for one in tables.get("policy", []):
        assert (one["edit"], one["action"]) == ("0", ["accept"])
        ends = [[end for name in one[side] for end in groups[name]] for side in ("srcaddr", "dstaddr")]
        permits += [(first, second, *ports[one["service"][0]]) for first in ends[0] for second in ends[1]]
    return permits, []


# Windows


def powershell(text, slug="frankfurt"):
    rule = (
        r"New-NetFirewallRule -Name '[\w.-]+' -DisplayName '[\w-]+' -Group \$group -Description '[^']*' "
        r"-Direction (Inbound|Outbound) -Action Allow -Enabled True -Profile Any -Protocol (TCP|UDP) "
        r"-(Local|Remote)Port (\d+) -LocalAddress (\S+) -RemoteAddress (\S+) \| Out-Null"
    )
    lines = code_lines(text, "#")
    group = only(re.fullmatch(rf"\$group = '(alports-{slug}\.[\w.-]+)'", lines[1]), lines[1])[1]
    preamble = [
        "$ErrorActionPreference = 'Stop'",
        f"$group = '{group}'",
        "Get-NetFirewallRule -Group $group -ErrorAction SilentlyContinue | Remove-NetFirewallRule",
    ]
    assert lines[:3] == preamble
    assert all(f" -Name '{group}-r-" in line for line in lines[3:])
    return _windows(rule, "Inbound", lines[3:]), []


def netsh(text, slug="frankfurt"):
    begin, delete, *lines = code_lines(text, "rem")
    known = rf'netsh advfirewall firewall delete rule name="(alports-{slug}\.[\w.-]+)" >nul'
    name = only(re.fullmatch(known, delete), delete)[1]
    rule = (
        rf'netsh advfirewall firewall add rule name="{re.escape(name)}" description="[^"]*" '
        r"dir=(in|out) action=allow enable=yes profile=any protocol=(tcp|udp) "
        r"(local|remote)port=(\d+) localip=(\S+) remoteip=(\S+)"
    )
    assert begin == "@echo off"
    assert max(map(len, [delete, *lines])) < 8191
    return _windows(rule, "in", lines), []


def _windows(rule, inward, lines):
    permits = []
    for line in lines:
        way, transport, port, number, *ends = only(re.fullmatch(rule, line), line).groups()
        assert (way == inward) == (port.lower() == "local")
        local, remote = ([net(one.strip("'")) for one in part.split(",")] for part in ends)
        sources, destinations = (remote, local) if way == inward else (local, remote)
        permits += [(one, two, transport.lower(), int(number)) for one in sources for two in destinations]
    return permits


READERS = {
    "nftables": nftables,
    "iptables": iptables,
    "cisco-ios": ios,
    "cisco-nxos": nxos,
    "cisco-iosxr": iosxr,
    "cisco-asa": asa,
    "arista-eos": eos,
    "juniper-mx": junos,
    "juniper-srx": srx,
    "palo-alto": paloalto,
    "fortigate": fortigate,
    "pf": pf,
    "openconfig": openconfig,
    "azure-nsg": azure,
    "aws-security-groups": aws,
    "google-cloud": google,
    "windows-powershell": powershell,
    "windows-netsh": netsh,
}

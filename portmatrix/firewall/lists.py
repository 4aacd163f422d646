"""Access lists: Cisco, Arista, Juniper MX, and the packet filter of the BSDs."""

import re

from aerleon.lib import cisco

from .comments import headed
from .generator import Definitions, answer, generate, term
from .work import Work


def ios(work: Work) -> str:
    """An extended list for Cisco IOS and IOS XE."""
    return _stateless("cisco", f"{work.name} extended", "!", work, f"ip access-list extended {work.name}")


def nxos(work: Work) -> str:
    """A list for Cisco NX-OS."""
    return _stateless("cisconx", f"{work.name} extended", "!", work, f"ip access-list {work.name}")


def iosxr(work: Work) -> str:
    """A list for Cisco IOS XR."""
    return _stateless("ciscoxr", f"{work.name} extended", "!", work, f"ipv4 access-list {work.name}")


def eos(work: Work) -> str:
    """A list for Arista EOS."""
    text = _stateless("arista", f"{work.name} extended", "!", work, f"ip access-list {work.name}")
    return _with_numbers("arista", text, work)


def asa(work: Work) -> str:
    """A list for Cisco ASA, which keeps state: answers come back by themselves."""
    definitions = Definitions()
    terms = [term(permit, definitions) for permit in work.permits]
    empty = f"clear configure access-list {work.name}\naccess-list {work.name} extended deny ip any any\n"
    text = _squeezed(generate("ciscoasa", [(work.name, terms)], definitions)) or empty
    return f"{headed('!', work.notes)}\n{_with_numbers('cisco', text, work)}"


def junos(work: Work) -> str:
    """A filter for Juniper MX and its like."""
    empty = f"firewall {{\n    family inet {{\n        replace: filter {work.name} {{\n{_DISCARD}        }}\n    }}\n}}"
    definitions = Definitions()
    text = generate("juniper", [(f"{work.name} inet", _both_ways(work, definitions))], definitions) or empty
    return f"{headed('#', work.notes)}\n{re.sub(_EMPTY_COMMENT, '', text).strip()}\n"


def pf(work: Work) -> str:
    """A rule set for pf: everything is blocked, then what is needed passes, and its answers with it."""
    # Loading replaces all tables, so a name needs no digest but to tell the sides of several deployments apart.
    definitions = Definitions(digests=bool(work.order.parts), longest=LONGEST_TABLE)
    terms = [term(permit, definitions) for permit in work.permits]
    text = generate("packetfilter", [(f"{work.name} inet", terms)], definitions)
    lines = [
        line for line in text.splitlines() if line.strip() not in ("#", "# inet", f"# Packetfilter {work.name} Policy")
    ]
    first = next((place for place, line in enumerate(lines) if line.startswith(("pass", "# term"))), len(lines))
    body = "\n".join([*lines[:first], "block drop all", "", *lines[first:]])
    # The system's own programs talk with one another over the loopback interface.
    return f"{headed('#', work.notes)}\nset skip on lo\n\n{body.strip()}\n"


LONGEST_TABLE = 31  # characters of a table's name in pf
_PERMIT = re.compile(r"( |access-list \S+ extended )permit ")
_EMPTY_COMMENT = r" */\*\n(?: *\*\*\n)* *\*/\n"
_DISCARD = "            term nothing {\n                then discard;\n            }\n"


def _stateless(target, options, comment, work, empty):
    definitions = Definitions()
    text = generate(target, [(options, _both_ways(work, definitions))], definitions)
    lines = _squeezed(text) or f"no {empty}\n{empty}\n deny ip any any\nexit\n"
    return f"{headed(comment, work.notes)}\n{lines}"


def _both_ways(work, definitions):
    """Every rule, and after it what comes back. One list for both: a router's port takes one for each direction, and
    the appliance opens connections as well as it accepts them.
    """
    return [one(permit, definitions) for permit in work.permits for one in (term, answer)]


def _squeezed(text):
    """Without empty lines, remarks without words, and what was permitted before.

    Components at one address have rules that permit the same. Some devices refuse such a line, or the whole list.
    """
    lines, permitted = [], set()
    for line in map(str.rstrip, text.splitlines()):
        if line and not line.endswith(" remark") and line not in permitted:
            lines.append(line)
            if _PERMIT.match(line):
                permitted.add(line)
    return "".join(f"{line}\n" for line in lines)


def _with_numbers(platform, text, work):
    """Ports as numbers: not every release knows every name."""
    for transport, number in sorted({(permit.rule.transport, permit.rule.number) for permit in work.permits}):
        name = cisco.PortMap.GetProtocol(number, transport, platform)
        text = re.sub(rf"(permit {transport} .*\beq ){re.escape(str(name))}(?![\w-])", rf"\g<1>{number}", text)
    return text

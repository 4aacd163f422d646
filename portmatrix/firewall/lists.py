"""Access lists: Cisco, Arista, Juniper MX, and the packet filter of the BSDs."""

import re

from .comments import commented
from .content import Content
from .generator import Definitions, answer, generate, term


def ios(content: Content) -> str:
    """An extended list for Cisco IOS and IOS XE."""
    return _stateless("cisco", f"{content.name} extended", "!", content, f"ip access-list extended {content.name}")


def nxos(content: Content) -> str:
    """A list for Cisco NX-OS."""
    return _stateless("cisconx", f"{content.name} extended", "!", content, f"ip access-list {content.name}")


def iosxr(content: Content) -> str:
    """A list for Cisco IOS XR."""
    return _stateless("ciscoxr", f"{content.name} extended", "!", content, f"ipv4 access-list {content.name}")


def eos(content: Content) -> str:
    """A list for Arista EOS."""
    text = _stateless("arista", f"{content.name} extended", "!", content, f"ip access-list {content.name}")
    return _with_numbers("arista", text, content)


def asa(content: Content) -> str:
    """A list for Cisco ASA, which keeps state: answers come back by themselves."""
    definitions = Definitions()
    terms = [term(permit, definitions) for permit in content.permits]
    empty = f"clear configure access-list {content.name}\naccess-list {content.name} extended deny ip any any\n"
    text = _squeezed(generate("ciscoasa", [(content.name, terms)], definitions)) or empty
    return f"{commented('!', content.notes)}\n{_with_numbers('cisco', text, content)}"


def junos(content: Content) -> str:
    """A filter for Juniper MX and its like."""
    empty = _EMPTY_FILTER.format(name=content.name)
    definitions = Definitions()
    text = generate("juniper", [(f"{content.name} inet", _both_ways(content, definitions))], definitions) or empty
    return f"{commented('#', content.notes)}\n{re.sub(_EMPTY_COMMENT, '', text).strip()}\n"


def pf(content: Content) -> str:
    """A rule set for pf: everything is blocked, then what is needed passes, and its answers with it."""
    # Loading replaces all tables, so a name needs no digest but to tell the sides of several deployments apart.
    definitions = Definitions(digests=content.request.is_for_several, longest=LONGEST_TABLE)
    terms = [term(permit, definitions) for permit in content.permits]
    text = generate("packetfilter", [(f"{content.name} inet", terms)], definitions)
    headings = ("#", "# inet", f"# Packetfilter {content.name} Policy")
    lines = [line for line in text.splitlines() if line.strip() not in headings]
    first = next((place for place, line in enumerate(lines) if line.startswith(("pass", "# term"))), len(lines))
    body = "\n".join([*lines[:first], "block drop all", "", *lines[first:]])
    # The system's own programs talk with one another over the loopback interface.
    return f"{commented('#', content.notes)}\nset skip on lo\n\n{body.strip()}\n"


LONGEST_TABLE = 31  # characters of a table's name in pf
_PERMIT = re.compile(r"( |access-list \S+ extended )permit ")
_EMPTY_COMMENT = r" */\*\n(?: *\*\*\n)* *\*/\n"
_EMPTY_FILTER = """\
firewall {{
    family inet {{
        replace: filter {name} {{
            term nothing {{
                then discard;
            }}
        }}
    }}
}}"""


def _stateless(target: str, options: str, comment: str, content: Content, empty: str) -> str:
    definitions = Definitions()
    text = generate(target, [(options, _both_ways(content, definitions))], definitions)
    lines = _squeezed(text) or f"no {empty}\n{empty}\n deny ip any any\nexit\n"
    return f"{commented(comment, content.notes)}\n{lines}"


def _both_ways(content: Content, definitions: Definitions) -> list[dict[str, str]]:
    """Every rule, and after it what comes back. One list for both: a router's port takes one for each direction, and
    the appliance opens connections as well as it accepts them.
    """
    return [make(permit, definitions) for permit in content.permits for make in (term, answer)]


def _squeezed(text: str) -> str:
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


def _with_numbers(platform: str, text: str, content: Content) -> str:
    """Ports as numbers: not every release knows every name."""
    from aerleon.lib import cisco  # see generator.py

    for transport, number in sorted({(permit.rule.transport, permit.rule.number) for permit in content.permits}):
        name = cisco.PortMap.GetProtocol(number, transport, platform)
        text = re.sub(rf"(permit {transport} .*\beq ){re.escape(str(name))}(?![\w-])", rf"\g<1>{number}", text)
    return text

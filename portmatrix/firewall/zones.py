"""Firewalls that think in zones: Juniper SRX, Palo Alto, FortiGate. Every component has a zone named after it, which
the engineer renames to the one that it is in. Where deployments have different addresses for a component, it may be in
different zones: then the zones are named after the deployment, too.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from re import Match
from xml.sax.saxutils import escape

from .comments import commented
from .content import Content
from .generator import Definitions, Term, generate, term
from .names import bounded
from .permits import Permit, Side


def srx(content: Content) -> str:
    """Policies for Juniper SRX, the only one here that takes host names."""
    text = _generated("srx", "inet address-book-global", content, _with_names)
    # What is marked to be replaced would replace all policies of the firewall, others' too.
    text = re.sub(r"^( *)replace: ", r"\1", re.sub(_EMPTY_COMMENT, "", text), flags=re.MULTILINE)
    text = _with_each_name_once(text)
    return f"{commented('#', content.notes)}\n{text.strip()}\n".replace("\n\n\n", "\n\n")


def paloalto(content: Content) -> str:
    """A partial configuration for PAN-OS. The rule type is left to its default, which fits within a zone as well."""
    text = _generated("paloalto", "inet", content, term) or f"{_DECLARATION}\n<config/>\n"
    text = re.sub(r" *<rule-type>interzone</rule-type>\n", "", text)
    lines = "\n".join(f"  {escape(line)}".rstrip() for line in content.notes)
    return text.replace(f"{_DECLARATION}\n", f"{_DECLARATION}\n<!--\n{lines}\n-->\n", 1)


def fortigate(content: Content) -> str:
    """Commands for FortiOS. Policies get the next free numbers: none that is there is overwritten."""
    text = _generated("fortigate", "inet", content, term)
    before, policies, after = text.partition("config firewall policy\n")
    before = re.sub(r"^        set member (.+)$", _in_chunks, before, flags=re.MULTILINE)
    after = re.sub(r"^    edit \d+$", "    edit 0", after, flags=re.MULTILINE)
    return f"{commented('#', content.notes)}\n{(before + policies + after).strip()}\n"


def _in_chunks(match: Match[str]) -> str:
    """The members of a group on several lines: the command line takes only so long a one."""
    members = match[1].split()
    chunks = [members[first : first + MEMBERS_A_LINE] for first in range(0, len(members), MEMBERS_A_LINE)]
    commands = ["set", *["append"] * (len(chunks) - 1)]
    return "\n".join(f"        {word} member {' '.join(chunk)}" for word, chunk in zip(commands, chunks, strict=True))


LONGEST_ZONE = 31  # characters, of PAN-OS; the others take more
MEMBERS_A_LINE = 50
_DECLARATION = '<?xml version="1.0" ?>'
_EMPTY_COMMENT = r" */\*\n *\*/\n"
_NAMED = re.compile(r"^ *address ((\S+_FQDN)_\d+) {\n *dns-name (\S+);\n *}\n", re.MULTILINE)
_MEMBER = re.compile(r"^ *address (\S+_FQDN_\d+);\n", re.MULTILINE)


def _generated(target: str, options: str, content: Content, as_term: Callable[[Permit, Definitions], Term]) -> str:
    definitions = Definitions()
    zones = _zones(content.permits)
    terms = defaultdict(list)
    for permit in content.permits:
        terms[zones[permit.source], zones[permit.destination]].append(as_term(permit, definitions))
    filters = [
        (f"from-zone {source} to-zone {destination} {options}", between)
        for (source, destination), between in terms.items()
    ]
    return generate(target, filters, definitions)


def _zones(permits: Iterable[Permit]) -> dict[Side, str]:
    """The zone of each side: its component, and the first deployment that has it, should others have another one.

    It depends on the side alone, so that a rule of several deployments is right in one zone.
    """
    deployments: dict[Side, set[str]] = defaultdict(set)
    for permit in permits:
        for side in (permit.source, permit.destination):
            deployments[side].update(permit.deployments)
    count = Counter(side.component.slug for side in deployments)
    return {
        side: slug if count[slug := side.component.slug] == 1 else bounded(f"{slug}_{min(slugs)}", LONGEST_ZONE)
        for side, slugs in deployments.items()
    }


def _with_each_name_once(text: str) -> str:
    """The generator makes an address of a host name for every rule that the name stands in."""
    first: dict[tuple[str, str], str] = {}
    for address, group, name in _NAMED.findall(text):
        first.setdefault((group, name), address)
    doubled = {address for address, group, name in _NAMED.findall(text) if first[group, name] != address}
    text = _NAMED.sub(lambda match: "" if match[1] in doubled else match[0], text)
    return _MEMBER.sub(lambda match: "" if match[1] in doubled else match[0], text)


def _with_names(permit: Permit, definitions: Definitions) -> Term:
    """A term in which the generator looks for host names where there are some, and for addresses where there are."""
    with_names = term(permit, definitions)
    for end, side in (("source", permit.source), ("destination", permit.destination)):
        if side.names:
            with_names[f"{end}-fqdn"] = with_names[f"{end}-address"]
        if not side.networks:
            del with_names[f"{end}-address"]
    return with_names

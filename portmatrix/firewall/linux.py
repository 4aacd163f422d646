"""nftables and iptables: filters of a Linux router."""

from collections.abc import Iterator

from .comments import commented, describe
from .content import Content
from .generator import Definitions, NotRendered, generate, term
from .marks import mark_of
from .names import bounded
from .permits import Permit

LONGEST_COMMENT = 200  # the program holds 255 characters, with the rule's name
LONGEST_CHAIN = 28  # characters, of iptables


def nftables(content: Content) -> str:
    """A file for `nft -f`. Loaded again it replaces its table whole: nothing is left over and nothing is doubled.

    No table can accept what another one drops. So the table of a deployment only marks what it allows, with one bit of
    the packet's mark, and drops nothing. A table that all files share, the same in each, drops what has no mark. It is
    filled anew rather than deleted and made again: its chains and their policy are there all the time, and the
    kernel changes from the old rules to the new in one step, so that no packet meets neither.
    """
    table = f"table ip {content.name}"
    definitions = Definitions()
    terms = [term(permit, definitions) for permit in content.permits]
    text = generate("nftables", [("inet forward", terms)], definitions) or _NO_RULES
    text = text.replace("table ip filtering_policies {", f"{table} {{", 1)
    for accepting, marking, count in (
        ("priority 0; policy drop;", f"priority {DEPLOYMENTS}; policy accept;", 1),
        ("ct state established,related accept", f"ct state established,related {_MARK} accept", 1),
        (" ct state new accept", f" ct state new {_MARK} accept", len(terms)),
    ):
        text = _replaced(text, accepting, marking, count)
    # The first line makes the table where there is none, so that the second always has one to delete.
    own = f"{table}\ndelete {table}\n\n{text.strip()}\n"
    mark = f"define ALPORTS_BIT = {mark_of(content.request.mark_bit)}\n"
    return f"{commented('#', content.notes)}\n{mark}\n{_SHARED}\n{own}"


def _replaced(text: str, old: str, new: str, count: int) -> str:
    """Raises `NotRendered` if it is not there as often as the text must have it."""
    if text.count(old) != count:
        raise NotRendered(f"nftables: '{old}' {text.count(old)} times instead of {count}")
    return text.replace(old, new)


# Priorities of chains in the forward hook, one after the other: nothing else is likely to come between.
BEFORE, DEPLOYMENTS, AFTER = -2, -1, 0
_MARK = "meta mark set meta mark or $ALPORTS_BIT"
_IF_MARKED = "meta mark and $ALPORTS_BIT == $ALPORTS_BIT"
_UNMARK = "meta mark set meta mark xor $ALPORTS_BIT"  # where it is set
# No deployment's table has an underscore before its first slug.
_SHARED = f"""\
table ip alports_shared {{
    chain before {{
        type filter hook forward priority {BEFORE}; policy accept;
    }}
    chain after {{
        type filter hook forward priority {AFTER}; policy drop;
    }}
}}
flush table ip alports_shared
table ip alports_shared {{
    chain before {{
        {_IF_MARKED} {_UNMARK}
    }}
    chain after {{
        {_IF_MARKED} {_UNMARK} accept
    }}
}}
"""


def iptables(content: Content) -> str:
    """A file for `iptables-restore --noflush`. Every line that accepts a connection names both its ends.

    No line of such a file depends on what is there, so a jump can't be added only where there is none. FORWARD is
    emptied instead: the one jump is never doubled, and no rule that was there before lets anything else through.
    """
    chain = bounded(f"ALPORTS-{content.request.slug}", LONGEST_CHAIN)
    lines = [
        "*filter",
        ":FORWARD DROP [0:0]",
        # Being declared empties it, too.
        f":{chain} - [0:0]",
        "-F FORWARD",
        f"-A FORWARD -j {chain}",
        # Answers come back to where a connection was opened from: the first rule, since most packets are of that kind.
        f"-A {chain} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
        *(f"-A {chain} {line}" for permit in content.permits for line in _accepting_lines(permit)),
        "COMMIT",
    ]
    return f"{commented('#', content.notes)}\n" + "".join(f"{line}\n" for line in lines)


def _accepting_lines(permit: Permit) -> Iterator[str]:
    """A line for every pair of networks."""
    rule = permit.rule
    port = f"-p {rule.transport} -m {rule.transport} --dport {rule.number}"
    comment = f'-m comment --comment "{rule.id} {describe(rule, LONGEST_COMMENT)}"'
    for source in permit.source.networks:
        for destination in permit.destination.networks:
            yield f"-s {source} -d {destination} {port} -m conntrack --ctstate NEW {comment} -j ACCEPT"


_NO_RULES = """\
table ip filtering_policies {
    chain root0 {
        type filter hook forward priority 0; policy drop;
        ct state established,related accept
    }
}
"""

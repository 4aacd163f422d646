"""nftables and iptables: filters of a Linux router."""

from collections.abc import Iterator

from .comments import headed, told
from .generator import Definitions, generate, term
from .permits import Permit
from .work import Work, bounded

LONGEST_COMMENT = 200  # the program holds 255 characters, with the rule's name
LONGEST_CHAIN = 28  # characters, of iptables


def nftables(work: Work) -> str:
    """A file for `nft -f`. Loaded again it replaces its table whole: nothing is left over and nothing is doubled."""
    table = f"table ip {work.name}"
    definitions = Definitions()
    terms = [term(permit, definitions) for permit in work.permits]
    text = generate("nftables", [("inet forward", terms)], definitions) or _NO_RULES
    text = text.replace("table ip filtering_policies {", f"{table} {{", 1)
    # The first line makes the table where there is none, so that the second always has one to delete.
    return f"{headed('#', work.notes)}\n{table}\ndelete {table}\n\n{text.strip()}\n"


def iptables(work: Work) -> str:
    """A file for `iptables-restore --noflush`. Every line that accepts a connection names both its ends.

    No line of such a file depends on what is there, so a jump can't be added only where there is none. FORWARD is
    emptied instead: the one jump is never doubled, and no rule that was there before lets anything else through.
    """
    chain = bounded(f"ALPORTS-{work.order.slug}", LONGEST_CHAIN)
    lines = [
        "*filter",
        ":FORWARD DROP [0:0]",
        # Being declared empties it, too.
        f":{chain} - [0:0]",
        "-F FORWARD",
        f"-A FORWARD -j {chain}",
        # Answers come back to where a connection was opened from: the first rule, since most packets are of that kind.
        f"-A {chain} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
        *(f"-A {chain} {accepted}" for permit in work.permits for accepted in _accepted(permit)),
        "COMMIT",
    ]
    return f"{headed('#', work.notes)}\n" + "".join(f"{line}\n" for line in lines)


def _accepted(permit: Permit) -> Iterator[str]:
    """A rule for every pair of networks."""
    rule = permit.rule
    port = f"-p {rule.transport} -m {rule.transport} --dport {rule.number}"
    comment = f'-m comment --comment "{rule.id} {told(rule, LONGEST_COMMENT)}"'
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

"""nftables and iptables: filters of a Linux router."""

from .comments import headed
from .generator import Definitions, generate, term
from .work import Work

ANSWERS = "-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n"


def nftables(work: Work) -> str:
    """A file for `nft -f`. Loaded again it replaces its table whole: nothing is left over and nothing is doubled."""
    table = f"table ip {work.name}"
    text = _generated("nftables", "inet forward", work) or _NO_RULES
    text = text.replace("table ip filtering_policies {", f"{table} {{", 1)
    # The first line makes the table where there is none, so that the second always has one to delete.
    return f"{headed('#', work.notes)}\n{table}\ndelete {table}\n\n{text.strip()}\n"


def iptables(work: Work) -> str:
    """A file for `iptables-restore`."""
    text = _generated("speedway", "FORWARD DROP", work) or "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n"
    # Answers come back from anywhere to where a connection was opened from: the first rule, as nftables has it.
    text = text.replace(":FORWARD DROP [0:0]\n", f":FORWARD DROP [0:0]\n{ANSWERS}", 1)
    kept = [line for line in text.splitlines() if not line.startswith("#")]
    return headed("#", work.notes) + "\n" + "\n".join(kept).strip() + "\n"


def _generated(target, options, work):
    definitions = Definitions()
    return generate(target, [(options, [term(permit, definitions) for permit in work.permits])], definitions)


_NO_RULES = """\
table ip filtering_policies {
    chain root0 {
        type filter hook forward priority 0; policy drop;
        ct state established,related accept
    }
}
"""

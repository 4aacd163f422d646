"""From an installation to the firewall rules that it needs, and what is worth knowing about them. Pure: no queries, no
HTTP, all data is given.
"""

from .address_set import Places
from .explain import Explanation, explain
from .findings import Finding, find
from .installation import Assumption, Component, Flow, Installation, Listener
from .packet import Miss
from .resolve import End, Reason, Rule, Rules, assumptions_of, resolve

__all__ = [
    "Assumption",
    "Component",
    "End",
    "Explanation",
    "Finding",
    "Flow",
    "Installation",
    "Listener",
    "Miss",
    "Places",
    "Reason",
    "Rule",
    "Rules",
    "assumptions_of",
    "explain",
    "find",
    "resolve",
]

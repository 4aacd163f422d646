"""From an installation to the firewall rules that it needs, and what is worth knowing about them. Pure: no queries, no
HTTP, all data is given.
"""

from .address_set import AddressSet
from .explain import Explanation, explain
from .findings import Finding, find
from .installation import Assumption, Component, Connection, Installation, Port
from .packet import Miss
from .resolve import End, Reason, Rule, Rules, assumptions_of, resolve

__all__ = [
    "AddressSet",
    "Assumption",
    "Component",
    "Connection",
    "End",
    "Explanation",
    "Finding",
    "Installation",
    "Miss",
    "Port",
    "Reason",
    "Rule",
    "Rules",
    "assumptions_of",
    "explain",
    "find",
    "resolve",
]

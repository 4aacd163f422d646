"""Why a configuration can't be made as it is asked for: data, from which each sentence is made here."""

from typing import ClassVar

from ..naming import unknown
from ..utils.text import printable


class RequestRefused(ValueError):
    """A configuration can't be made as it is asked for; as text it is a sentence with the fix.

    `field` is the part of the request that is at fault, `code` says why, and `params` are what the sentence names;
    `value` among them is what was asked for.
    """

    field: ClassVar[str]
    sentences: ClassVar[dict[str, str]]

    def __init__(self, code: str, **params: object) -> None:
        self.code, self.params = code, params
        if "value" in params:
            params = {**params, "value": printable(params["value"])}
        super().__init__(self.sentences[code].format(**params))


class HostUnknown(RequestRefused):
    """A host-based platform was asked for without a host, or for one that no endpoint names, or that may be several
    machines; or another platform for one host.
    """

    field = "endpoint"
    sentences: ClassVar = {
        "not-of-a-host": "A file for {platform} is not for one host. Leave the endpoint out.",
        "missing": "This platform is for the own firewall of one host: name its endpoint.{unknown.hint}",
        "unknown": "{unknown}",
        "misspelt-in": "No endpoint '{value}' in {deployment}.{unknown.hint}",
        "missing-in": "No endpoint '{value}' in {deployment}. Leave that deployment out.",
        "several-machines": (
            "'{value}' is {addresses} in {deployment} and {other_addresses} in {other_deployment}: these may be two "
            "machines. Give both endpoints the same address, or get a file for each deployment: on one machine they "
            "stand beside each other."
        ),
    }

    @classmethod
    def no_endpoint(cls, name: str, names: list[str], deployment: str = "") -> "HostUnknown":
        """Where no endpoint has this name, but some have these `names`; `deployment` is the one of several."""
        found = unknown("endpoint", name, names, most=0)
        if not deployment:
            return cls("unknown", unknown=found)
        return cls(
            "misspelt-in" if found.suggestion else "missing-in", value=name, deployment=deployment, unknown=found
        )


class MarkRefused(RequestRefused):
    """A bit of the packet mark that there is not, or one for a platform that uses none."""

    field = "mark_bit"
    sentences: ClassVar = {
        "not-marked": "A file for {platform} sets no packet mark. Leave the bit out.",
        "no-bit": "'{value}' is not a bit of the packet mark. Give a whole number from {first} to {last}.",
    }

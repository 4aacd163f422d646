"""What a file says about itself, in words that no platform can take for anything but a comment."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from ..rules import Rule, assumptions_of
from .request import ConfigurationRequest, LeftOut

LONGEST_LINE = 96  # Cisco's remarks hold 100 characters
DHCP = (
    "The rules for DHCP are for what is sent from one of their addresses to another. Who has no address broadcasts: "
    "allow broadcasts, and a relay, by hand."
)
# What can end a comment or a string, start a command or ask for help on some platform is not in here.
FOREIGN = re.compile(r"[^A-Za-z0-9 .,:()/_+=-]")
DROPPED = dict.fromkeys(map(ord, "'\"?“”„\u2018\u2019"))


def plain(text: str, most: int | None = None) -> str:
    """Foreign text as a comment may hold it on every platform: one line of harmless ASCII, at most `most` characters.

    Accents, quotes and question marks are dropped (Cisco's command line answers a question mark with help); whatever
    else is not plainly harmless becomes an underscore. Two hyphens would spoil a comment in XML, and two slashes begin
    one elsewhere: of both only one stays.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    unaccented = "".join(character for character in decomposed if not unicodedata.combining(character))
    harmless = FOREIGN.sub("_", unaccented.translate(DROPPED).replace(";", ","))
    harmless = re.sub(r"-{2,}", "-", re.sub(r"/{2,}", "/", " ".join(harmless.split())))
    return harmless if most is None or len(harmless) <= most else f"{harmless[: most - 3]}..."


def describe(rule: Rule, most: int | None = None) -> str:
    """One line about a rule: from where to where, port, and what for; at most `most` characters."""
    activities = ", ".join(dict.fromkeys(reason.connection.activity for reason in rule.reasons))
    ends = f"{rule.source.component.name} to {rule.destination.component.name}"
    return plain(f"{ends}, {rule.transport} {rule.number}: {activities}", most)


def notes(
    platform_name: str,
    request: ConfigurationRequest,
    written: Iterable[Rule],
    left_out: Iterable[LeftOut],
    limits: Iterable[str],
) -> list[str]:
    """The lines that head a file: whose it is, what to know before it is loaded, its rules, their assumptions, and
    what is not in it.
    """
    written, left_out = list(written), list(left_out)
    limits = [*limits, *([DHCP] if any(map(_is_dhcp, written)) else [])]
    deployments = _joined(f"{deployment.name} ({deployment.slug})" for deployment in request.deployments)
    host = f", host {request.endpoint}" if request.endpoint else ""
    lines = _wrapped(f"{platform_name} configuration for {deployments}{host}", "")
    lines += [f"Made by alports on {request.date.isoformat()}"]
    lines += ["", "Before you load this:", *_bullets(limits)]
    lines += ["", f"Rules in this file: {len(written)}"]
    lines += _bullets(f"{rule.id} {_describe_for(request, rule)}" for rule in written)
    if assumptions := assumptions_of([*written, *(missing.rule for missing in left_out)]):
        lines += ["", "Assumptions that they rest on:"]
        lines += _bullets(f"{assumption.slug}: {assumption.question}" for assumption in assumptions)
    if left_out:
        lines += ["", f"NOT in this file, to be done by hand: {len(left_out)}"]
        lines += _bullets(
            f"{missing.rule.id} {_describe_for(request, missing.rule)}. {missing.why}" for missing in left_out
        )
    return lines


def _describe_for(request: ConfigurationRequest, rule: Rule) -> str:
    """As `describe`; of several deployments, with those that need the rule."""
    needed_by = f" ({', '.join(request.slugs_with(rule))})" if request.is_for_several else ""
    return f"{describe(rule)}{needed_by}"


def _joined(words: Iterator[Any]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _is_dhcp(rule: Rule) -> bool:
    return any(reason.port.application == "DHCP" for reason in rule.reasons)


def commented(prefix: str, lines: Iterable[str]) -> str:
    """Lines as comments: each behind the sign that begins one."""
    return "".join(f"{prefix} {line}".rstrip() + "\n" for line in lines)


def _bullets(sentences: Iterable[str]) -> list[str]:
    return [line for sentence in sentences for line in _wrapped(sentence, "- ")]


def _wrapped(text: str, bullet: str) -> list[str]:
    indent = " " * len(bullet)
    return textwrap.wrap(
        plain(text), LONGEST_LINE - 4, initial_indent=bullet, subsequent_indent=indent, break_on_hyphens=False
    )

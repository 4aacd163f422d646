"""What a file says about itself, in words that no platform can take for anything but words."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable

from ..rules import Rule, assumptions_of
from .order import LeftOut, Order

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


def told(rule: Rule, most: int | None = None) -> str:
    """One line about a rule: from where to where, port, and what for."""
    activities = ", ".join(dict.fromkeys(reason.connection.activity for reason in rule.reasons))
    ends = f"{rule.source.component.name} to {rule.destination.component.name}"
    return plain(f"{ends}, {rule.transport} {rule.number}: {activities}", most)


def notes(
    title: str,
    order: Order,
    per_host: bool,
    written: Iterable[Rule],
    left_out: Iterable[LeftOut],
    limits: Iterable[str],
) -> list[str]:
    """The lines that head a file: whose it is, what it needs, its rules, their assumptions, and what is not in it."""
    written, left_out = list(written), list(left_out)
    limits = [*limits, *([DHCP] if any(map(_is_dhcp, written)) else [])]
    host = f", host {order.endpoint}" if per_host else ""
    whose = _listed(f"{one.name} ({one.slug})" for one in order.deployments)
    lines = _wrapped(f"{title} for {whose}{host}", "")
    lines += [f"Made by alports on {order.date.isoformat()}"]
    lines += ["", "Before you load this:", *(line for limit in limits for line in _wrapped(limit, "- "))]
    lines += ["", f"Rules in this file: {len(written)}"]
    lines += [line for rule in written for line in _wrapped(f"{rule.id} {_told_of(order, rule)}", "- ")]
    if assumptions := assumptions_of([*written, *(one.rule for one in left_out)]):
        lines += ["", "Assumptions that they rest on:"]
        lines += [line for one in assumptions for line in _wrapped(f"{one.slug}: {one.question}", "- ")]
    if left_out:
        lines += ["", f"NOT in this file, to be done by hand: {len(left_out)}"]
        sentences = [f"{one.rule.id} {_told_of(order, one.rule)}. {one.why}" for one in left_out]
        lines += [line for sentence in sentences for line in _wrapped(sentence, "- ")]
    return lines


def _told_of(order, rule):
    """As `told`; of several deployments, with those that need the rule."""
    whose = f" ({', '.join(one.slug for one in order.needing(rule))})" if order.parts else ""
    return f"{told(rule)}{whose}"


def _listed(words):
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _is_dhcp(rule: Rule) -> bool:
    return any(reason.port.application == "DHCP" for reason in rule.reasons)


def headed(prefix: str, lines: Iterable[str]) -> str:
    """Lines as comments."""
    return "".join(f"{prefix} {line}".rstrip() + "\n" for line in lines)


def _wrapped(text: str, bullet: str) -> list[str]:
    indent = " " * len(bullet)
    return textwrap.wrap(
        plain(text), LONGEST_LINE - 4, initial_indent=bullet, subsequent_indent=indent, break_on_hyphens=False
    )

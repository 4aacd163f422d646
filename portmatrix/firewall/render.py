"""From rules to a platform's configuration. What can't be written is left out, with the reason."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from ..rules import Rule
from .comments import notes, plain
from .content import Content
from .generator import NotRendered
from .hosts import permits_of_host, why_unresolved
from .limits import limits_of
from .marks import parse_mark_bit
from .names import LONGEST_SLUG, bounded
from .permits import Permit, permit_of
from .platforms import Place, Platform
from .refusals import HostUnknown, MarkRefused
from .request import Configuration, ConfigurationRequest, LeftOut

AS_NETWORKS = "give the endpoints as networks: then every address of these is permitted"


def render(platform: Platform, request: ConfigurationRequest) -> Configuration:
    """The rules of a deployment, or of several, in a platform's language. A rule is written whole or not at all.

    Whether a configuration with rules left out may be used is for the caller to decide. Raises `HostUnknown` for a
    host-based platform without a host that the endpoints name, and for any other with a host; `MarkRefused` as
    `check_mark_bit`.
    """
    if request.endpoint and not platform.per_host:
        raise HostUnknown("not-of-a-host", platform=platform.name)
    check_mark_bit(platform, request.mark_bit)
    possible, impossible = permits_of_host(request) if platform.per_host else _permits_of_all(request)
    left_out = _in_order_of_rules(request, [*impossible, *_too_much(platform, possible)])
    missing = {skipped.rule.id for skipped in left_out}
    permits = tuple(permit for permit in possible if permit.rule.id not in missing)
    written = tuple({permit.rule.id: permit.rule for permit in permits}.values())
    lines = notes(platform.name, request, written, left_out, limits_of(platform, request))
    text = platform.write(Content(request, permits, tuple(lines)))
    _insist_on_all(written, text)
    return Configuration(text, _filename(platform, request), written, left_out)


def check_mark_bit(platform: Platform, bit: int | None) -> None:
    """Raise `MarkRefused` if a platform's file can't use this bit of the packet mark; None is the usual one."""
    if bit is None:
        return
    if not platform.marks:
        raise MarkRefused("not-marked", platform=platform.name)
    parse_mark_bit(str(bit))


def _permits_of_all(request: ConfigurationRequest) -> tuple[list[Permit], list[LeftOut]]:
    permits = [permit_of(rule, request.slugs_with(rule)) for rule in request.rules.rules]
    left_out = [LeftOut(rule, request.slugs_with(rule), why_unresolved(rule)) for rule in request.rules.unresolved]
    return permits, left_out


def _too_much(platform: Platform, permits: Iterable[Permit]) -> Iterator[LeftOut]:
    """What the platform can't express, or not in one file: the rules in their order, as long as there is room."""
    filled: Counter[Place] = Counter()
    written = 0
    for permit in permits:
        sizes = platform.size(permit)
        if why := _why_not_written(platform, permit, sizes, filled, written):
            yield LeftOut(permit.rule, permit.deployments, why)
        else:
            filled.update(sizes)
            written += 1


def _why_not_written(
    platform: Platform, permit: Permit, sizes: Mapping[Place, int], filled: Counter[Place], written: int
) -> str:
    """Why a permit can't stand in a file behind those that fill it; an empty string if it can."""
    if (names := [*permit.source.names, *permit.destination.names]) and not platform.takes_names:
        return _takes_no_names(platform, names)
    if platform.most_of_one is not None and permit.addresses > platform.most_of_one:
        return _is_too_large(platform, permit)
    if any(filled[place] + size > platform.most for place, size in sizes.items()):
        return _takes_no_more(platform, max(sizes.values()), permit)
    if platform.most_rules is not None and written == platform.most_rules:
        return f"A file for {platform.name} holds {written} rules. Allow it by hand."
    return ""


def _takes_no_names(platform: Platform, names: list[str]) -> str:
    by_hand = f"Resolve {' and '.join(names)} and allow the addresses by hand, or give the endpoint its IPv4 address"
    return f"A file for {platform.name} holds no host names. {by_hand}."


def _is_too_large(platform: Platform, permit: Permit) -> str:
    return (
        f"Its ends have {permit.addresses:,} addresses together, and one rule for {platform.name} holds "
        f"{platform.most_of_one:,}. Allow it by hand with several rules, or {AS_NETWORKS}."
    )


def _takes_no_more(platform: Platform, size: int, permit: Permit) -> str:
    needed = f"From {len(permit.source.networks):,} to {len(permit.destination.networks):,} networks it needs {size:,}"
    return (
        f"{needed} entries, and with those before it that is more than the {platform.most:,} that a file for "
        f"{platform.name} holds. Allow it by hand, or {AS_NETWORKS}."
    )


def _in_order_of_rules(request: ConfigurationRequest, left_out: list[LeftOut]) -> tuple[LeftOut, ...]:
    """One of each rule, the first, in the order of the rules."""
    by_id: dict[str, LeftOut] = {}
    for skipped in left_out:
        by_id.setdefault(skipped.rule.id, skipped)
    return tuple(by_id[rule.id] for rule in request.rules.all if rule.id in by_id)


def _insist_on_all(written: Iterable[Rule], text: str) -> None:
    """Raise `NotRendered` if a rule stands in the heading alone."""
    if lost := [rule.id for rule in written if text.count(rule.id) < 2]:
        raise NotRendered(f"not written: {', '.join(lost)}")


def _filename(platform: Platform, request: ConfigurationRequest) -> str:
    host = re.sub(r"[^A-Za-z0-9]+", "-", plain(request.endpoint or "")).strip("-") if platform.per_host else ""
    parts = [bounded(request.slug, LONGEST_SLUG), host, platform.slug]
    return f"{'-'.join(filter(None, parts))}.{platform.extension}"

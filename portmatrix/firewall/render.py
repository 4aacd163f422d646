"""From rules to a platform's configuration: what can be written is, and the rest is told."""

import re
from collections import Counter

from .comments import notes, plain
from .generator import NotRendered
from .hosts import permits_of_host, why_unresolved
from .order import Configuration, HostUnknown, LeftOut, Order
from .permits import Permit, permit_of
from .platforms import Platform
from .several import judge_mark, warnings
from .work import LONGEST_SLUG, Work, bounded


def render(platform: Platform, order: Order) -> Configuration:
    """The rules of a deployment, or of several, in a platform's language. A rule is written whole or not at all.

    Whether a configuration with rules left out may be used is for the caller to decide. Raises `HostUnknown` for a
    host-based platform without a host that the endpoints name, and for any other with a host; `MarkRefused` for a
    bit of the packet mark that there is not, or on a platform that uses none.
    """
    if order.endpoint and not platform.per_host:
        raise HostUnknown(f"A file for {platform.name} is not for one host. Leave the endpoint out.")
    judge_mark(platform, order.mark_bit)
    permits, left_out = permits_of_host(order) if platform.per_host else _permits_of_all(order)
    left_out = _sorted(order, [*left_out, *_too_much(platform, permits)])
    lost = {one.rule.id for one in left_out}
    permits = tuple(permit for permit in permits if permit.rule.id not in lost)
    written = tuple({permit.rule.id: permit.rule for permit in permits}.values())
    limits = [*warnings(platform, order), *platform.limits]
    heading = notes(f"{platform.name} configuration", order, platform.per_host, written, left_out, limits)
    text = platform.write(Work(order, permits, tuple(heading)))
    _insist_on_all(written, text)
    return Configuration(text, _filename(platform, order), written, left_out)


def _permits_of_all(order):
    unresolved = [LeftOut(rule, why_unresolved(rule)) for rule in order.rules.unresolved]
    return [permit_of(rule, tuple(one.slug for one in order.needing(rule))) for rule in order.rules.rules], unresolved


def _too_much(platform: Platform, permits: list[Permit]):
    """What the platform can't express, or not in one file: the rules in their order, as long as there is room."""
    filled, written = Counter(), 0
    for permit in permits:
        sizes = platform.size(permit)
        if (names := [*permit.source.names, *permit.destination.names]) and not platform.takes_names:
            yield LeftOut(permit.rule, _takes_no_names(platform, names))
        elif platform.most_of_one is not None and permit.addresses > platform.most_of_one:
            yield LeftOut(permit.rule, _is_too_large(platform, permit))
        elif any(filled[place] + size > platform.most for place, size in sizes.items()):
            yield LeftOut(permit.rule, _takes_no_more(platform, max(sizes.values()), permit))
        elif platform.most_rules is not None and written == platform.most_rules:
            yield LeftOut(permit.rule, f"A file for {platform.name} holds {written} rules. Allow it by hand.")
        else:
            filled.update(sizes)
            written += 1


def _takes_no_names(platform, names):
    by_hand = f"Resolve {' and '.join(names)} and allow the addresses by hand, or give the endpoint its IPv4 address"
    return f"A file for {platform.name} holds no host names. {by_hand}."


def _is_too_large(platform, permit):
    return (
        f"Its ends have {permit.addresses:,} addresses together, and one rule for {platform.name} holds "
        f"{platform.most_of_one:,}. Give the endpoints as networks, or allow it by hand with several rules."
    )


def _takes_no_more(platform, size, permit):
    needed = f"From {len(permit.source.networks):,} to {len(permit.destination.networks):,} networks it needs {size:,}"
    return (
        f"{needed} entries, and with those before it that is more than the {platform.most:,} that a file for "
        f"{platform.name} holds. Give the endpoints as networks, or allow it by hand."
    )


def _sorted(order, left_out):
    """In the order of the rules, one reason for each."""
    place = {rule.id: place for place, rule in enumerate([*order.rules.rules, *order.rules.unresolved])}
    first = {one.rule.id: one for one in reversed(left_out)}
    return tuple(sorted(first.values(), key=lambda one: place[one.rule.id]))


def _insist_on_all(written, text):
    """Raises `NotRendered` if a rule stands in the heading alone."""
    if lost := [rule.id for rule in written if text.count(rule.id) < 2]:
        raise NotRendered(f"not written: {', '.join(lost)}")


def _filename(platform, order):
    host = re.sub(r"[^A-Za-z0-9]+", "-", plain(order.endpoint)).strip("-") if platform.per_host else ""
    parts = [bounded(order.slug, LONGEST_SLUG), host, platform.slug]
    return f"{'-'.join(filter(None, parts))}.{platform.extension}"

"""What somebody may have meant by a word that is not valid: the only one that slips of the keyboard explain, or none.
Pure.

A component is more than a word: whoever follows a suggestion opens that component's ports. Many of their names share
words such as “server”, which tell nothing by themselves, so each of the other words has to be there, and no more.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from .utils.text import folded

# rapidfuzz takes 4 MiB, which a server that was never asked for a misspelt word need not: it is imported where used.

LONGEST = 120  # characters of a text that are looked at, as of the longest slug
MOST_SLIPS = 2  # in a name
SHORTEST_MISSPELT = 4  # letters; a shorter word is one letter away from too many others

# Words that tell nothing by themselves. These may be there or not:
FILLERS = {"a", "an", "and", "for", "in", "of", "on", "service", "the"}
MAKERS = {"app", "applayering", "citrix", "layer", "layering", "microsoft", "unidesk", "vmware"}
FORMS = {"appliance", "cloud", "machine", "platform", "server"}
# and these make another thing of what they stand beside: an agent on Hyper-V is not Hyper-V's connector.
ROLES = {"agent", "api", "connector", "file", "host", "hypervisor", "management", "user", "web"}
GENERIC = FILLERS | MAKERS | FORMS | ROLES
SINGULAR = {f"{word}s": word for word in GENERIC if len(word) > 2}

Components = tuple[tuple[str, ...], ...]  # of each its slug, then what else it is called

PORT_SLUG = re.compile(r"(.+)-([a-z0-9]+-[0-9]+)")  # component, transport and number


def nearest(value: object, valid: Iterable[str]) -> str:
    """The only valid word that is nearest to a value, in any case of letters; empty if none is near, or several are."""
    words = list(dict.fromkeys(valid))
    typed = str(value)[:LONGEST].casefold()
    distances = dict(_near(typed, [word.casefold() for word in words], _likely_slips(typed)))
    return _only({words[position]: distance for position, distance in distances.items()})


def nearest_component(value: object, components: Components) -> str:
    """The slug of the only component that a value may mean; empty if there is none, or several.

    A name of which all words are there comes before one of which only those that count are.
    """
    typed = _words(str(value)[:LONGEST])
    ranks: dict[str, tuple[int, int]] = {}
    for position, (words, table) in enumerate(zip((typed, _counting(typed)), _tables(components), strict=True)):
        for slips_made, name in _meant(words, table):
            if name.beside.issubset(typed):
                rank = (slips_made, position)
                ranks[name.slug] = min(rank, ranks.get(name.slug, rank))
    return _only(ranks)


def nearest_port(value: object, slugs: Iterable[str]) -> str:
    """The slug of the port that a value may mean: of the component that is meant, the nearest transport and number."""
    parts = PORT_SLUG.fullmatch(str(value)[:LONGEST].lower())
    if not parts:
        return ""
    ports = _ports_by_component(tuple(slugs))
    component = parts[1] if parts[1] in ports else nearest_component(parts[1], tuple((slug,) for slug in ports))
    port = nearest(parts[2], ports.get(component, ()))
    return f"{component}-{port}" if port else ""


def slips(word: str, other: str, most: int | None = None) -> int:
    """How many letters are left out, added, mistaken or swapped; one more than `most` for any number above it."""
    from rapidfuzz.distance import OSA

    return OSA.distance(word, other, score_cutoff=most)


def _near(typed: str, choices: Sequence[str], most: int) -> list[tuple[int, int]]:
    """(position, slips) of the choices with at most so many slips."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extract(typed, choices, scorer=OSA.distance, score_cutoff=most, limit=None)
    return [(position, distance) for _, distance, position in found]


def _likely_slips(word: str) -> int:
    """How many slips somebody makes in a word."""
    if len(word) < 3:
        return 0
    return 1 if len(word) < 7 else max(2, len(word) // 6)


def _only(ranks: Mapping[str, int] | Mapping[str, tuple[int, int]]) -> str:
    """The one with the lowest rank; empty if there is none, or several have it."""
    lowest = min(ranks.values(), default=None)
    best = [word for word, rank in ranks.items() if rank == lowest]
    return best[0] if len(best) == 1 else ""


class _Name(NamedTuple):
    """A slug, name or alias: whose it is, its words, and further words that have to stand beside them."""

    slug: str
    words: tuple[str, ...]
    beside: frozenset[str]


Table = dict[str, set[_Name]]  # names by their words written as one, so that “hyperv” is “Hyper-V” too


@lru_cache(maxsize=4)
def _tables(components: Components) -> tuple[Table, Table]:
    """The names of all components: by all of their words, and by those that count."""
    whole, counting = defaultdict(set), defaultdict(set)
    for slug, *names in components:
        for words in filter(None, map(_words, (slug, *names))):
            whole["".join(words)].add(_Name(slug, words, frozenset()))
            part = _counting(words)
            counting["".join(part)].add(_Name(slug, part, _beside(words, part)))
    return whole, counting


@lru_cache(maxsize=4)
def _ports_by_component(slugs: tuple[str, ...]) -> dict[str, list[str]]:
    """Transport and number, as a slug ends in them, of each component's ports."""
    ports = defaultdict(list)
    for parts in filter(None, map(PORT_SLUG.fullmatch, slugs)):
        ports[parts[1]].append(parts[2])
    return dict(ports)


def _words(text: str) -> tuple[str, ...]:
    return tuple(SINGULAR.get(word, word) for word in re.findall(r"[^\W_]+", folded(text)))


def _counting(words: Sequence[str]) -> tuple[str, ...]:
    """Those of a name's words that have to be there: what tells something, and roles; in want of such, its form."""
    counting = tuple(word for word in words if word not in FILLERS | MAKERS | FORMS)
    return counting or tuple(word for word in words if word in FORMS)


def _beside(words: Sequence[str], counting: Sequence[str]) -> frozenset[str]:
    """A name without a word that tells something needs all the others too: any hypervisor is not Citrix Hypervisor."""
    return frozenset(words) - FILLERS - {*counting} if GENERIC.issuperset(words) else frozenset()


def _meant(words: tuple[str, ...], table: Table) -> Iterator[tuple[int, _Name]]:
    """(slips, name) of the names in a table that words may mean."""
    keys = list(table)
    for position, _ in _near("".join(words), keys, MOST_SLIPS) if words else ():
        for name in table[keys[position]]:
            slips_made = _slips_between(words, name.words)
            if slips_made is not None:
                yield slips_made, name


def _slips_between(words: tuple[str, ...], others: tuple[str, ...]) -> int | None:
    """The slips between typed words and those of a name; None if any word has more than are likely."""
    if "".join(words) == "".join(others):
        return 0
    if len(words) != len(others):
        return None
    total = 0
    for word, other in zip(words, others, strict=True):
        made = slips(word, other)
        misspelt = word not in GENERIC and min(len(word), len(other)) >= SHORTEST_MISSPELT
        if made > (_likely_slips(max(word, other, key=len)) if misspelt else 0):
            return None
        total += made
    return total

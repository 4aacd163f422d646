"""What somebody may have meant by a word that is not valid: the only one that a slip of the hand explains, or none.
Pure.

A component is more than a word: whoever follows a suggestion opens that component's ports. Most of their names share
words such as “server” or “connector”, which tell nothing by themselves, so that only the others count.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from .utils import spelling

LONGEST = 120  # characters of a word that are looked at, as of the longest slug
MOST_WORDS = 12  # of a name
MOST_SLIPS = 2  # in one word of it
SHORTEST_MISSPELT = 4  # letters; a shorter word is one letter away from too many others

# Words that tell nothing by themselves, of four kinds. Some say nothing at all,
IDLE = {"a", "an", "and", "for", "in", "of", "on", "service", "the"}
# some say who makes it,
MAKERS = {"app", "applayering", "citrix", "layer", "layering", "microsoft", "vmware"}
# some say in which form it comes, and may be there or not,
FORMS = {"appliance", "cloud", "machine", "platform", "server"}
# and some make another thing of what they stand beside: an agent on Hyper-V is not Hyper-V's connector.
ROLES = {"agent", "api", "connector", "file", "host", "hypervisor", "management", "user", "web"}
GENERIC = IDLE | MAKERS | FORMS | ROLES
SINGULAR = {f"{word}s": word for word in GENERIC if len(word) > 2}
# What a word without a counterpart counts; all others count 2.
COST = {**dict.fromkeys(IDLE | MAKERS, 0), **dict.fromkeys(FORMS, 1)}

LISTENER = re.compile(r"(.+)-([a-z0-9]+-[0-9]+)")  # component, transport and number


def nearest(value: object, valid: Iterable[str]) -> str:
    """The only valid word that is nearest to a value, in any case of letters; empty if none is near, or several are."""
    words = list(dict.fromkeys(valid))
    typed = str(value)[:LONGEST].casefold()
    folded = [word.casefold() for word in words]
    found = spelling.nearest(typed, folded, _slips(typed), limit=2)
    if not found or (len(found) == 2 and found[0][1] == found[1][1]):
        return ""
    return words[found[0][2]]


def nearest_component(value: object, names: Mapping[str, object]) -> str:
    """The slug of the only component that a value may mean, by its slug or its name; empty if there is none.

    `names` maps slugs to names, or to objects whose text is the name.
    """
    return _index(tuple((slug, str(name)) for slug, name in names.items())).find(str(value)[:LONGEST])


def nearest_listener(value: object, slugs: Iterable[str]) -> str:
    """The slug of the listener that a value may mean: of the component that is meant, the one of the nearest port."""
    by_component = defaultdict(dict)
    for slug in slugs:
        if parts := LISTENER.fullmatch(slug):
            by_component[parts[1]][parts[2]] = slug
    parts = LISTENER.fullmatch(str(value)[:LONGEST].lower())
    if not parts:
        return ""
    component = parts[1]
    if component not in by_component:
        component = nearest_component(component, dict.fromkeys(by_component, ""))
    ports = by_component.get(component, {})
    return ports.get(nearest(parts[2], ports), "")


def _slips(*words):
    """How many letters left out, added, mistaken or swapped a slip of the hand explains between words."""
    longest = max(map(len, words))
    if longest < 3:
        return 0
    return 1 if longest < 7 else max(2, longest // 6)


class _Form(NamedTuple):
    """A slug or a name: whose it is, and its words."""

    slug: str
    words: tuple


@lru_cache(maxsize=4)
def _index(names):
    return _Index(names)


class _Index:
    """The words of many names, each with the forms in which it stands: looked up instead of compared one by one."""

    def __init__(self, names):
        forms = dict.fromkeys(_Form(slug, words) for slug, name in names for words in (_words(slug), _words(name)))
        self.forms = [form for form in forms if form.words]
        self.without_telling = [form for form in self.forms if not any(map(_tells, form.words))]
        self.numbers = defaultdict(set)  # of the forms in which a word stands, or two or all words written as one
        for number, form in enumerate(self.forms):
            for word in (*form.words, *(joined for joined, _ in _joined(form.words))):
                self.numbers[word].add(number)
        self.vocabulary = [*{word for form in self.forms for word in form.words}]

    def find(self, typed):
        """The slug that a text may mean, or an empty one."""
        words = _words(typed)[:MOST_WORDS]
        best = {}
        for variant, joined in [(words, ""), *_with_a_pair_joined(words)]:
            for form in self._candidates(variant, joined):
                rank = _rank(form.words, variant, joined)
                if rank is not None:
                    best[form.slug] = min(rank, best.get(form.slug, rank))
        fewest = min(best.values(), default=None)
        meant = [slug for slug, rank in best.items() if rank == fewest]
        return meant[0] if len(meant) == 1 else ""

    def _candidates(self, words, joined):
        """The forms that have every telling word, or one like it; without any, those that have none either."""
        telling = [word for word in words if _tells(word)]
        if not telling:
            return self.without_telling
        found = [set().union(*map(self.numbers.get, self._like(word, joined))) for word in telling]
        return [self.forms[number] for number in sorted(set.intersection(*found))]

    def _like(self, word, joined):
        if word == joined or len(word) < SHORTEST_MISSPELT:
            return {word} & self.numbers.keys()
        near = spelling.nearest(word, self.vocabulary, MOST_SLIPS)
        return {other for other, _, _ in near if _distance(word, other) is not None} | {word} & self.numbers.keys()


def _rank(form, words, joined):
    """How near words are to a form: (slips, cost of the words without a counterpart); None if they don't mean it.

    Every word that tells something or is a role has to have its counterpart. What tells something in the form may be
    left out only where nothing is misspelt; of a form that tells nothing, nothing may.
    """
    slips, found = 0, {place for place, word in enumerate(form) if word in words}
    for word in words:
        if word in form or not (_tells(word) or word in ROLES):
            continue
        counterpart = min(_counterparts(form, word, word != joined), key=lambda pair: pair[0], default=None)
        if counterpart is None:
            return None
        slips += counterpart[0]
        found |= counterpart[1]
    missing = [word for place, word in enumerate(form) if place not in found]
    telling = list(filter(_tells, form))
    demanded = set(telling if slips else ()) if telling else set(form) - IDLE
    if demanded.intersection(missing):
        return None
    unused = [word for word in words if word in FORMS and word not in form]
    return slips, sum(COST.get(word, 2) for word in missing) + len(unused)


def _counterparts(form, word, may_slip):
    """(slips, places) of what a word may stand for in a form. Words written as one count as a slip."""
    for joined, places in _joined(form):
        if joined == word:
            yield 1, places
    for place, other in enumerate(form):
        if may_slip and (slips := _distance(word, other)) is not None:
            yield slips, {place}


def _distance(word, other):
    """The slips between two words; None if they are too many for one to be the other."""
    if word == other:
        return 0
    slips = spelling.slips(word, other)
    return (
        slips
        if _tells(word) and len(word) >= SHORTEST_MISSPELT and slips <= min(_slips(word, other), MOST_SLIPS)
        else None
    )


def _tells(word):
    return word not in GENERIC


def _words(text):
    words = re.findall(r"[^\W_]+", normalize("NFKC", text).casefold())
    return tuple(SINGULAR.get(word, word) for word in words)


def _joined(words):
    """(word, its places) for neighbours written as one, such as hyperv."""
    pairs = [(start, start + 2) for start in range(len(words) - 1)]
    for start, end in [*pairs, (0, len(words))]:
        yield "".join(words[start:end]), set(range(start, end))


def _with_a_pair_joined(words):
    """(words, the new one) with two neighbours written as one, such as vcenter for v-center."""
    for at in range(len(words) - 1):
        joined = words[at] + words[at + 1]
        yield (*words[:at], joined, *words[at + 2 :]), joined

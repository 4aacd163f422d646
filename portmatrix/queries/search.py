"""The search over the whole catalogue: what a few typed words mean, what matches them, and in which order. All of it is
pure but `load`, the one function that asks the database.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from unicodedata import normalize

from ..choices import PORT_MAX, PORT_MIN
from ..models import Component, Connection, Port, Statement
from ..suggestions import slips

EXACT, BEGINS, INSIDE, ELSEWHERE = range(4)  # how well a word matches, best first
BETWEEN_WORDS = re.compile(r"[\s/:,;()]+")  # a firewall's log writes tcp/3509 and 10.0.0.1:3509
WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
SHORTEST_INSIDE = 3  # two letters stand inside almost everything
SHORTEST_MISTYPED = 4  # and a word of three letters is one letter away from too many
LONG = 8  # letters of a word that may have two faults
GENERIC = {"port", "tcp", "udp"}  # words that leave a port number as clear as it is alone


@dataclass(frozen=True)
class Asked:
    """A query understood: its whole text in lower case, its numbers (digits without leading zeros), its other words."""

    phrase: str
    numbers: tuple
    words: tuple

    @property
    def number(self):
        """The one port number that the query asks for and nothing besides; None if it asks for anything else."""
        clear = len(self.numbers) == 1 and GENERIC.issuperset(self.words)
        return int(self.numbers[0]) if clear else None


@dataclass(frozen=True)
class Catalogue:
    """All that can be found. Listeners have effective numbers; connections have their ends and `ports`."""

    components: list
    listeners: list
    connections: list
    statements: list


@dataclass(frozen=True)
class StandingAt:
    """A number and the listeners that stand there now, then those that did by default and were moved away."""

    number: int
    listeners: list


@dataclass(frozen=True)
class Found:
    """What matches, each list best first. `near` holds components of a similar name, when none has the one asked for.

    `best` is the one hit that is clearly meant, a `StandingAt` or a component, else None. `unused` is a port number
    that was asked for and that no listener has; `no_port` one that is none (both None otherwise).
    """

    ports: list = field(default_factory=list)
    components: list = field(default_factory=list)
    near: list = field(default_factory=list)
    connections: list = field(default_factory=list)
    statements: list = field(default_factory=list)
    best: object = None
    unused: int | None = None
    no_port: int | None = None

    @property
    def total(self):
        """How many hits there are; near ones count, since they are shown as well."""
        return sum(map(len, (self.ports, self.components, self.near, self.connections, self.statements)))


def load():
    """The whole `Catalogue`. Five queries, whatever the number of rows."""
    return Catalogue(
        list(Component.objects.select_related("host", "group")),
        list(Port.objects.select_related("component").with_effective_numbers()),
        list(Connection.objects.with_ends().with_ports()),
        list(Statement.objects.in_page_order()),
    )


def find(text, catalogue):
    """What a text finds in a `Catalogue`, as `Found`. Every word has to match. Pure."""
    asked = understand(text)
    if not asked.numbers and not asked.words:
        return Found()
    ports = _ports(asked, catalogue.listeners)
    components = _ranked(asked, catalogue.components, _of_component)
    best = _best(asked, ports, components)
    return Found(
        ports=ports,
        components=sorted(components, key=lambda component: component is not best),
        near=[] if components else _near(asked, catalogue.components),
        connections=_ranked(asked, catalogue.connections, _of_connection),
        statements=_ranked(asked, catalogue.statements, _of_statement),
        best=best,
        **_without_listener(asked.number, catalogue.listeners),
    )


def understand(text):
    """Split a text into numbers and words (`Asked`). Pure."""
    phrase = " ".join(normalize("NFKC", text).casefold().split())
    words = [word for part in BETWEEN_WORDS.split(phrase) for word in WORD.findall(part)]
    numbers = [word.lstrip("0") or "0" for word in words if _is_number(word)]
    return Asked(phrase, tuple(numbers), tuple(word for word in words if not _is_number(word)))


def grade(words, first, further=""):
    """How well the worst of the words matches the text `first`, or at least the beginning of a word of `further`.

    `EXACT`, `BEGINS`, `INSIDE` or `ELSEWHERE`; None if a word does not match at all. Without words: `EXACT`. Pure.
    """
    first_words, further_words = _split(first), _split(further)
    grades = [_grade_of_one(word, first_words, further_words) for word in words]
    return None if None in grades else max(grades, default=EXACT)


def faults_between(word, name):
    """Letters left out, added, mistaken or swapped between a word and the nearest word of a name or its beginning.

    None if there are more than a slip of the hand explains: one, or two in a long word. Pure.
    """
    if len(word) < SHORTEST_MISTYPED:
        return None
    allowed = 1 if len(word) < LONG else 2
    candidates = {part[:length] for part in _split(name) for length in (len(word), None)}
    fewest = min((slips(word, candidate, allowed) for candidate in candidates), default=allowed + 1)
    return fewest if fewest <= allowed else None


def _is_number(word):
    return word.isascii() and word.isdigit()


def _split(text):
    """The words of a text in lower case: "Hyper-V" is hyper-v, hyper, v and hyperv."""
    found = set()
    for word in WORD.findall(text.casefold()):
        parts = re.split("[-.]", word)
        found |= {word, *parts, "".join(parts)}
    return found


def _grade_of_one(word, first, further):
    if word in first:
        return EXACT
    if any(other.startswith(word) for other in first):
        return BEGINS
    if len(word) >= SHORTEST_INSIDE and not _is_number(word) and any(word in other for other in first):
        return INSIDE
    return ELSEWHERE if any(other.startswith(word) for other in further) else None


def _ranked(asked, rows, texts):
    """The rows that match, best first, otherwise in the order given; `texts` makes a row's two texts for `grade`."""
    graded = [(grade((*asked.numbers, *asked.words), *texts(row)), row) for row in rows]
    return [row for worst, row in sorted((pair for pair in graded if pair[0] is not None), key=lambda pair: pair[0])]


def _of_component(component):
    return f"{component.name} {component.slug} {component.fqdn}", component.description


def _of_connection(connection):
    numbers = " ".join(f"{port.effective_number} {port.number}" for port in connection.ports.all())
    spoken = " ".join(f"{port.transport} {port.application}" for port in connection.ports.all())
    ends = " ".join(f"{end.name} {end.slug}" for end in (connection.source, connection.destination))
    return f"{connection.activity} {numbers}", f"{ends} {spoken} port"


def _of_statement(statement):
    return " ".join(statement.cells), f"{statement.heading} port"


def _ports(asked, listeners):
    """`StandingAt` every number that matches: exact numbers first, then those that begin so."""
    grades, standing = {}, defaultdict(list)
    for listener in listeners:
        for number, worst in _numbers_of(asked, listener):
            grades[number] = min(worst, grades.get(number, worst))
            standing[number].append(listener)
    return [
        StandingAt(number, sorted(standing[number], key=lambda listener: listener.effective_number != number))
        for number in sorted(grades, key=lambda number: (grades[number], number))
    ]


def _numbers_of(asked, listener):
    """(number, grade) of a listener that matches: by digits at both its numbers, by application where it is now."""
    spoken = f"{listener.application} {listener.transport} port"
    if asked.numbers:
        if grade(asked.words, spoken, f"{listener.component.name} {listener.component.slug}") is None:
            return
        for number in {listener.effective_number, listener.number}:
            grades = [grade([digits], str(number)) for digits in asked.numbers]
            if grades != [None] * len(grades):
                yield number, min(found for found in grades if found is not None)
    elif any(grade([word], listener.application) in (EXACT, BEGINS) for word in asked.words):
        worst = grade(asked.words, spoken)
        if worst is not None:
            yield listener.effective_number, worst


def _near(asked, components):
    """Components of which every word asked for is a misspelt or right part of the name, fewest faults first."""
    if asked.numbers:
        return []
    totals = [(_faults(asked.words, component), component) for component in components]
    return [component for total, component in sorted((pair for pair in totals if pair[0]), key=lambda pair: pair[0])]


def _faults(words, component):
    name = f"{component.name} {component.slug}"
    faults = [0 if grade([word], name) is not None else faults_between(word, name) for word in words]
    return None if None in faults else sum(faults)


def _best(asked, ports, components):
    """What is clearly meant: a number in use, or the only component of exactly this name or slug."""
    if asked.number is not None:
        return next((standing for standing in ports if standing.number == asked.number), None)
    named = [component for component in components if asked.phrase in (component.name.casefold(), component.slug)]
    return named[0] if len(named) == 1 else None


def _without_listener(number, listeners):
    """Under `unused` or `no_port` the number asked for, if no listener has it, whatever its transport."""
    if number is None or any(number in (listener.effective_number, listener.number) for listener in listeners):
        return {}
    return {"unused" if PORT_MIN <= number <= PORT_MAX else "no_port": number}

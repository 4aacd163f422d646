"""The search over the whole catalogue: what a few typed words mean, what matches them, and in which order. All of it is
pure but `load`, the one function that asks the database.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TypeVar

from ..choices import PORT_MAX, PORT_MIN
from ..models import Component, Connection, Port, Statement
from ..naming import Names
from ..suggestions import slips
from ..utils.text import folded

EXACT, BEGINS, INSIDE, ELSEWHERE = range(4)  # how well a word matches, best first
BETWEEN_WORDS = re.compile(r"[\s/:,;()]+")  # a firewall's log writes tcp/3509 and 10.0.0.1:3509
WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
SHORTEST_INSIDE = 3  # two letters stand inside almost everything
SHORTEST_MISTYPED = 4  # and a word of three letters is one letter away from too many
LONG = 8  # letters of a word that may have two faults
GENERIC = {"port", "tcp", "udp"}  # words that leave a port number as clear as it is alone


Row = TypeVar("Row")


@dataclass(frozen=True)
class Query:
    """A query understood: its whole text, folded, its numbers (digits without leading zeros), its other words."""

    phrase: str
    numbers: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def number(self) -> int | None:
        """The one port number that the query asks for and nothing besides; None if it asks for anything else."""
        clear = len(self.numbers) == 1 and GENERIC.issuperset(self.words)
        return int(self.numbers[0]) if clear else None


@dataclass(frozen=True)
class Catalogue:
    """All that can be found. Components have their aliases, ports effective numbers, connections ends and ports."""

    components: list[Component]
    ports: list[Port]
    connections: list[Connection]
    statements: list[Statement]


@dataclass(frozen=True)
class PortNumber:
    """A number and its ports: those that have it now, then those that have it by default and are overridden."""

    number: int
    ports: list[Port]


@dataclass(frozen=True)
class Results:
    """What matches, each list best first. `near` holds components of a similar name, when none has the one asked for.

    `best` is the one hit that is clearly meant, a `PortNumber` or a component, else None. `unused` is a number that was
    asked for and that no port has; `no_port` one that no port can have (both None otherwise).
    """

    ports: list[PortNumber] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    near: list[Component] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    best: PortNumber | Component | None = None
    unused: int | None = None
    no_port: int | None = None

    @property
    def total(self) -> int:
        """How many hits there are; near ones count, since they are shown as well."""
        hits = (self.ports, self.components, self.near, self.connections, self.statements)
        return sum(len(kind) for kind in hits)


def load() -> Catalogue:
    """The whole `Catalogue`. Six queries, whatever the number of rows."""
    return Catalogue(
        list(Component.objects.select_related("host", "group").prefetch_related("aliases")),
        list(Port.objects.select_related("component").with_effective_numbers()),
        list(Connection.objects.with_ends().with_ports()),
        list(Statement.objects.in_page_order()),
    )


def find(text: str, catalogue: Catalogue) -> Results:
    """What a text finds in a `Catalogue`, as `Results`. Every word has to match. Pure."""
    query = understand(text)
    if not query.numbers and not query.words:
        return Results()
    ports = _numbers(query, catalogue.ports)
    components = _ranked(query, catalogue.components, _texts_of_component)
    best = _best(query, ports, components)
    return Results(
        ports=ports,
        components=sorted(components, key=lambda component: component is not best),
        near=[] if components else _near(query, catalogue.components),
        connections=_ranked(query, catalogue.connections, _texts_of_connection),
        statements=_ranked(query, catalogue.statements, _texts_of_statement),
        best=best,
        **_unused(query.number, catalogue.ports),
    )


def understand(text: str) -> Query:
    """Split a text into numbers and words (`Query`). Pure."""
    phrase = folded(text)
    words = [word for part in BETWEEN_WORDS.split(phrase) for word in WORD.findall(part)]
    numbers = [word.lstrip("0") or "0" for word in words if _is_number(word)]
    return Query(phrase, tuple(numbers), tuple(word for word in words if not _is_number(word)))


def grade(words: Iterable[str], first: str, further: str = "") -> int | None:
    """How well the worst of the words matches the text `first`, or at least the beginning of a word of `further`.

    `EXACT`, `BEGINS`, `INSIDE` or `ELSEWHERE`; None if a word does not match at all. Without words: `EXACT`. Pure.
    """
    first_words, further_words = _split(first), _split(further)
    grades = [_grade_of_word(word, first_words, further_words) for word in words]
    matching = [grade for grade in grades if grade is not None]
    return max(matching, default=EXACT) if len(matching) == len(grades) else None


def faults_between(word: str, name: str) -> int | None:
    """Letters left out, added, mistaken or swapped between a word and the nearest word of a name or its beginning.

    None if there are more than a slip of the hand explains: one, or two in a long word. Pure.
    """
    if len(word) < SHORTEST_MISTYPED:
        return None
    allowed = 1 if len(word) < LONG else 2
    candidates = {part[:length] for part in _split(name) for length in (len(word), None)}
    fewest = min((slips(word, candidate, allowed) for candidate in candidates), default=allowed + 1)
    return fewest if fewest <= allowed else None


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()


def _split(text: str) -> set[str]:
    """The words of a text in lower case: "Hyper-V" is hyper-v, hyper, v and hyperv."""
    words: set[str] = set()
    for word in WORD.findall(text.casefold()):
        parts = re.split("[-.]", word)
        words |= {word, *parts, "".join(parts)}
    return words


def _grade_of_word(word: str, first: set[str], further: set[str]) -> int | None:
    if word in first:
        return EXACT
    if any(other.startswith(word) for other in first):
        return BEGINS
    if len(word) >= SHORTEST_INSIDE and not _is_number(word) and any(word in other for other in first):
        return INSIDE
    return ELSEWHERE if any(other.startswith(word) for other in further) else None


def _ranked(query: Query, rows: Iterable[Row], texts_of: Callable[[Row], tuple[str, str]]) -> list[Row]:
    """The rows that match, best first, otherwise in the order given; `texts_of` makes a row's two texts for `grade`."""
    return _lowest_first((grade((*query.numbers, *query.words), *texts_of(row)), row) for row in rows)


def _lowest_first(ranked: Iterable[tuple[int | None, Row]]) -> list[Row]:
    """The rows that have a rank, the lowest first, otherwise in the order given."""
    ranks = [(rank, row) for rank, row in ranked if rank is not None]
    return [row for _, row in sorted(ranks, key=itemgetter(0))]


def _texts_of_component(component: Component) -> tuple[str, str]:
    return f"{_own_names(component)} {component.fqdn}", f"{component.description} {_aliases(component)}"


def _texts_of_connection(connection: Connection) -> tuple[str, str]:
    numbers = " ".join(f"{port.effective_number} {port.number}" for port in connection.ports.all())
    protocols = " ".join(f"{port.transport} {port.application}" for port in connection.ports.all())
    ends = " ".join(_own_names(end) for end in (connection.source, connection.destination))
    return f"{connection.activity} {numbers}", f"{ends} {protocols} port"


def _texts_of_statement(statement: Statement) -> tuple[str, str]:
    return " ".join(statement.cells), f"{statement.heading} port"


def _own_names(component: Component) -> str:
    return f"{component.name} {component.slug}"


def _aliases(component: Component) -> str:
    return " ".join(component.names[1:])


def _numbers(query: Query, ports: Iterable[Port]) -> list[PortNumber]:
    """A `PortNumber` for every number that matches: exact numbers first, then those that begin so."""
    grades: dict[int, int] = {}
    ports_by_number = defaultdict(list)
    for port in ports:
        for number, worst in _numbers_of(query, port):
            grades[number] = min(worst, grades.get(number, worst))
            ports_by_number[number].append(port)
    return [
        PortNumber(number, sorted(ports_by_number[number], key=lambda port: port.effective_number != number))
        for number in sorted(grades, key=lambda number: (grades[number], number))
    ]


def _numbers_of(query: Query, port: Port) -> Iterator[tuple[int, int]]:
    """(number, grade) of a port that matches: by digits at both its numbers, by application at the effective one."""
    protocol = f"{port.application} {port.transport} port"
    if query.numbers:
        if grade(query.words, protocol, _own_names(port.component)) is None:
            return
        for number in {port.effective_number, port.number}:
            grades = [worst for digits in query.numbers if (worst := grade([digits], str(number))) is not None]
            if grades:
                yield number, min(grades)
    elif any(grade([word], port.application) in (EXACT, BEGINS) for word in query.words):
        worst = grade(query.words, protocol)
        if worst is not None:
            yield port.effective_number, worst


def _near(query: Query, components: list[Component]) -> list[Component]:
    """Components of which every word asked for is a misspelt or right part of the name, fewest faults first; if there
    is none, those of whose aliases it is.
    """
    if query.numbers:
        return []
    for names_of in (_own_names, _aliases):
        if near := _lowest_first((_faults(query.words, names_of(component)), component) for component in components):
            return near
    return []


def _faults(words: Iterable[str], names: str) -> int | None:
    """The letters that are wrong, if some are and every word is near one of the names."""
    faults = [0 if grade([word], names) is not None else faults_between(word, names) for word in words]
    made = [count for count in faults if count is not None]
    return sum(made) or None if len(made) == len(faults) else None


def _best(query: Query, ports: list[PortNumber], components: list[Component]) -> PortNumber | Component | None:
    """What is clearly meant: a number in use, or the only component with exactly this slug, name or alias."""
    if query.number is not None:
        return next((port_number for port_number in ports if port_number.number == query.number), None)
    named = Names("component", {component.slug: component for component in components}).meanings(query.phrase)
    return named[0] if len(named) == 1 else None


def _unused(number: int | None, ports: Iterable[Port]) -> dict[str, int]:
    """Under `unused` or `no_port` the number asked for, if no port has it, whatever its transport."""
    if number is None or any(number in (port.effective_number, port.number) for port in ports):
        return {}
    return {"unused" if PORT_MIN <= number <= PORT_MAX else "no_port": number}

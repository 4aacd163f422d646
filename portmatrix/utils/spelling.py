"""How many slips of the keyboard lie between two words: a letter too many, too few, wrong, or two exchanged."""

from collections.abc import Iterable

# rapidfuzz takes 4 MiB, which a server that was never asked for a misspelt word need not.


def slips(word: str, other: str, most: int | None = None) -> int:
    """The number of slips; with `most`, one more than that for any that are more."""
    from rapidfuzz.distance import OSA

    return OSA.distance(word, other, score_cutoff=most)


def nearest(word: str, choices: Iterable[str], most: int, limit: int | None = None) -> list[tuple[str, int, int]]:
    """(choice, slips, position) of the choices with at most so many slips, the nearest first; `limit` of them."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    return process.extract(word, choices, scorer=OSA.distance, score_cutoff=most, limit=limit)

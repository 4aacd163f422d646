"""A query in words: title, sentence and empty state are all made here, from a filter set's `active`. Pure."""


def clauses(active):
    """One clause a filter, such as "to Appliance or vSphere"; several values of a filter mean any of them."""
    spoken: dict[tuple[str, str], list[str]] = {}
    for name, _, says, words in active:
        spoken.setdefault((name, says), []).append(words)
    return {name: f"{says} {' or '.join(words)}" for (name, says), words in spoken.items()}


def described(noun, active):
    """What is asked for: "Connections to Appliance, over TCP"; the noun alone if nothing narrows it."""
    return " ".join([noun, ", ".join(clauses(active).values())]).strip()

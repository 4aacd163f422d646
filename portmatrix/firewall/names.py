"""Names for what a file makes: never too long for the platform, and never the same for two things."""

import hashlib

LONGEST_NAME = 60  # Cisco's and Juniper's lists may have 63 or 64 characters
LONGEST_SLUG = 120  # of a deployment


def name_of(slug: str) -> str:
    """A name for what a file makes, from the slug of a deployment or of a request: at most 60 characters."""
    return bounded(f"alports-{slug}", LONGEST_NAME)


def bounded(name: str, most: int) -> str:
    """A name of at most so many characters: what is cut off stands in it as a digest of the whole."""
    return name if len(name) <= most else f"{name[: most - 9].rstrip('-')}-{digest(name)}"


def digest(text: str) -> str:
    """Eight hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]

"""A deployment to look around in: made with one click, removed like any other."""

import json
from pathlib import Path

SLUG = "example"


def example():
    """The example's document, decoded."""
    return json.loads(Path(__file__).with_name("example.json").read_text(encoding="utf-8"))

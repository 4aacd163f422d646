"""A deployment to look around in: made with one click, removed like any other."""

import json
from pathlib import Path
from typing import Any

SLUG = "example"


def example() -> dict[str, Any]:
    """The example's document, decoded."""
    data: dict[str, Any] = json.loads(Path(__file__).with_name("example.json").read_text(encoding="utf-8"))
    return data

"""The three views of one set of connections: which is asked for, what it needs, where the others are."""

from django.urls import reverse

from ..diagram import whole_picture
from ..matrix import matrix_context
from .question import at

VIEWS = {"matrix": "Matrix", "table": "Table", "diagram": "Diagram"}


def default_view(path):
    """The view of an address that names none: the matrix on the first page, else the table."""
    return "matrix" if path == reverse("home") else "table"


def links(question, view):
    """(name, label, address, whether it is shown now) of each view of the set, from its first row on."""
    pairs = [pair for pair in question.pairs(offset=None) if pair not in question.extra]
    default = default_view(question.path)
    return [
        (name, label, at(question.path, pairs if name == default else [*pairs, ("view", name)]), name == view)
        for name, label in VIEWS.items()
    ]


def picture_of(view, filterset):
    """The context of a view that shows the whole set at once; empty for the table."""
    if view == "matrix":
        return matrix_context(filterset.qs)
    if view == "diagram":
        return {"picture": whole_picture(filterset.qs, filterset.reach)}
    return {}

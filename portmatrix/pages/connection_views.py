"""The three views of one set of connections: which is asked for, what it needs, where the others are."""

from django.core.exceptions import ValidationError
from django.urls import reverse

from .presentation.diagram import whole_picture
from .presentation.matrix import matrix_context
from .query_urls import at

VIEWS = {"matrix": "Matrix", "table": "Table", "diagram": "Diagram"}


PAGED = ("limit", "offset")


def default_view(path, pairs):
    """The view of an address that names none: the matrix on the first page, unless it asks for paging, else a table."""
    return "matrix" if path == reverse("home") and not any(name in PAGED for name, _ in pairs) else "table"


def refuse_paging(filterset, view):
    """Make `limit` and `offset` a fault of the question, as far as it gives them: a picture has no pages."""
    for name in PAGED:
        if name in filterset.data:
            message = f"The {view} shows the whole set. Leave it out, or ask for the table."
            filterset.form.refuse(name, ValidationError(message, code="not_paged"))


def links(question, view):
    """(name, label, address, whether it is shown now) of each view of the set, from its first row on."""
    return [(name, label, _address(question, name), name == view) for name, label in VIEWS.items()]


def _address(question, view):
    paging = {"offset": None} if view == "table" else dict.fromkeys(PAGED)
    pairs = [pair for pair in question.pairs(**paging) if pair not in question.extra]
    return at(question.path, pairs if view == default_view(question.path, pairs) else [*pairs, ("view", view)])


def picture_of(view, filterset):
    """The context of a view that shows the whole set at once; empty for the table."""
    if view == "matrix":
        return matrix_context(filterset.qs)
    if view == "diagram":
        return {"picture": whole_picture(filterset.qs, filterset.reach)}
    return {}

"""From a listing's filter set to the API: what it refuses is a 400, and what it knows stands in the schema."""

from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend

from ..choices import PORT_MAX, PORT_MIN
from ..filters.base import ObjectFilter, ObjectsFilter, PortsFilter, SearchFilter, WordsFilter
from ..filters.fields import LONGEST_TEXT, MOST_VALUES, MOST_WORDS
from ..utils.text import shown
from .negotiation import FORMAT

SLUG = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
# What parts words, spelt out because \s means other characters in every language.
BLANK = r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
WORD = rf"[^{BLANK}\u0000-\u001f\u007f-\u009f]+"
WORDS = {
    "type": "string",
    "maxLength": LONGEST_TEXT,
    "pattern": rf"^[{BLANK}]*{WORD}([{BLANK}]+{WORD}){{0,{MOST_WORDS - 1}}}[{BLANK}]*$",
}


class StrictFilterBackend(BaseFilterBackend):
    """Narrows and sorts by the view's `filterset_class`; the view keeps the filter set for paging and exports."""

    def filter_queryset(self, request, queryset, view):
        query = request.query_params.copy()
        query.pop(FORMAT, None)  # judged by the negotiation
        view.filterset = view.filterset_class(query, queryset=queryset, request=request)
        if not view.filterset.is_valid():
            raise ValidationError({name: list(messages) for name, messages in view.filterset.errors.items()})
        return view.filterset.qs

    def get_schema_operation_parameters(self, view):
        """The filters and the ordering for the schema, each with its description."""
        filterset_class = view.filterset_class
        parameters = [_parameter(name, found) for name, found in filterset_class.base_filters.items()]
        return [*parameters, _ordering(filterset_class)]


def refuse_unknown_parameters(request, known=()):
    """Raise a `ValidationError` that names every parameter but `format` and the known ones."""
    unknown = [name for name in request.query_params if name not in (FORMAT, *known)]
    if unknown:
        raise ValidationError({name: [f"Unknown parameter '{shown(name)}'."] for name in unknown})


def _parameter(name, declared):
    schema = _schema(declared)
    parameter = {
        "name": name,
        "in": "query",
        "required": False,
        "description": declared.extra["help_text"],
        "schema": schema,
    }
    if schema["type"] == "array":
        parameter |= {"explode": True, "style": "form"}
        parameter["description"] += " Repeat it for any of several."
    return parameter


def _schema(declared):
    match declared:
        case WordsFilter():
            return _several({"type": "string", "enum": declared.extra["choices"].values})
        case PortsFilter():
            return _several({"type": "integer", "minimum": PORT_MIN, "maximum": PORT_MAX})
        case ObjectsFilter():
            return _several(SLUG)
        case ObjectFilter():
            return SLUG
        case SearchFilter():
            return WORDS
    raise TypeError(f"The schema has no words for {type(declared).__name__}.")


def _several(items):
    return {"type": "array", "items": items, "minItems": 1, "maxItems": MOST_VALUES}


def _ordering(filterset_class):
    names = [name for plain in filterset_class.orderings for name in (plain, f"-{plain}")]
    return {
        "name": "ordering",
        "in": "query",
        "required": False,
        "description": "What to sort by; with a minus, in reverse.",
        "schema": {"type": "string", "enum": names},
    }

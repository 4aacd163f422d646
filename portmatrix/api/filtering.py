"""From a listing's filter set to the API: what it refuses is a 400, and what it knows stands in the schema."""

from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend

from ..utils.text import printable
from .negotiation import FORMAT


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
        fields = {name: declared.field for name, declared in view.filterset_class.base_filters.items()}
        fields["ordering"] = view.filterset_class.settings_fields()["ordering"]
        return [parameter(name, field) for name, field in fields.items()]


def refuse_unknown_parameters(request, known=()):
    """Raise a `ValidationError` that names every parameter but `format` and the known ones."""
    unknown = [name for name in request.query_params if name not in (FORMAT, *known)]
    if unknown:
        raise ValidationError({name: [f"Unknown parameter '{printable(name)}'."] for name in unknown})


def parameter(name, field):
    """A query parameter in the schema, from the form's field that judges it."""
    if not hasattr(field, "schema"):
        raise TypeError(f"The schema has no words for {type(field).__name__}.")
    described = {"name": name, "in": "query", "required": field.required, "description": field.help_text}
    if field.schema["type"] == "array":
        described |= {"explode": True, "style": "form"}
        described["description"] += " Repeat it for any of several."
    return described | {"schema": field.schema}

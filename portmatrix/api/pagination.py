"""Pages of a listing, by the `limit` and `offset` that its filter set has judged."""

from rest_framework.pagination import LimitOffsetPagination

from ..filters.base import LARGEST_PAGE, PAGE_SIZE
from .filtering import parameter


class Pages(LimitOffsetPagination):
    """Answers `count`, `next`, `previous` and `results`. A limit above the largest page is cut to that."""

    default_limit = PAGE_SIZE
    max_limit = LARGEST_PAGE

    def paginate_queryset(self, queryset, request, view=None):
        self.filterset = view.filterset
        return super().paginate_queryset(queryset, request, view)

    def get_limit(self, request):
        return min(self.filterset.chosen("limit") or self.default_limit, self.max_limit)

    def get_offset(self, request):
        return self.filterset.chosen("offset") or 0

    def get_schema_operation_parameters(self, view):
        """`limit` and `offset` for the schema."""
        fields = view.filterset_class.settings_fields()
        return [parameter(name, fields[name]) for name in ("limit", "offset")]

    def get_paginated_response_schema(self, schema):
        """The shape of a page for the schema; `schema` is the shape of its rows."""
        link = {
            "type": ["string", "null"],
            "format": "uri",
            "description": "The address of that page, if there is one.",
        }
        count = {"type": "integer", "minimum": 0, "description": "Rows on all pages together."}
        properties = {"count": count, "next": link, "previous": link, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}

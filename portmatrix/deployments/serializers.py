"""The JSON of a deployment's document: how a `Document` is written, and what the API's schema says of it.

`document.py` reads documents: it finds all faults of a document and names each by its path.
"""

from collections.abc import Iterable
from operator import attrgetter, itemgetter
from typing import Any

from django.db.models import Field
from rest_framework import serializers

from ..choices import PORT_MAX, PORT_MIN
from ..models import Deployment, Endpoint, PortOverride

SLUG_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"


def visible_text(column: "Field[Any, Any]", **options: Any) -> serializers.RegexField:
    """A field for text that is not blank and fits into a column of a model."""
    return serializers.RegexField(r"\S", max_length=column.max_length, **options)


class FlatListSerializer(serializers.ListSerializer[Any]):
    """Writes objects whose values need no conversion, four times as fast as field by field: a document may have 18,000
    endpoints.
    """

    child: serializers.Serializer[Any]

    def to_representation(self, data: Any) -> list[dict[str, Any]]:
        names = list(self.child.fields)
        values_of = attrgetter(*(str(field.source) for field in self.child.fields.values()))
        return [dict(zip(names, values_of(item), strict=True)) for item in data]


class OverrideListSerializer(FlatListSerializer):
    """Writes overrides in the order of their ports' slugs."""

    def to_representation(self, data: Any) -> list[dict[str, Any]]:
        return sorted(super().to_representation(data), key=itemgetter("port"))


class SortedListField(serializers.ListField):
    """Writes a set in alphabetical order."""

    def to_representation(self, values: Iterable[str]) -> list[str]:
        return sorted(values)


class DocumentEndpointSerializer(serializers.Serializer[Any]):
    """Where a component runs."""

    component = serializers.RegexField(SLUG_PATTERN, help_text="Slug of the component.")
    name = visible_text(Endpoint._meta.get_field("name"), help_text="What people call the machine or network.")
    address = visible_text(
        Endpoint._meta.get_field("address"),
        source="address.text",
        help_text="An IPv4 address, a network (10.20.0.0/24), a range (10.20.0.5-10.20.0.9) or a full host name.",
    )

    class Meta:
        list_serializer_class = FlatListSerializer


class DocumentOverrideSerializer(serializers.Serializer[Any]):
    """A port that has another number than its default in this deployment."""

    port = serializers.RegexField(
        SLUG_PATTERN,
        source="port.slug",
        help_text="Slug of the port: <component>-<transport>-<default number>.",
    )
    number = serializers.IntegerField(
        min_value=PORT_MIN, max_value=PORT_MAX, help_text="The number of the port in this deployment."
    )
    reason = visible_text(
        PortOverride._meta.get_field("reason"), help_text="Why it was overridden, for instance a change ticket."
    )

    class Meta:
        list_serializer_class = OverrideListSerializer


class DocumentSerializer(serializers.Serializer[Any]):
    """A whole deployment: what GET answers is what PUT takes."""

    slug = serializers.RegexField(
        SLUG_PATTERN, max_length=Deployment._meta.get_field("slug").max_length, help_text="It can't be changed."
    )
    name = visible_text(Deployment._meta.get_field("name"), help_text="What people call it.")
    description = serializers.CharField(allow_blank=True, help_text="Blank by default.")
    encrypted_only = serializers.BooleanField(
        help_text="Whether a plain port stays closed where the same connection offers an encrypted one."
    )
    components = SortedListField(
        child=serializers.RegexField(SLUG_PATTERN),
        help_text="Slugs of those in use. The appliance, the admin user and what has endpoints always are.",
    )
    endpoints = DocumentEndpointSerializer(many=True)
    overrides = DocumentOverrideSerializer(many=True)

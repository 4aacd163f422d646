"""The catalogue as JSON. An object contains references, with a `url`, to the objects that it is related to."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from ..choices import Application
from ..models import Assumption, Component, Connection, Port, Statement


def url_field(kind):
    """A field with the absolute address of an object, which is looked up by its slug."""
    return serializers.HyperlinkedIdentityField(view_name=f"api:{kind}-detail", lookup_field="slug")


class ReadOnlySerializer(serializers.ModelSerializer):
    """Fields that it makes from a model are read-only."""

    def get_extra_kwargs(self):
        return {name: {"read_only": True} for name in self.Meta.fields}


@extend_schema_field({"type": "string", "enum": [*Application.values, ""]})
class ApplicationField(serializers.CharField):
    """The application protocol of a port; blank if the vendor page does not name it."""


class ComponentRefSerializer(ReadOnlySerializer):
    """A component, within an object that refers to it."""

    url = url_field("component")
    host = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, allow_null=True, help_text="Slug of the component that it runs on."
    )

    class Meta:
        model = Component
        fields = ["slug", "name", "url", "host"]


class ConnectionRefSerializer(ReadOnlySerializer):
    """A connection, within an object that refers to it."""

    url = url_field("connection")

    class Meta:
        model = Connection
        fields = ["slug", "url"]


class AssumptionRefSerializer(ReadOnlySerializer):
    """An assumption, within an object that refers to it."""

    url = url_field("assumption")

    class Meta:
        model = Assumption
        fields = ["slug", "url"]


class StatementRefSerializer(ReadOnlySerializer):
    """A row of the vendor page, within an object that refers to it."""

    class Meta:
        model = Statement
        fields = ["section", "position"]


class PortRefSerializer(ReadOnlySerializer):
    """A port, within an object that refers to it."""

    # `number` and `overridden` need a queryset `with_effective_numbers()`.
    slug = serializers.CharField(read_only=True, help_text="<component>-<transport>-<default number>")
    url = url_field("port")
    number = serializers.IntegerField(
        source="effective_number", read_only=True, help_text="The number now, with overrides."
    )
    default_number = serializers.IntegerField(
        source="number", read_only=True, help_text="The number on the vendor page."
    )
    overridden = serializers.BooleanField(source="is_overridden", read_only=True)
    application = ApplicationField(read_only=True)

    class Meta:
        model = Port
        fields = ["slug", "url", "transport", "number", "default_number", "overridden", "application"]


class PortSerializer(PortRefSerializer):
    """A port that a component listens on."""

    component = ComponentRefSerializer(read_only=True)
    connections = ConnectionRefSerializer(many=True, read_only=True)

    class Meta:
        model = Port
        fields = [
            *("slug", "url", "component", "transport", "number", "default_number", "overridden", "application"),
            "connections",
        ]


class ComponentSerializer(ReadOnlySerializer):
    """Something that opens connections or listens."""

    url = url_field("component")
    host = ComponentRefSerializer(read_only=True, allow_null=True)
    group = ComponentRefSerializer(read_only=True, allow_null=True)
    services = ComponentRefSerializer(many=True, read_only=True)
    members = ComponentRefSerializer(many=True, read_only=True)
    ports = PortRefSerializer(many=True, read_only=True)

    class Meta:
        model = Component
        fields = ["slug", "url", "name", "kind", "description", "host", "group", "services", "members", "fqdn", "ports"]


class ConnectionSerializer(ReadOnlySerializer):
    """A connection: which component opens it to which other, for what, on which ports."""

    url = url_field("connection")
    source = ComponentRefSerializer(read_only=True)
    destination = ComponentRefSerializer(read_only=True)
    ports = PortRefSerializer(many=True, read_only=True)
    assumptions = AssumptionRefSerializer(many=True, read_only=True)
    statements = StatementRefSerializer(many=True, read_only=True)

    class Meta:
        model = Connection
        fields = [
            *("slug", "url", "source", "destination", "activity", "traffic_class", "ports", "assumptions"),
            "statements",
        ]


class StatementSerializer(ReadOnlySerializer):
    """A row or bullet of the vendor page, word for word; blank where the page prints nothing."""

    url = serializers.SerializerMethodField()
    connections = ConnectionRefSerializer(many=True, read_only=True)

    class Meta:
        model = Statement
        fields = [
            *("section", "position", "url", "heading", "source", "destination", "activity", "protocol", "ports"),
            *("text", "connections"),
        ]

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, statement):
        kwargs = {"section": statement.section, "position": statement.position}
        return reverse("api:statement-detail", kwargs=kwargs, request=self.context["request"])


class AssumptionSerializer(ReadOnlySerializer):
    """Something that the vendor page leaves open, and how alports reads it."""

    url = url_field("assumption")
    connections = ConnectionRefSerializer(many=True, read_only=True)

    class Meta:
        model = Assumption
        fields = ["slug", "url", "question", "reading", "basis", "connections"]

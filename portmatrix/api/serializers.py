"""The shapes in which the API shows the catalogue. What is related stands inside as a reference with a `url`."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from ..choices import Application
from ..models import Assumption, Component, Connection, Port, Statement


def url_of(kind):
    """The absolute address of an object that is looked up by its slug."""
    return serializers.HyperlinkedIdentityField(view_name=f"api:{kind}-detail", lookup_field="slug")


@extend_schema_field({"type": "string", "enum": [*Application.values, ""]})
class ApplicationField(serializers.CharField):
    """What is spoken on a listener; blank where the page does not name it."""


class ComponentRefSerializer(serializers.ModelSerializer):
    """A component as others refer to it."""

    url = url_of("component")
    host = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, allow_null=True, help_text="Slug of the component that it runs on."
    )

    class Meta:
        model = Component
        fields = ["slug", "name", "url", "host"]
        read_only_fields = fields


class ConnectionRefSerializer(serializers.ModelSerializer):
    """A connection as others refer to it."""

    url = url_of("connection")

    class Meta:
        model = Connection
        fields = ["slug", "url"]
        read_only_fields = fields


class AssumptionRefSerializer(serializers.ModelSerializer):
    """An assumption as others refer to it."""

    url = url_of("assumption")

    class Meta:
        model = Assumption
        fields = ["slug", "url"]
        read_only_fields = fields


class StatementRefSerializer(serializers.ModelSerializer):
    """A row of the vendor's page as others refer to it."""

    class Meta:
        model = Statement
        fields = ["section", "position"]
        read_only_fields = fields


class ListenerSerializer(serializers.ModelSerializer):
    """A listener as others show it."""

    # `number` and `overridden` need a queryset with effective numbers.
    slug = serializers.CharField(read_only=True, help_text="<component>-<transport>-<default number>")
    url = url_of("port")
    number = serializers.IntegerField(source="effective_number", read_only=True, help_text="Where it stands now.")
    default_number = serializers.IntegerField(source="number", read_only=True, help_text="What the vendor's page says.")
    overridden = serializers.BooleanField(source="is_overridden", read_only=True)

    application = ApplicationField(read_only=True)

    class Meta:
        model = Port
        fields = ["slug", "url", "transport", "number", "default_number", "overridden", "application"]
        read_only_fields = fields


class PortSerializer(ListenerSerializer):
    """A listener: a port that a component listens on."""

    component = ComponentRefSerializer(read_only=True)
    connections = ConnectionRefSerializer(many=True, read_only=True)

    class Meta:
        model = Port
        fields = [
            "slug",
            "url",
            "component",
            "transport",
            "number",
            "default_number",
            "overridden",
            "application",
            "connections",
        ]
        read_only_fields = fields


class ComponentSerializer(serializers.ModelSerializer):
    """Something that talks or listens."""

    url = url_of("component")
    host = ComponentRefSerializer(read_only=True, allow_null=True)
    group = ComponentRefSerializer(read_only=True, allow_null=True)
    services = ComponentRefSerializer(many=True, read_only=True)
    members = ComponentRefSerializer(many=True, read_only=True)
    ports = ListenerSerializer(many=True, read_only=True)

    class Meta:
        model = Component
        fields = ["slug", "url", "name", "kind", "description", "host", "group", "services", "members", "fqdn", "ports"]
        read_only_fields = fields


class ConnectionSerializer(serializers.ModelSerializer):
    """A flow: who opens it, to whom, for what, on which listeners."""

    url = url_of("connection")
    source = ComponentRefSerializer(read_only=True)
    destination = ComponentRefSerializer(read_only=True)
    ports = ListenerSerializer(many=True, read_only=True)
    assumptions = AssumptionRefSerializer(many=True, read_only=True)
    statements = StatementRefSerializer(many=True, read_only=True)

    class Meta:
        model = Connection
        fields = [
            "slug",
            "url",
            "source",
            "destination",
            "activity",
            "traffic_class",
            "ports",
            "assumptions",
            "statements",
        ]
        read_only_fields = fields


class StatementSerializer(serializers.ModelSerializer):
    """A row or bullet of the vendor's page, word for word; blank where the page prints nothing."""

    url = serializers.SerializerMethodField()
    connections = ConnectionRefSerializer(many=True, read_only=True)

    class Meta:
        model = Statement
        fields = [
            "section",
            "position",
            "url",
            "heading",
            "source",
            "destination",
            "activity",
            "protocol",
            "ports",
            "text",
            "connections",
        ]
        read_only_fields = fields

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, statement):
        kwargs = {"section": statement.section, "position": statement.position}
        return reverse("api:statement-detail", kwargs=kwargs, request=self.context["request"])


class AssumptionSerializer(serializers.ModelSerializer):
    """One thing that the vendor's page leaves open, and how it is read."""

    url = url_of("assumption")
    connections = ConnectionRefSerializer(many=True, read_only=True)

    class Meta:
        model = Assumption
        fields = ["slug", "url", "question", "reading", "basis", "connections"]
        read_only_fields = fields

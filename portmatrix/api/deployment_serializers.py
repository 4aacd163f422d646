"""The shapes of a deployment: a row of the listing, and the document. Documents are not read by these: they describe
them for the schema, and `portmatrix.deployments.document` judges.
"""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..choices import PORT_MAX, PORT_MIN
from ..deployments.document import DEFAULTS
from ..filters.fields import SLUG
from ..models import Deployment, Endpoint, PortOverride
from .serializers import url_of


def described(shape):
    """A field of its own class, which the schema describes by this shape."""
    return extend_schema_field(shape)(type("DescribedField", (serializers.Field,), {}))


def text(model, name):
    """Text as long as the column of a model, and not blank."""
    longest = model._meta.get_field(name).max_length
    return described({"type": "string", "minLength": 1, "maxLength": longest, "pattern": r"\S"})


SlugField = described(SLUG)
OwnSlugField = described(SLUG | {"maxLength": Deployment._meta.get_field("slug").max_length})
NumberField = described({"type": "integer", "minimum": PORT_MIN, "maximum": PORT_MAX})
AnyTextField = described({"type": "string"})
NameField = text(Deployment, "name")
EndpointNameField = text(Endpoint, "name")
AddressField = text(Endpoint, "address")
ReasonField = text(PortOverride, "reason")


class DeploymentSerializer(serializers.ModelSerializer):
    """A deployment in the listing: what it is, and how much it describes."""

    url = url_of("deployment")
    component_count = serializers.IntegerField(read_only=True, help_text="Components in use.")
    endpoint_count = serializers.IntegerField(read_only=True, help_text="Endpoints.")
    override_count = serializers.IntegerField(read_only=True, help_text="Listeners that it moved itself.")

    class Meta:
        model = Deployment
        fields = [
            "slug",
            "url",
            "name",
            "description",
            "encrypted_only",
            "component_count",
            "endpoint_count",
            "override_count",
        ]
        read_only_fields = fields


class DocumentEndpointSerializer(serializers.Serializer):
    """Where a component runs."""

    component = SlugField(help_text="Slug of the component.")
    name = EndpointNameField(help_text="What people call the machine or network.")
    address = AddressField(
        help_text="An IPv4 address, a network (10.20.0.0/24), a range (10.20.0.5-10.20.0.9) or a full host name."
    )


class DocumentOverrideSerializer(serializers.Serializer):
    """A listener that was moved in this deployment."""

    port = SlugField(help_text="Slug of the listener: <component>-<transport>-<default number>.")
    number = NumberField(help_text="Where the listener stands in this deployment.")
    reason = ReasonField(help_text="Why it was moved, for instance a change ticket.")


class DocumentSerializer(serializers.Serializer):
    """A whole deployment: what GET answers is what PUT takes."""

    optional = ()  # keys that may be missing

    slug = OwnSlugField(help_text="It stays the same.")
    name = NameField(help_text="What people call it.")
    description = AnyTextField(help_text="Blank unless told.")
    encrypted_only = serializers.BooleanField(
        help_text="Whether a plain port stays closed where the same connection offers an encrypted one."
    )
    components = serializers.ListField(
        child=SlugField(),
        help_text="Slugs of those in use. The appliance, the admin user and what has endpoints always are.",
    )
    endpoints = DocumentEndpointSerializer(many=True)
    overrides = DocumentOverrideSerializer(many=True)

    def get_fields(self):
        fields = super().get_fields()
        for name in self.optional:
            fields[name].required = False
        return fields


class NewDocumentSerializer(DocumentSerializer):
    """A whole new deployment."""

    optional = tuple(DEFAULTS)


class ReplacementDocumentSerializer(DocumentSerializer):
    """A whole deployment, sent to its own address: that gives the slug unless the document does."""

    optional = ("slug", *DEFAULTS)

"""Deployments as JSON: a row of the listing, and the documents that may be sent.

The document itself is declared in `portmatrix.deployments.serializers`.
"""

from rest_framework import serializers

from ..deployments.document import DEFAULTS
from ..deployments.serializers import DocumentSerializer
from ..models import Deployment
from .catalogue_serializers import ReadOnlySerializer, url_field


class DeploymentSerializer(ReadOnlySerializer):
    """A deployment in the listing: what it is, and how much it describes."""

    url = url_field("deployment")
    component_count = serializers.IntegerField(read_only=True, help_text="Components in use.")
    endpoint_count = serializers.IntegerField(read_only=True, help_text="Endpoints.")
    override_count = serializers.IntegerField(read_only=True, help_text="Port overrides of its own.")

    class Meta:
        model = Deployment
        fields = [
            *("slug", "url", "name", "description", "encrypted_only"),
            *("component_count", "endpoint_count", "override_count"),
        ]


class SentDocumentSerializer(DocumentSerializer):
    """A document in which some keys may be missing. For the schema alone: `deployments.document` reads documents."""

    optional = ()

    def get_fields(self):
        fields = super().get_fields()
        for name in self.optional:
            fields[name].required = False
        return fields


class NewDocumentSerializer(SentDocumentSerializer):
    """A whole new deployment."""

    optional = tuple(DEFAULTS)


class ReplacementDocumentSerializer(SentDocumentSerializer):
    """A whole deployment, sent to its own address, which gives the slug if the document does not."""

    optional = ("slug", *DEFAULTS)

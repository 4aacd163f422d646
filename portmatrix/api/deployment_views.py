"""Deployments in the API: installations as users describe them, each a document."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from ..deployments import service
from ..deployments.serializers import DocumentSerializer
from ..exports import tables
from ..filters import DeploymentFilter
from ..models import Deployment
from .base import ListingMixin, StrictQueryMixin
from .deployment_serializers import DeploymentSerializer, NewDocumentSerializer, ReplacementDocumentSerializer
from .permissions import MayReadOrEditDeployments

CREATED = OpenApiResponse(DocumentSerializer, description="There was none; it has been made.")


class DeploymentViewSet(StrictQueryMixin, ListingMixin, ListModelMixin, GenericViewSet):
    """Installations of App Layering: which components each uses, where these run, and which ports were overridden."""

    # What the service raises about a slug or a document, errors.py answers.

    permission_classes = [MayReadOrEditDeployments]
    queryset = Deployment.objects.with_sizes()
    serializer_class = DeploymentSerializer
    filterset_class = DeploymentFilter
    table = tables.DEPLOYMENTS
    lookup_field, lookup_value_converter = "slug", "slug"

    @extend_schema(responses=DocumentSerializer)
    def retrieve(self, request, slug):
        """The whole deployment as a document. PUT takes the same."""
        return self.document_response(slug)

    @extend_schema(request=NewDocumentSerializer, responses={201: DocumentSerializer})
    def create(self, request):
        """Store a new deployment. If the document has faults, the answer lists all of them by their paths."""
        try:
            deployment = service.create(request.data, request.user)
        except service.SlugTaken as conflict:
            address = reverse("api:deployment-detail", args=[str(conflict)])
            message = f"There is a deployment '{conflict}' already. To replace it, PUT the document to {address}."
            raise ValidationError({"slug": [message]}) from None
        return self.document_response(deployment.slug, is_new=True)

    @extend_schema(request=ReplacementDocumentSerializer, responses={200: DocumentSerializer, 201: CREATED})
    def update(self, request, slug):
        """Store the deployment of this slug, in place of the existing one if there is one. The history records only
        what changes.
        """
        _, is_new = service.put(slug, request.data, request.user)
        return self.document_response(slug, is_new)

    @extend_schema(request=DocumentSerializer(partial=True), responses=DocumentSerializer)
    def partial_update(self, request, slug):
        """Change the keys that are sent. A list that is sent replaces the whole list."""
        changes = request.data
        if not isinstance(changes, dict):
            raise ValidationError({"document": ["Write an object with the keys to change."]})
        service.change(slug, lambda data: data.update(changes), request.user)
        return self.document_response(slug)

    def destroy(self, request, slug):
        """Remove the deployment with its endpoints and overrides. Its history stays."""
        service.delete(slug, request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def document_response(self, slug, is_new=False):
        """The stored document; with 201 and its address if it is new."""
        data = DocumentSerializer(service.get_document(slug)).data
        if not is_new:
            return Response(data)
        address = reverse("api:deployment-detail", args=[slug], request=self.request)
        return Response(data, status.HTTP_201_CREATED, headers={"Location": address})

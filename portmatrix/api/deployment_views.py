"""The deployments' addresses of the API: installations as users describe them, each a document."""

from contextlib import contextmanager

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from ..deployments import service as store
from ..deployments.document import DocumentRefused
from ..exports import tables
from ..filters import DeploymentFilter
from ..models import Deployment
from ..utils.text import no_such
from .deployment_serializers import (
    DeploymentSerializer,
    DocumentSerializer,
    NewDocumentSerializer,
    ReplacementDocumentSerializer,
)
from .permissions import MayReadOrEditDeployments
from .views import Listing, Strict

MADE = OpenApiResponse(DocumentSerializer, description="There was none; it has been made.")


@contextmanager
def not_found_by_slug(*slugs):
    """Turn the first of some deployments that does not exist into a `NotFound` that names the nearest slug."""
    try:
        yield
    except Deployment.DoesNotExist:
        known = dict(Deployment.objects.values_list("slug", "name"))
        missing = next((slug for slug in slugs if slug not in known), slugs[0])
        raise NotFound(no_such("deployment", missing, known)) from None


@contextmanager
def faults_by_path():
    """Turn what refuses a document into a body keyed by the paths in the document; what is wrong as a whole stands
    under `document`.
    """
    try:
        yield
    except DocumentRefused as refused:
        messages = {}
        for fault in refused.faults:
            messages.setdefault(fault.place, []).append(fault.message)
        raise ValidationError(messages) from None


class DeploymentViewSet(Strict, Listing, ListModelMixin, GenericViewSet):
    """Installations of App Layering: what each uses, where that runs, which ports were moved there."""

    permission_classes = [MayReadOrEditDeployments]
    queryset = Deployment.objects.with_sizes()
    serializer_class = DeploymentSerializer
    filterset_class = DeploymentFilter
    table = tables.DEPLOYMENTS
    lookup_field = "slug"

    @extend_schema(responses=DocumentSerializer)
    def retrieve(self, request, slug):
        """The whole deployment as a document. PUT takes the same."""
        return self.answer(slug)

    @extend_schema(request=NewDocumentSerializer, responses={201: DocumentSerializer})
    def create(self, request):
        """Store a new deployment. Every fault of the document is told at once, by its path."""
        try:
            with faults_by_path():
                deployment = store.create(request.data, request.user)
        except store.SlugTaken as taken:
            raise ValidationError({"slug": [self.taken(str(taken))]}) from None
        return self.answer(deployment.slug, is_new=True)

    @extend_schema(request=ReplacementDocumentSerializer, responses={200: DocumentSerializer, 201: MADE})
    def update(self, request, slug):
        """Store the deployment of this slug, in place of the one that is there. What stays the same leaves no trace in
        the history.
        """
        with faults_by_path():
            _, is_new = store.put(slug, request.data, request.user)
        return self.answer(slug, is_new)

    @extend_schema(request=DocumentSerializer(partial=True), responses=DocumentSerializer)
    def partial_update(self, request, slug):
        """Change the keys that are named; each holds its new value whole, so a list replaces the list."""
        changes = request.data
        if not isinstance(changes, dict):
            raise ValidationError({"document": ["Write an object with the keys to change."]})
        with not_found_by_slug(slug), faults_by_path():
            store.change(slug, lambda data: data.update(changes), request.user)
        return self.answer(slug)

    def destroy(self, request, slug):
        """Remove the deployment with all that stands in it. Its history stays."""
        with not_found_by_slug(slug):
            store.delete(slug, request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def answer(self, slug, is_new=False):
        """The stored document."""
        with not_found_by_slug(slug):
            data = store.to_data(store.get_document(slug))
        if not is_new:
            return Response(data)
        return Response(data, status.HTTP_201_CREATED, headers={"Location": self.address(slug)})

    def taken(self, slug):
        address = reverse("api:deployment-detail", args=[slug])
        return f"There is a deployment '{slug}' already. To replace it, PUT the document to {address}."

    def address(self, slug):
        return reverse("api:deployment-detail", args=[slug], request=self.request)

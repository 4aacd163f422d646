"""The catalogue in the API: listings with filters, pages and exports, and single objects by their slugs."""

from django.db.models import Prefetch
from rest_framework.viewsets import ReadOnlyModelViewSet

from .. import filters
from ..exports import tables
from ..models import Assumption, Component, Connection, Port, Statement
from ..naming import Unknown, unknown
from .base import ListingMixin, StrictQueryMixin
from .catalogue_serializers import (
    AssumptionSerializer,
    ComponentSerializer,
    ConnectionSerializer,
    PortSerializer,
    StatementSerializer,
)
from .not_found import no_object
from .permissions import MayReadMatrix


class CatalogueViewSet(StrictQueryMixin, ListingMixin, ReadOnlyModelViewSet):
    """What all of the catalogue has in common: anyone may read it, and a misspelt slug gets a suggestion."""

    permission_classes = [MayReadMatrix]
    lookup_field, lookup_value_converter = "slug", "slug"
    noun = "object"

    def get_object(self):
        """Return the object at this address. Raises `NotFound`."""
        try:
            return self.get_queryset().get(**self.kwargs)
        except self.get_queryset().model.DoesNotExist:
            raise no_object(self.unknown(**self.kwargs)) from None

    def unknown(self, slug):
        """The `Unknown` for a slug without an object."""
        return unknown(self.noun, slug, {item.slug: item for item in self.get_queryset().model.objects.all()}, most=0)


class ComponentViewSet(CatalogueViewSet):
    """Everything that opens connections or listens."""

    noun = "component"
    queryset = Component.objects.select_related("host__host", "group__host").prefetch_related(
        "services__host",
        "members__host",
        Prefetch("ports", Port.objects.with_effective_numbers()),
    )
    serializer_class = ComponentSerializer
    filterset_class = filters.ComponentFilter
    table = tables.COMPONENTS


class PortViewSet(CatalogueViewSet):
    """The ports that components listen on, with their numbers now and by default."""

    noun = "listener"
    queryset = Port.objects.select_related("component__host").prefetch_related("connections").with_effective_numbers()
    serializer_class = PortSerializer
    filterset_class = filters.PortFilter
    table = tables.PORTS


class ConnectionViewSet(CatalogueViewSet):
    """Who opens which connection to whom, for what, on which ports."""

    noun = "connection"
    queryset = Connection.objects.with_ends().with_statements().prefetch_related("assumptions")
    serializer_class = ConnectionSerializer
    filterset_class = filters.ConnectionFilter
    table = tables.CONNECTIONS

    def get_queryset(self):
        """The connections. For a listing, the filter set adds the ports, with the numbers of a deployment."""
        queryset = super().get_queryset()
        return queryset.with_ports() if self.action == "retrieve" else queryset


class StatementViewSet(CatalogueViewSet):
    """The rows of the vendor page as printed, each with the connections that it states."""

    noun = "statement"
    queryset = Statement.objects.in_page_order().prefetch_related("connections")
    serializer_class = StatementSerializer
    filterset_class = filters.StatementFilter
    table = tables.STATEMENTS

    def unknown(self, section, position):
        return Unknown(self.noun, f"{section}/{position}")


class AssumptionViewSet(CatalogueViewSet):
    """What the vendor page leaves open, how alports reads it, and why."""

    noun = "assumption"
    queryset = Assumption.objects.prefetch_related("connections")
    serializer_class = AssumptionSerializer
    filterset_class = filters.AssumptionFilter
    table = tables.ASSUMPTIONS

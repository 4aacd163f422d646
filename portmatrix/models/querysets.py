"""The meaning of every question about the catalogue, as named queryset methods that pages, API and exports share."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self, cast

from django.db.models import (
    Case,
    Choices,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from ..choices import ENCRYPTED_FORM, Section
from ..permissions import User, sees_deployments
from ..reach import Reach

if TYPE_CHECKING:  # the models import this module
    from . import Component, Connection, Deployment, Port, PortOverride, Statement  # noqa: F401


def _position_in(choices: type[Choices], field: str) -> Case:
    """An expression that sorts a column by the order of its word list rather than by the alphabet."""
    cases = [When(**{field: value}, then=Value(position)) for position, value in enumerate(choices.values)]
    return Case(*cases, output_field=IntegerField())


class ComponentQuerySet(QuerySet["Component"]):
    def reach(self) -> Reach:
        """The reach of every component (`Reach`). One query."""
        return Reach(self.model._default_manager.only("host_id", "group_id"))


class PortQuerySet(QuerySet["Port"]):
    def with_effective_numbers(self, deployment: "Deployment | None" = None) -> Self:
        """Annotate `effective_number`: the deployment's override, else the one that holds everywhere, else the
        default.
        """
        overrides = self.model.overrides.field.model._default_manager.filter(port=OuterRef("pk"))
        candidates = [Subquery(overrides.filter(deployment=None).values("number")), F("number")]
        if deployment is not None:
            candidates.insert(0, Subquery(overrides.filter(deployment=deployment).values("number")))
        return self.annotate(effective_number=Coalesce(*candidates))

    def open_in(self, deployment: "Deployment | None" = None) -> Self:
        """Ports with their effective numbers; of a deployment that wants encrypted ones only, without the plain ports
        that no connection needs: whatever uses them offers the encrypted form as well (domain.md §4).
        """
        ports = self.with_effective_numbers(deployment)
        if deployment is None or not deployment.encrypted_only:
            return ports
        through = self.model.connections.through.objects
        for plain, encrypted in ENCRYPTED_FORM.items():
            offered = through.filter(connection=OuterRef("connection"), port__application=encrypted)
            needed = through.filter(~Exists(offered), port=OuterRef("pk"))
            ports = ports.filter(~Q(application=plain) | Exists(needed))
        return ports

    def at(self, number: int) -> Self:
        """Ports with this effective or default number. Needs `with_effective_numbers()`."""
        return self.filter(Q(effective_number=number) | Q(number=number))

    def on_hosts(self, hosts: Iterable[int]) -> Self:
        """Ports at the addresses of these hosts (keys): their own and those of the services that run on them."""
        return self.filter(Q(component__in=hosts) | Q(component__host__in=hosts))


class ConnectionQuerySet(QuerySet["Connection"]):
    """Reach, effective ports and what belongs to a listing.

    `reaching`, `leaving` and `touching` take components; several mean any of them. They load the reach of all
    components (one query) unless it is handed to them.
    """

    def reaching(self, *components: "Component", reach: Reach | None = None) -> Self:
        """Connections that really arrive at a component: its own, its services', its members', its group's."""
        return self.filter(destination__in=self._in_reach(components, reach))

    def leaving(self, *components: "Component", reach: Reach | None = None) -> Self:
        """Connections that a component really opens, by the same rule as `reaching`."""
        return self.filter(source__in=self._in_reach(components, reach))

    def touching(self, *components: "Component", reach: Reach | None = None) -> Self:
        """Connections that arrive at a component or leave it."""
        ends = self._in_reach(components, reach)
        return self.filter(Q(source__in=ends) | Q(destination__in=ends))

    def reaching_exactly(self, *components: "Component") -> Self:
        """Connections whose destination is one of these components and nothing else."""
        return self.filter(destination__in=components)

    def leaving_exactly(self, *components: "Component") -> Self:
        """Connections whose source is one of these components and nothing else."""
        return self.filter(source__in=components)

    def touching_exactly(self, *components: "Component") -> Self:
        """Connections with one of these components itself at either end."""
        return self.filter(Q(source__in=components) | Q(destination__in=components))

    def using_ports(self, ports: "QuerySet[Port]") -> Self:
        """Connections that use at least one of the given ports (a queryset of `Port`)."""
        through = self.model.ports.through.objects.filter(connection=OuterRef("pk"), port__in=ports.values("pk"))
        return self.filter(Exists(through))

    def stated_in(self, *sections: str) -> Self:
        """Connections that a row of any of these sections states."""
        through = self.model.statements.through.objects
        return self.filter(Exists(through.filter(connection=OuterRef("pk"), statement__section__in=sections)))

    def used_by(self, deployment: "Deployment") -> Self:
        """Connections whose two ends are in use in a deployment: the component itself or, for a group, any member. A
        hosted service is in use only when the deployment names it (domain.md §4).
        """
        in_use = Q(deployments=deployment) | Q(members__deployments=deployment)
        ends = self._components.filter(in_use).order_by().values("pk")
        return self.filter(source__in=ends, destination__in=ends)

    def with_ports(self, deployment: "Deployment | None" = None) -> Self:
        """Prefetch `ports` with their effective numbers, in the order of the default numbers. One query."""
        ports = self._ports.select_related("component").open_in(deployment)
        return self.prefetch_related(Prefetch("ports", queryset=ports))

    def with_first_port(self, deployment: "Deployment | None" = None) -> Self:
        """Annotate `first_number` and `first_transport`, of the open port with the lowest effective number."""
        ports: Any = self._ports.open_in(deployment).filter(connections=OuterRef("pk"))
        first = ports.order_by("effective_number", "transport")
        return self.annotate(
            first_number=Subquery(first.values("effective_number")[:1]),
            first_transport=Subquery(first.values("transport")[:1]),
        )

    def with_statements(self) -> Self:
        """Prefetch `statements` in the order of the vendor page. One query."""
        statements = cast(StatementQuerySet, self.model.statements.rel.related_model._default_manager.all())
        return self.prefetch_related(Prefetch("statements", queryset=statements.in_page_order()))

    def with_ends(self) -> Self:
        """Join source and destination with their hosts."""
        return self.select_related("source__host", "destination__host")

    @property
    def _components(self) -> ComponentQuerySet:
        return cast(ComponentQuerySet, self.model.source.field.related_model._default_manager.all())

    @property
    def _ports(self) -> PortQuerySet:
        return cast(PortQuerySet, self.model.ports.rel.model._default_manager.all())

    def _in_reach(self, components: "Iterable[Component]", reach: Reach | None) -> set[int]:
        return (reach or self._components.reach()).of(*components)


class StatementQuerySet(QuerySet["Statement"]):
    def in_page_order(self) -> Self:
        """As the vendor page prints them, from top to bottom; annotates `section_order`."""
        return self.annotate(section_order=_position_in(Section, "section")).order_by("section_order", "position")


class DeploymentQuerySet(QuerySet["Deployment"]):
    def seen_by(self, user: User) -> Self:
        """All of them for who may see deployments; for anybody else there is none."""
        return self if sees_deployments(user) else self.none()

    def that_use(self, *components: "Component") -> Self:
        """Deployments in which any of these components is in use: itself or, for a group, any member."""
        in_use = self.model.in_use.field.model._default_manager.filter(
            Q(component__in=components) | Q(component__group__in=components), deployment=OuterRef("pk")
        )
        return self.filter(Exists(in_use))

    def with_sizes(self) -> Self:
        """Annotate how much each describes: `component_count`, `endpoint_count` and `override_count`."""
        return self.annotate(
            component_count=self._count(self.model.in_use),
            endpoint_count=self._count(self.model.endpoints),
            override_count=self._count(self.model.overrides),
        )

    @staticmethod
    def _count(parts: Any) -> Coalesce:
        """How many rows of a relation a deployment has, as a subquery of its own."""
        rows = parts.field.model._default_manager.filter(deployment=OuterRef("pk")).order_by()
        return Coalesce(Subquery(rows.values("deployment").annotate(rows=Count("pk")).values("rows")), 0)


class PortOverrideQuerySet(QuerySet["PortOverride"]):
    def everywhere(self) -> Self:
        """Overrides that belong to no deployment."""
        return self.filter(deployment=None)

    def in_deployments(self) -> Self:
        """Overrides that each hold in one deployment alone."""
        return self.exclude(deployment=None)

    def seen_by(self, user: User) -> Self:
        """Overrides that a user who sees overrides may see: what stands in a deployment is seen with the deployment."""
        return self if sees_deployments(user) else self.everywhere()

    def with_related(self) -> Self:
        """Join the port, its component and host, and the deployment."""
        return self.select_related("port__component__host", "deployment")

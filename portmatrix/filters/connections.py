"""The filter set of connections: the one question that the matrix, table, diagram, API and exports all answer."""

from django.db.models import Q

from ..choices import Application, Section, TrafficClass, Transport
from ..models import Connection, Port
from ..models.querysets import ConnectionQuerySet
from ..queries.facets import Facet
from .base import StrictFilterSet
from .kinds import ObjectFilter, ObjectsFilter, PortsFilter, SearchFilter, WordsFilter


class EndFilter(ObjectsFilter):
    """A component at an end of the connection, or in reach of it. `meaning` is the queryset's method that finds it."""

    def __init__(self, *, meaning, **kwargs):
        super().__init__(noun="component", **kwargs)
        self.meaning = meaning

    def filter(self, queryset, components):
        return self.meaning(queryset, *components, reach=self.parent.known.reach) if components else queryset

    def counted_for(self, component):
        return self.parent.known.reach.of(component)


class ExactEndFilter(EndFilter):
    """A component that is itself at an end of the connection."""

    def filter(self, queryset, components):
        return self.meaning(queryset, *components) if components else queryset

    def counted_for(self, component):
        return [component.pk]


class InDeploymentFilter(ObjectFilter):
    """What one deployment uses. That its ports are shown and asked for is the filter set's doing."""

    def filter(self, queryset, deployment):
        return queryset.used_by(deployment) if deployment else queryset


class PortCondition:
    """Mixed into a filter whose condition is about ports: the filter set applies it, since it knows which are open.
    It judges all such conditions together, on one and the same port.
    """

    def filter(self, queryset, values):
        return queryset


class PortWordsFilter(PortCondition, WordsFilter):
    pass


class PortNumbersFilter(PortCondition, PortsFilter):
    pass


class StatedInFilter(WordsFilter):
    def filter(self, queryset, sections):
        return queryset.stated_in(*sections) if sections else queryset

    def in_words(self, value):
        return Section(value).short


class ConnectionSearchFilter(SearchFilter):
    """A word of digits also finds the connections that use that port, by its effective or its default number. The
    filter set applies it, since it knows which ports are open.
    """

    def filter(self, queryset, text):
        return queryset

    def search(self, queryset, text, ports):
        """Connections in which every word is found; `ports` are those at which digits look."""
        for word in (text or "").split():
            queryset = queryset.filter(self.matching(word) | self.using(word, ports))
        return queryset

    @staticmethod
    def using(word, ports):
        """The condition that a word is the number of one of some ports."""
        if not (word.isascii() and word.isdigit() and len(word) <= 5):
            return Q()
        through = Connection.ports.through.objects.filter(port__in=ports.at(int(word)).values("pk"))
        return Q(pk__in=through.values("connection"))


class ConnectionFilter(StrictFilterSet):
    """Filters of connections. Different parameters narrow; a repeated parameter widens to any of its values.

    `port`, `transport` and `application` ask about one port: port 3500 that speaks HTTP is no connection's,
    although the connection that uses 3500 (HTTPS) also uses 3000 (HTTP).

    With `deployment`, every number is the one that holds there, in the question as in the ports of the rows (`qs` has
    them prefetched), and ports that stay closed there are neither found nor shown.
    """

    deployment = InDeploymentFilter(
        says="in",
        noun="deployment",
        help_text="Slug of a deployment: only what it uses, with the port numbers that hold there. Needs a login that "
        "may see deployments.",
    )
    q = ConnectionSearchFilter(
        says="with",
        label="Words",
        placeholder="log, hyper",
        within=["activity", "source__name", "destination__name", "source__slug", "destination__slug"],
        help_text="Words to find in the activity or the ends' names; digits also find a port. Every word has to match.",
    )
    source = EndFilter(
        says="from",
        label="From",
        facet=Facet("source_id", at_once=7),
        meaning=ConnectionQuerySet.leaving,
        help_text="Slug or name of a component that opens the connection: itself, a service it hosts, a member of "
        "its group, or its group.",
    )
    source__exact = ExactEndFilter(
        says="from exactly",
        meaning=ConnectionQuerySet.leaving_exactly,
        help_text="Slug or name of the component that is the source itself, and nothing else.",
    )
    destination = EndFilter(
        says="to",
        label="To",
        facet=Facet("destination_id", at_once=6),
        meaning=ConnectionQuerySet.reaching,
        help_text="Slug or name of a component that the connection reaches: itself, a service it hosts, a member of "
        "its group, or its group.",
    )
    destination__exact = ExactEndFilter(
        says="to exactly",
        meaning=ConnectionQuerySet.reaching_exactly,
        help_text="Slug or name of the component that is the destination itself, and nothing else.",
    )
    component = EndFilter(
        says="from or to",
        meaning=ConnectionQuerySet.touching,
        help_text="Slug or name of a component at either end, by the same rule as `source` and `destination`.",
    )
    component__exact = ExactEndFilter(
        says="from or to exactly",
        meaning=ConnectionQuerySet.touching_exactly,
        help_text="Slug or name of the component that is itself at either end, and nothing else.",
    )
    port = PortNumbersFilter(
        says="on port",
        label="Port",
        placeholder="1\N{EN DASH}65535",
        field_name="effective_number",
        help_text="A port number, 1 to 65535: the effective one, so a moved listener is found where it stands now.",
    )
    transport = PortWordsFilter(
        says="over",
        label="Transport",
        facet=Facet("ports__transport", layout="inline", keeps_empty=True),
        field_name="transport",
        choices=Transport,
        noun="transport",
        help_text="Transport protocol of a listener that the connection uses.",
    )
    application = PortWordsFilter(
        says="speaking",
        label="Application",
        facet=Facet("ports__application", layout="fold"),
        field_name="application",
        choices=Application,
        noun="application",
        help_text="What is spoken on a listener that the connection uses, where the page names it.",
    )
    traffic_class = WordsFilter(
        says="of class",
        label="Class",
        facet=Facet("traffic_class", leads=True, keeps_empty=True),
        choices=TrafficClass,
        noun="traffic class",
        help_text="Class of the traffic.",
    )
    section = StatedInFilter(
        says="stated in",
        label="Stated in",
        facet=Facet("statements__section", layout="fold", keeps_empty=True),
        choices=Section,
        noun="section",
        help_text="Section of the vendor's page that states the connection.",
    )

    orderings = {
        "slug": ["slug"],
        "source": ["source__name"],
        "destination": ["destination__name"],
        "activity": ["activity"],
        "transport": ["first_transport"],
        "port": ["first_number"],
        "traffic_class": ["traffic_class"],
    }
    default_ordering = ("source__name", "destination__name", "activity", "slug")

    @property
    def qs(self):
        """The connections with their ports as they stand in the deployment, or everywhere."""
        return super().qs.with_ports(self.chosen("deployment"))

    def sortable(self, queryset):
        computed = (self.chosen("ordering") or "").removeprefix("-") in ("transport", "port")
        return queryset.with_first_port(self.chosen("deployment")) if computed else queryset

    def filter_queryset(self, queryset, without=None):
        queryset = super().filter_queryset(queryset, without)
        if without != "q":
            queryset = self.filters["q"].search(queryset, self.form.cleaned_data.get("q"), self._open(without))
        ports = self.ports(without)
        return queryset if ports is None else queryset.using_ports(ports)

    def rows_to_count(self, name):
        """Of a connection's ports, those that the other conditions about ports leave count alone."""
        rows = super().rows_to_count(name)
        ports = self.ports(without=name) if isinstance(self.filters[name], PortCondition) else None
        return rows if ports is None else rows.filter(ports__in=ports.values("pk"))

    def ports(self, without=None):
        """The ports that `deployment` and the conditions about ports describe together; None if none was given."""
        ports, narrowed = self._open(without), self._deployment(without) is not None
        for name, declared in self.filters.items():
            values = self.form.cleaned_data.get(name)
            if isinstance(declared, PortCondition) and values and name != without:
                ports = ports.filter(**{f"{declared.field_name}__in": values})
                narrowed = True
        return ports if narrowed else None

    def _open(self, without):
        """The ports that are open in the deployment, or everywhere."""
        return Port.objects.open_in(self._deployment(without))

    def _deployment(self, without):
        return None if without == "deployment" else self.form.cleaned_data.get("deployment")

"""The filter set of connections: the one question that the matrix, table, diagram, API and exports all answer."""

from django.db.models import Q

from ..choices import Application, Section, TrafficClass, Transport
from ..models import Connection, Port
from .base import (
    ObjectFilter,
    ObjectsFilter,
    PortsFilter,
    SearchFilter,
    StrictFilterSet,
    WordsFilter,
)
from .known import KnownComponents, KnownDeployments

LISTENER_FILTERS = ("port", "transport", "application")


class EndFilter(ObjectsFilter):
    """A component at an end of the connection. `meaning` is the queryset method that answers it."""

    def __init__(self, *, meaning, **kwargs):
        super().__init__(known="known_components", **kwargs)
        self.meaning = meaning

    def filter(self, queryset, components):
        if not components:
            return queryset
        ask = getattr(queryset, self.meaning)
        return ask(*components) if self.meaning.endswith("_exactly") else ask(*components, reach=self.parent.reach)


class InDeploymentFilter(ObjectFilter):
    """What one deployment uses. That its ports are shown and asked for is the filter set's doing."""

    def filter(self, queryset, deployment):
        return queryset.used_by(deployment) if deployment else queryset


class OfListener:
    """Mixed into a filter whose condition is about listeners: the filter set applies it, since it knows which are open.
    `port`, `transport` and `application` it judges together, on one and the same listener.
    """

    def filter(self, queryset, values):
        return queryset


class ListenerWordsFilter(OfListener, WordsFilter):
    pass


class ListenerPortsFilter(OfListener, PortsFilter):
    pass


class StatedInFilter(WordsFilter):
    def filter(self, queryset, sections):
        return queryset.stated_in(*sections) if sections else queryset

    def in_words(self, value):
        return Section(value).short


class ConnectionSearchFilter(OfListener, SearchFilter):
    """A word of digits also finds the connections that use that port, by its effective or its default number."""

    def search(self, queryset, text, listeners):
        """Connections in which every word is found; `listeners` are those at which digits look."""
        for word in (text or "").split():
            queryset = queryset.filter(self.matching(word) | self.using(word, listeners))
        return queryset

    @staticmethod
    def using(word, listeners):
        if not (word.isascii() and word.isdigit() and len(word) <= 5):
            return Q()
        through = Connection.ports.through.objects.filter(port__in=listeners.at(int(word)).values("pk"))
        return Q(pk__in=through.values("connection"))


class ConnectionFilter(KnownComponents, KnownDeployments, StrictFilterSet):
    """Filters of connections. Different parameters narrow; a repeated parameter widens to any of its values.

    `port`, `transport` and `application` ask about one listener: port 3500 that speaks HTTP is no connection's,
    although the connection that uses 3500 (HTTPS) also uses 3000 (HTTP).

    With `deployment`, every number is the one that holds there, in the question as in the ports of the rows (`qs` has
    them prefetched), and ports that stay closed there are neither found nor shown.
    """

    deployment = InDeploymentFilter(
        says="in",
        known="known_deployments",
        noun="deployment",
        help_text="Slug of a deployment: only what it uses, with the port numbers that hold there. Needs a login that "
        "may see deployments.",
    )
    q = ConnectionSearchFilter(
        says="with",
        within=["activity", "source__name", "destination__name", "source__slug", "destination__slug"],
        help_text="Words to find in the activity or the ends' names; digits also find a port. Every word has to match.",
    )
    source = EndFilter(
        says="from",
        meaning="leaving",
        noun="component",
        help_text="Slug of a component that opens the connection: itself, a service it hosts, a member of "
        "its group, or its group.",
    )
    source__exact = EndFilter(
        says="from exactly",
        meaning="leaving_exactly",
        noun="component",
        help_text="Slug of the component that is the source itself, and nothing else.",
    )
    destination = EndFilter(
        says="to",
        meaning="reaching",
        noun="component",
        help_text="Slug of a component that the connection reaches: itself, a service it hosts, a member of "
        "its group, or its group.",
    )
    destination__exact = EndFilter(
        says="to exactly",
        meaning="reaching_exactly",
        noun="component",
        help_text="Slug of the component that is the destination itself, and nothing else.",
    )
    component = EndFilter(
        says="from or to",
        meaning="touching",
        noun="component",
        help_text="Slug of a component at either end, by the same rule as `source` and `destination`.",
    )
    component__exact = EndFilter(
        says="from or to exactly",
        meaning="touching_exactly",
        noun="component",
        help_text="Slug of the component that is itself at either end, and nothing else.",
    )
    port = ListenerPortsFilter(
        says="on port",
        field_name="effective_number",
        help_text="A port number, 1 to 65535: the effective one, so a moved listener is found where it stands now.",
    )
    transport = ListenerWordsFilter(
        says="over",
        field_name="transport",
        choices=Transport,
        noun="transport",
        help_text="Transport protocol of a listener that the connection uses.",
    )
    application = ListenerWordsFilter(
        says="speaking",
        field_name="application",
        choices=Application,
        noun="application",
        help_text="What is spoken on a listener that the connection uses, where the page names it.",
    )
    traffic_class = WordsFilter(
        says="of class",
        choices=TrafficClass,
        noun="traffic class",
        help_text="Class of the traffic.",
    )
    section = StatedInFilter(
        says="stated in",
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
        listeners = self.listeners(without)
        return queryset if listeners is None else queryset.using_ports(listeners)

    def listeners(self, without=None):
        """The listeners that `port`, `transport`, `application` and `deployment` describe together; None if none of
        them was given.
        """
        listeners, narrowed = self._open(without), self._deployment(without) is not None
        for name in LISTENER_FILTERS:
            values = self.form.cleaned_data.get(name)
            if values and name != without:
                listeners = listeners.filter(**{f"{self.filters[name].field_name}__in": values})
                narrowed = True
        return listeners if narrowed else None

    def _open(self, without):
        """The listeners that are open in the deployment, or everywhere."""
        return Port.objects.open_in(self._deployment(without))

    def _deployment(self, without):
        return None if without == "deployment" else self.form.cleaned_data.get("deployment")

"""The filter sets of components, ports, statements, assumptions and overrides."""

from ..choices import Application, Basis, Kind, Scope, Section, Transport
from .base import StrictFilterSet
from .kinds import ObjectsFilter, PortsFilter, SearchFilter, WordsFilter


class ParentFilter(ObjectsFilter):
    """Components by the one that they run on or belong to: a form offers those that have any such."""

    def offered(self, components):
        parents = {getattr(component, f"{self.field_name}_id") for component in components.values()}
        return [component for component in components.values() if component.pk in parents]


class ComponentFilter(StrictFilterSet):
    q = SearchFilter(
        says="with",
        label="Words",
        within=["name", "slug", "description", "fqdn"],
        help_text="Words to find in the name, slug, description or host name. Every word has to match.",
    )
    kind = WordsFilter(says="of kind", label="Kind", choices=Kind, noun="kind", help_text="What the component is.")
    host = ParentFilter(
        says="on", label="Runs on", noun="component", help_text="Slug or name of the component that it runs on."
    )
    group = ParentFilter(
        says="in group", label="Member of", noun="component", help_text="Slug or name of the group that it belongs to."
    )

    orderings = {"slug": ["slug"], "name": ["name"], "kind": ["kind"]}
    default_ordering = ("name", "slug")


class PortFilter(StrictFilterSet):
    """The queryset has to have effective numbers."""

    q = SearchFilter(
        says="with",
        label="Words",
        within=["component__name", "component__slug", "application"],
        help_text="Words to find in the component's name or slug, or in the application. Every word has to match.",
    )
    component = ObjectsFilter(
        says="of", label="Component", noun="component", help_text="Slug or name of the component that listens."
    )
    transport = WordsFilter(
        says="over", label="Transport", choices=Transport, noun="transport", help_text="Transport protocol."
    )
    number = PortsFilter(
        says="on port",
        label="Port",
        field_name="effective_number",
        help_text="Port number, 1 to 65535: the effective one.",
    )
    application = WordsFilter(
        says="speaking",
        label="Application",
        choices=Application,
        noun="application",
        help_text="What is spoken, where the page names it.",
    )

    orderings = {
        "number": ["effective_number"],
        "default_number": ["number"],
        "component": ["component__name"],
        "transport": ["transport"],
        "application": ["application"],
    }
    default_ordering = ("effective_number", "transport", "component__slug", "number")


class StatementFilter(StrictFilterSet):
    section = WordsFilter(says="in", choices=Section, noun="section", help_text="Section of the vendor's page.")
    connection = ObjectsFilter(
        says="stating",
        field_name="connections",
        noun="connection",
        help_text="Slug of a connection that the statement states.",
        distinct=True,
    )

    orderings = {"position": ["position"]}
    default_ordering = ("section_order", "position")


class AssumptionFilter(StrictFilterSet):
    basis = WordsFilter(says="by", choices=Basis, noun="basis", help_text="What the reading rests on.")
    connection = ObjectsFilter(
        says="touching",
        field_name="connections",
        noun="connection",
        help_text="Slug of a connection that it touches.",
        distinct=True,
    )

    orderings = {"slug": ["slug"], "basis": ["basis"]}
    default_ordering = ("slug",)


class ScopeFilter(WordsFilter):
    def filter(self, queryset, scopes):
        if len(scopes or ()) != 1:
            return queryset
        return queryset.everywhere() if scopes == [Scope.EVERYWHERE] else queryset.in_deployments()


class OverrideFilter(StrictFilterSet):
    port = ObjectsFilter(
        says="of",
        noun="listener",
        help_text="Slug of a moved listener: <component>-<transport>-<default number>.",
    )
    component = ObjectsFilter(
        says="on",
        field_name="port__component",
        noun="component",
        help_text="Slug or name of a component whose listener was moved.",
    )
    deployment = ObjectsFilter(
        says="in",
        noun="deployment",
        help_text="Slug of a deployment in which it was moved. What is moved everywhere holds there too: see `scope`.",
    )
    scope = ScopeFilter(
        says="holding", choices=Scope, noun="scope", help_text="Whether it holds everywhere or in one deployment."
    )

    orderings = {"number": ["number"], "component": ["port__component__name"]}
    default_ordering = ("port__component__name", "port__number", "port__transport", "pk")

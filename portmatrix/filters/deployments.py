"""The filter set of deployments. Whoever asks may see them: that is judged before."""

from .base import StrictFilterSet
from .kinds import ObjectsFilter, SearchFilter


class InUseFilter(ObjectsFilter):
    def filter(self, queryset, components):
        return queryset.that_use(*components) if components else queryset


class DeploymentFilter(StrictFilterSet):
    q = SearchFilter(
        says="with",
        label="Words",
        within=["name", "slug", "description"],
        help_text="Words to find in the name, slug or description. Every word has to match.",
    )
    component = InUseFilter(
        says="using",
        label="Uses",
        noun="component",
        help_text="Slug or name of a component that is in use: itself or, for a group, any member.",
    )

    orderings = {"name": ["name"], "slug": ["slug"]}
    default_ordering = ("name", "slug")

"""The filter set of deployments. Whoever asks may see them: that is judged before."""

from .base import ObjectsFilter, SearchFilter, StrictFilterSet
from .known import KnownComponents


class InUseFilter(ObjectsFilter):
    def filter(self, queryset, components):
        return queryset.that_use(*components) if components else queryset


class DeploymentFilter(KnownComponents, StrictFilterSet):
    q = SearchFilter(
        says="with",
        within=["name", "slug", "description"],
        help_text="Words to find in the name, slug or description. Every word has to match.",
    )
    component = InUseFilter(
        says="using",
        known="known_components",
        noun="component",
        help_text="Slug of a component that is in use: itself or, for a group, any member.",
    )

    orderings = {"name": ["name"], "slug": ["slug"]}
    default_ordering = ("name", "slug")

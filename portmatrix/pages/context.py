"""What the frame of every page shows: navigation, theme, where it stands, and how much the catalogue holds."""

from django.conf import settings
from django.db.models import Count, Value
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from alports_site import __version__

from ..models import Assumption, Component, Connection, Statement
from ..permissions import SEES_DEPLOYMENTS, SEES_OVERRIDES

NAVIGATION = (  # label, address, the pages below it
    ("Connections", "connections", {"home", "connections", "connection"}),
    ("Components", "components", {"components", "component"}),
    ("Ports", "ports", {"ports", "port"}),
    ("Document", "document", {"document"}),
    ("Overrides", "overrides", {"overrides", "override-add", "override-edit", "override-remove", "override-history"}),
    ("Deployments", "deployments", {"deployments"}),
)
NEEDED = {"overrides": SEES_OVERRIDES, "deployments": SEES_DEPLOYMENTS}  # for who is signed in
THEMES = (("light", "Light", "sun"), ("auto", "As the system", "auto"), ("dark", "Dark", "moon"))
COUNTED = {"components": Component, "connections": Connection, "statements": Statement, "assumptions": Assumption}


def frame(request):
    """Context processor. The counts cost one query, made only by a page that shows them."""
    theme = request.COOKIES.get("theme")
    return {
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "theme": theme if theme in {value for value, _, _ in THEMES} else "auto",
        "themes": THEMES,
        "origin": f"{request.scheme}://{request.get_host()}",
        "catalogue": catalogue_of(request),
        "version": __version__,
        "may_read": settings.PUBLIC_MATRIX or request.user.is_authenticated,
    }


def navigation(request):
    """(label, address, is current) of every entry. What a user may not see is not there."""
    here = getattr(request.resolver_match, "url_name", None) or ""
    return [
        (label, reverse(name), here in below or (name == "deployments" and here.startswith("deployment")))
        for label, name, below in NAVIGATION
        if not (request.user.is_authenticated and name in NEEDED and not request.user.has_perm(NEEDED[name]))
    ]


def catalogue_of(request):
    """How many components, connections, statements and assumptions there are; counted at most once in a request."""
    if not hasattr(request, "catalogue_counts"):
        request.catalogue_counts = SimpleLazyObject(count_catalogue)
    return request.catalogue_counts


def count_catalogue():
    """A mapping of `COUNTED`'s names to numbers. One query."""
    parts = [
        model.objects.order_by().values(part=Value(name)).annotate(rows=Count("pk")).values_list("part", "rows")
        for name, model in COUNTED.items()
    ]
    return dict.fromkeys(COUNTED, 0) | dict(parts[0].union(*parts[1:], all=True))

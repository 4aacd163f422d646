"""The addresses of the pages. Every page goes through `page`, so that none forgets who may read it."""

from django.urls import path

from . import (
    accounts,
    components,
    connections,
    diagram,
    overrides,
    ports,
    search,
)
from . import (
    connection_detail as flow,
)
from . import (
    vendor_page as document,
)
from .access import reads_matrix, takes_no_query
from .deployments.urls import urlpatterns as deployments


def page(route, view, name):
    """A page that holds to the installation's choice of a public or a private matrix."""
    return path(route, reads_matrix(view), name=name)


def single(route, view, name):
    """A page about one thing, which has no filters."""
    return page(route, takes_no_query(view), name)


urlpatterns = [
    page("", connections.listing, "home"),
    page("connections/", connections.listing, "connections"),
    page("connections/diagram.svg", diagram.file, "connections-diagram"),
    single("connections/<slug:slug>/", flow.detail, "connection"),
    page("components/", components.listing, "components"),
    single("components/<slug:slug>/", components.detail, "component"),
    page("ports/", ports.listing, "ports"),
    single("ports/<int:number>/", ports.detail, "port"),
    single("document/", document.page, "document"),
    page("search/", search.page, "search"),
    page("overrides/", overrides.listing, "overrides"),
    page("overrides/add/", overrides.add, "override-add"),
    page("overrides/history/", overrides.history, "override-history"),
    page("overrides/check/", overrides.check, "override-check"),
    page("overrides/<int:pk>/edit/", overrides.edit, "override-edit"),
    page("overrides/<int:pk>/remove/", overrides.remove, "override-remove"),
    *deployments,
    path("accounts/login/", accounts.login, name="login"),
    path("accounts/logout/", accounts.logout, name="logout"),
]

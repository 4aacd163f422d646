"""The addresses of the pages."""

from django.contrib.auth.decorators import login_not_required

from ..filters import ComponentFilter, ConnectionFilter, OverrideFilter, PortFilter
from . import accounts, components, connection_detail, connections, diagram, overrides, ports, search, vendor_page
from .access import EDITS_OVERRIDES, SEES_OVERRIDES
from .deployments.urls import urlpatterns as deployments
from .routing import page

urlpatterns = [
    page("", connections.listing, "home", takes=ConnectionFilter),
    page("connections/", connections.listing, "connections", takes=ConnectionFilter),
    page("connections/diagram.svg", diagram.file, "connections-diagram", takes=ConnectionFilter),
    page("connections/<slug:slug>/", connection_detail.detail, "connection"),
    page("components/", components.listing, "components", takes=ComponentFilter),
    page("components/<slug:slug>/", components.detail, "component"),
    page("ports/", ports.listing, "ports", takes=PortFilter),
    page("ports/<int:number>/", ports.detail, "port"),
    page("document/", vendor_page.page, "document"),
    page("search/", search.page, "search", takes=search.SearchForm),
    page("overrides/", overrides.listing, "overrides", access=SEES_OVERRIDES, takes=OverrideFilter),
    page("overrides/history/", overrides.history, "override-history", access=SEES_OVERRIDES, takes=["page"]),
    page("overrides/add/", overrides.add, "override-add", access=EDITS_OVERRIDES, takes=["port", "deployment"]),
    page(
        "overrides/check/",
        overrides.check,
        "override-check",
        access=EDITS_OVERRIDES,
        takes=["port", "number", "override", "deployment"],
        blanks=True,
    ),
    page("overrides/<int:pk>/edit/", overrides.edit, "override-edit", access=EDITS_OVERRIDES),
    page("overrides/<int:pk>/remove/", overrides.remove, "override-remove", access=EDITS_OVERRIDES),
    *deployments,
    page("accounts/login/", accounts.login, "login", takes=["next"], blanks=True),
    page("accounts/logout/", login_not_required(accounts.logout), "logout"),
]

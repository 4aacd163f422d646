"""The addresses of the pages."""

from django.contrib.auth.decorators import login_not_required

from . import accounts, components, connection_detail, diagram, overrides, ports, search, vendor_page
from .access import EDITS_OVERRIDES, SEES_OVERRIDES
from .connection_views import DiagramFilter
from .connections import ConnectionListing
from .deployments.urls import urlpatterns as deployments
from .routing import listing, page

urlpatterns = [
    listing("", ConnectionListing, "home"),
    listing("connections/", ConnectionListing, "connections"),
    page("connections/diagram.svg", diagram.diagram_file, "connections-diagram", takes=DiagramFilter),
    page("connections/<slug:slug>/", connection_detail.detail, "connection"),
    listing("components/", components.ComponentListing, "components"),
    page("components/<slug:slug>/", components.detail, "component"),
    listing("ports/", ports.PortListing, "ports"),
    page("ports/<int:number>/", ports.detail, "port"),
    page("document/", vendor_page.page, "document"),
    page("search/", search.page, "search", takes=search.SearchForm),
    listing("overrides/", overrides.OverrideListing, "overrides", access=SEES_OVERRIDES),
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

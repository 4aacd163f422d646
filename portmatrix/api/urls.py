"""The addresses of the API. Every address below that is not listed answers 404 in JSON."""

from django.urls import path, re_path

from . import (
    deployment_views,
    documentation,
    firewall_views,
    override_views,
    root,
    rules_views,
    views,
)

app_name = "api"

READ_ALL, READ_ONE = {"get": "list"}, {"get": "retrieve"}
WRITE_ONE = {"put": "update", "patch": "partial_update", "delete": "destroy"}


def resource(name, plural, viewset, one="<slug:slug>"):
    """A listing and its objects."""
    return [
        path(f"{plural}/", viewset.as_view(READ_ALL), name=f"{name}-list"),
        path(f"{plural}/{one}/", viewset.as_view(READ_ONE), name=f"{name}-detail"),
    ]


urlpatterns = [
    path("", root.Root.as_view(), name="root"),
    *resource("component", "components", views.ComponentViewSet),
    *resource("port", "ports", views.PortViewSet),
    *resource("connection", "connections", views.ConnectionViewSet),
    *resource("statement", "statements", views.StatementViewSet, "<slug:section>/<int:position>"),
    *resource("assumption", "assumptions", views.AssumptionViewSet),
    path(
        "overrides/",
        override_views.OverrideViewSet.as_view(READ_ALL | {"post": "create"}),
        name="override-list",
    ),
    path(
        "overrides/<int:pk>/",
        override_views.OverrideViewSet.as_view(READ_ONE | WRITE_ONE),
        name="override-detail",
    ),
    path(
        "deployments/",
        deployment_views.DeploymentViewSet.as_view(READ_ALL | {"post": "create"}),
        name="deployment-list",
    ),
    path(
        "deployments/<slug:slug>/",
        deployment_views.DeploymentViewSet.as_view(READ_ONE | WRITE_ONE),
        name="deployment-detail",
    ),
    path("deployments/<slug:slug>/rules/", rules_views.RulesView.as_view(), name="deployment-rules"),
    path("deployments/<slug:slug>/explain/", rules_views.ExplainView.as_view(), name="deployment-explain"),
    path(
        "deployments/<slug:slug>/firewall/<slug:platform>/",
        firewall_views.ConfigurationView.as_view(),
        name="deployment-firewall",
    ),
    path("firewall/<slug:platform>/", firewall_views.SharedConfigurationView.as_view(), name="firewall"),
    path("firewall-platforms/", firewall_views.PlatformsView.as_view(), name="firewall-platform-list"),
    path("schema/", documentation.Schema.as_view(), name="schema"),
    path("docs/", documentation.Docs.as_view(), name="docs"),
    re_path("", root.Nothing.as_view(), name="nothing"),
]

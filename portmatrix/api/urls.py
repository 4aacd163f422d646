"""The URLs of the API. Every URL below /api/ that is not listed here answers 404 in JSON."""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from . import (
    catalogue_views,
    deployment_views,
    documentation,
    firewall_views,
    override_views,
    root,
    rules_views,
)

app_name = "api"

router = SimpleRouter(use_regex_path=False)
router.register("components", catalogue_views.ComponentViewSet, "component")
router.register("ports", catalogue_views.PortViewSet, "port")
router.register("connections", catalogue_views.ConnectionViewSet, "connection")
router.register("assumptions", catalogue_views.AssumptionViewSet, "assumption")
router.register("overrides", override_views.OverrideViewSet, "override")
router.register("deployments", deployment_views.DeploymentViewSet, "deployment")

urlpatterns = [
    path("", root.Root.as_view(), name="root"),
    *router.urls,
    path("statements/", catalogue_views.StatementViewSet.as_view({"get": "list"}), name="statement-list"),
    path(
        "statements/<slug:section>/<int:position>/",
        catalogue_views.StatementViewSet.as_view({"get": "retrieve"}),
        name="statement-detail",
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
    re_path("", root.NotFoundView.as_view(), name="nothing"),
]

"""The addresses of deployments' pages. Those of no deployment begin with an underscore, which no slug has."""

from functools import partial

from ...filters.configuration import ConfigurationPageForm
from ...filters.explain import ExplainForm
from .. import routing
from ..access import EDITS_DEPLOYMENTS, SEES_DEPLOYMENTS
from . import components, configuration, document, edit, history, listing, overrides, overview, rules, upload

shown = partial(routing.page, access=SEES_DEPLOYMENTS)
edited = partial(routing.page, access=EDITS_DEPLOYMENTS)

DEPLOYMENT = "deployments/<slug:slug>/"

urlpatterns = [
    routing.listing("deployments/", listing.DeploymentListing, "deployments", access=SEES_DEPLOYMENTS),
    edited("deployments/_new/", listing.new, "deployment-new"),
    edited("deployments/_document/", document.send, "deployment-send"),
    edited("deployments/_example/", listing.load_example, "deployment-example"),
    shown(DEPLOYMENT, overview.overview, "deployment", takes=ExplainForm),
    shown(f"{DEPLOYMENT}components/", components.components, "deployment-components", writes=EDITS_DEPLOYMENTS),
    shown(
        f"{DEPLOYMENT}components/<slug:component>/", components.component_detail, "deployment-component", takes=["page"]
    ),
    edited(f"{DEPLOYMENT}upload/", upload.upload, "deployment-upload"),
    shown(f"{DEPLOYMENT}endpoints.csv", upload.download, "deployment-endpoints"),
    shown(f"{DEPLOYMENT}document.json", document.download, "deployment-document"),
    shown(f"{DEPLOYMENT}overrides/", overrides.overrides, "deployment-overrides"),
    shown(f"{DEPLOYMENT}rules/", rules.rules, "deployment-rules"),
    shown(f"{DEPLOYMENT}change-request/", rules.change_request, "deployment-change-request"),
    shown(
        f"{DEPLOYMENT}configuration/",
        configuration.configuration,
        "deployment-configuration",
        takes=ConfigurationPageForm,
    ),
    shown(f"{DEPLOYMENT}history/", history.history, "deployment-history", takes=["page"]),
    edited(f"{DEPLOYMENT}edit/", edit.edit, "deployment-edit"),
    edited(f"{DEPLOYMENT}remove/", edit.remove, "deployment-remove"),
]

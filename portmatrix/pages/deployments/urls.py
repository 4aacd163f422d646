"""The addresses of deployments' pages. Those of no deployment begin with an underscore, which no slug has."""

from django.urls import path

from . import (
    components as places,
)
from . import (
    configuration,
    document,
    edit,
    history,
    listing,
    overview,
    rules,
    upload,
)
from . import (
    overrides as moves,
)

_ONE = "deployments/<slug:slug>/"

urlpatterns = [
    path("deployments/", listing.listing, name="deployments"),
    path("deployments/_new/", listing.new, name="deployment-new"),
    path("deployments/_document/", document.send, name="deployment-send"),
    path("deployments/_example/", listing.load_example, name="deployment-example"),
    path(_ONE, overview.overview, name="deployment"),
    path(f"{_ONE}components/", places.places, name="deployment-components"),
    path(f"{_ONE}components/<slug:component>/", places.place, name="deployment-component"),
    path(f"{_ONE}upload/", upload.upload, name="deployment-upload"),
    path(f"{_ONE}endpoints.csv", upload.download, name="deployment-endpoints"),
    path(f"{_ONE}document.json", document.download, name="deployment-document"),
    path(f"{_ONE}overrides/", moves.moves, name="deployment-overrides"),
    path(f"{_ONE}rules/", rules.rules, name="deployment-rules"),
    path(f"{_ONE}change-request/", rules.change_request, name="deployment-change-request"),
    path(f"{_ONE}configuration/", configuration.configuration, name="deployment-configuration"),
    path(f"{_ONE}history/", history.history, name="deployment-history"),
    path(f"{_ONE}edit/", edit.edit, name="deployment-edit"),
    path(f"{_ONE}remove/", edit.remove, name="deployment-remove"),
]

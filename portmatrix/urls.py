"""Where everything is: pages, the REST API, health."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from . import health

urlpatterns = [
    path("", include("portmatrix.pages.urls")),
    path("api/", include("portmatrix.api.urls")),
    path("healthz", login_not_required(health.alive), name="healthz"),
    path("readyz", login_not_required(health.ready), name="readyz"),
]

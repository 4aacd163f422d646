"""Where everything is: pages, the REST API, health."""

from django.urls import include, path

from . import health

urlpatterns = [
    path("", include("portmatrix.pages.urls")),
    path("api/", include("portmatrix.api.urls")),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]

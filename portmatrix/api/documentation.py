"""The schema of the API and its pages for people. Both are for anyone: they show no data."""

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from .views import Strict


@extend_schema(exclude=True)
class Schema(Strict, SpectacularAPIView):
    """OpenAPI 3, as YAML or with `?format=json` as JSON."""


class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from this host's own files."""

    url_name = "api:schema"
    template_name = "api/docs.html"  # the package's own has inline styles, which our Content-Security-Policy forbids

"""The schema of the API, and its page for people. Anyone may see both: they contain no data."""

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from .base import StrictQueryMixin


@extend_schema(exclude=True)
class Schema(StrictQueryMixin, SpectacularAPIView):
    """OpenAPI 3, as YAML or with `?format=json` as JSON."""


class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from this host's own files."""

    url_name = "api:schema"
    template_name = "api/docs.html"  # the package's own has inline styles, which the Content-Security-Policy forbids

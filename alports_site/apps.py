"""Makes the project an app of its own, so that its system checks are registered at start."""

from django.apps import AppConfig

from .lean import import_without

# Django REST framework takes along a client for tests, colours for a page that is switched off, and fields of
# PostgreSQL that no model has: 16 MiB in every process.
import_without("rest_framework.compat", "requests", "pygments", "django.contrib.postgres")


class SiteConfig(AppConfig):
    """The project itself; it has no models."""

    name = "alports_site"
    verbose_name = "alports"

    def ready(self) -> None:
        from . import checks, sign_ins

        checks.register_all()
        sign_ins.connect()

"""Makes the project an app of its own, so that its system checks are registered at start."""

import importlib
import sys

from django.apps import AppConfig


def import_without(module: str, *unwanted: str) -> None:
    """Import a module as if the unwanted ones were not installed. Whoever imports those later gets them as usual."""
    absent = [name for name in unwanted if name not in sys.modules]
    # None there makes `import` raise ImportError.
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        importlib.import_module(module)
    finally:
        for name in absent:
            del sys.modules[name]


# Django REST framework would load an HTTP client for tests, a colouring of source code, and fields of PostgreSQL that
# no model has. Without them each process takes 16 MiB less.
import_without("rest_framework.compat", "requests", "pygments", "django.contrib.postgres")


class SiteConfig(AppConfig):
    """The project itself; it has no models."""

    name = "alports_site"
    verbose_name = "alports"

    def ready(self) -> None:
        from . import checks, sign_ins

        checks.register_all()
        sign_ins.connect()

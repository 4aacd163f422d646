"""Makes the project an app of its own, so that its system checks are registered at start."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The project itself; it has no models."""

    name = "alports_site"
    verbose_name = "alports"

    def ready(self) -> None:
        from . import checks, sign_ins

        checks.register_all()
        sign_ins.connect()

"""The app's configuration."""

from django.apps import AppConfig


class PortmatrixConfig(AppConfig):
    name = "portmatrix"
    verbose_name = "Port matrix"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import permissions as roles

        roles.connect()

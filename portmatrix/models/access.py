"""Who may ask without a browser: API tokens."""

from django.db import models
from knox.models import AbstractAuthToken


class ApiToken(AbstractAuthToken):
    """A program's key to the API: only its hash is stored, it can expire, and it can be limited to reading."""

    name = models.CharField(max_length=100, blank=True, help_text="What it is for.")
    read_only = models.BooleanField(default=False)

    class Meta:
        verbose_name = "API token"
        ordering = ["user", "created"]

    def __str__(self):
        return f"{self.name or 'token'} of {self.user} ({self.token_key}…)"

"""Which catalogues this database has held, so that a node with an older one does not load its own again."""

from django.db import models


class CatalogueLoad(models.Model):
    """A catalogue that was loaded: the digest of its files, and when it was loaded last."""

    digest = models.CharField(max_length=64, unique=True)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["-loaded_at", "-pk"]

    def __str__(self):
        return f"{self.digest[:12]} at {self.loaded_at:%Y-%m-%d %H:%M}"

"""Installations as users describe them: what is in use and where it runs. Their overrides of ports: overrides.py.

Write through `portmatrix.deployments.service`, which judges a deployment as a whole first.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from ..addresses import AddressRefused, parse_address
from .catalogue import Component
from .fields import NaturalSlugField
from .querysets import DeploymentQuerySet


def validate_address(text):
    """Refuse what is not an endpoint's address in its normal form."""
    try:
        normal = parse_address(text).text
    except AddressRefused as refused:
        raise ValidationError(str(refused)) from None
    if normal != text:
        raise ValidationError(f"Write it as {normal}.")


class Deployment(models.Model):
    """One real App Layering installation."""

    slug = NaturalSlugField()
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    encrypted_only = models.BooleanField(
        default=False, help_text="Leave a plain port closed where the same connection offers an encrypted one."
    )
    components = models.ManyToManyField(Component, through="ComponentInUse", related_name="deployments")

    history = HistoricalRecords()
    objects = DeploymentQuerySet.as_manager()

    class Meta:
        ordering = ["name", "slug"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("deployment", args=[self.slug])


class ComponentInUse(models.Model):
    """A component that a deployment uses. A model of its own so that it has a history."""

    deployment = models.ForeignKey(Deployment, models.CASCADE, related_name="in_use")
    component = models.ForeignKey(Component, models.PROTECT, related_name="+")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "component in use"
        verbose_name_plural = "components in use"
        ordering = ["component__slug"]
        constraints = [
            models.UniqueConstraint(fields=["deployment", "component"], name="component_is_in_use_once"),
        ]

    def __str__(self):
        return f"{self.component} in {self.deployment}"


class Endpoint(models.Model):
    """Where a component of a deployment runs: an IPv4 address, network or range, or a full host name.

    `position` keeps the order in which the deployment lists its endpoints; it has no history.
    """

    deployment = models.ForeignKey(Deployment, models.CASCADE, related_name="endpoints")
    component = models.ForeignKey(Component, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, help_text="What people call the machine or network.")
    address = models.CharField(max_length=253, validators=[validate_address])
    position = models.PositiveIntegerField(default=0)

    history = HistoricalRecords(excluded_fields=["position"])

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["deployment", "component", "address"], name="endpoint_is_unique"),
        ]

    def __str__(self):
        return f"{self.name}, {self.address}"

"""What users changed: port numbers that override the default, everywhere or in one deployment."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from ..utils.text import why_blank
from .catalogue import Port
from .deployments import Deployment
from .fields import PortNumberField, port_number_constraint
from .querysets import PortOverrideQuerySet

LONGEST_REASON = 200
OVERRIDDEN_ALREADY = "This listener has been moved already: change that override instead."


class PortOverride(models.Model):
    """Another number than the default of a port: without a deployment it holds everywhere, with one only there.

    Write through `portmatrix.overrides.service`, which first judges every change against all other ports of the host.
    """

    port = models.ForeignKey(Port, models.PROTECT, related_name="overrides", verbose_name="listener")
    deployment = models.ForeignKey(Deployment, models.CASCADE, null=True, blank=True, related_name="overrides")
    number = PortNumberField("new number")
    reason = models.CharField(max_length=LONGEST_REASON, help_text="Why it was moved, for instance a change ticket.")

    history = HistoricalRecords(history_change_reason_field=models.CharField(max_length=LONGEST_REASON, null=True))
    objects = PortOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = "override"
        ordering = ["port__component__name", "port__number", "port__transport", "deployment__slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["port", "deployment"],
                name="override_is_unique_in_deployment",
                violation_error_message=OVERRIDDEN_ALREADY,
            ),
            models.UniqueConstraint(
                fields=["port"],
                condition=models.Q(deployment=None),
                name="override_is_unique_everywhere",
                violation_error_message=OVERRIDDEN_ALREADY,
            ),
            port_number_constraint("override_number_is_a_port"),
        ]

    def __str__(self):
        return f"{self.port} moved to {self.number}"

    def get_absolute_url(self):
        return f"{reverse('overrides')}#override-{self.pk}"

    def clean(self):
        """Refuse a reason of which nothing can be seen; for forms made from the model, as in the admin."""
        if self.reason and (why := why_blank(self.reason)):
            raise ValidationError({"reason": why})

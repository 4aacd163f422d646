"""The question about a firewall's configuration, judged as strictly as a listing's filters."""

from django import forms
from django.core.exceptions import ValidationError

from ..firewall import PLATFORMS
from ..models import Endpoint
from ..words import no_such, shown
from .base import StrictForm

TRUTH = {"true": True, "false": False}


class TruthField(forms.CharField):
    """`true` or `false`; `clean` returns a bool, False if it is not given."""

    def clean(self, value):
        text = super().clean(value)
        if text and text not in TRUTH:
            raise ValidationError(f"'{shown(text)}' is neither true nor false.", code="not_a_truth")
        return TRUTH.get(text, False)


class PlatformField(forms.CharField):
    """A platform by its slug; `clean` returns the `Platform`, the first if it is not given."""

    def clean(self, value):
        slug = super().clean(value) or next(iter(PLATFORMS))
        if slug not in PLATFORMS:
            raise ValidationError(no_such("platform", slug, PLATFORMS), code="unknown")
        return PLATFORMS[slug]


class EndpointField(forms.CharField):
    """The name of an endpoint, as it was given."""

    def __init__(self):
        super().__init__(
            required=False,
            strip=False,
            max_length=Endpoint._meta.get_field("name").max_length,
            help_text="For a platform that is the own firewall of one host: the name of its endpoint.",
        )


class ConfigurationForm(StrictForm):
    """Whether a file that lacks some rules will do, and for the own firewall of one host, which host."""

    partial = TruthField(
        required=False, help_text="Whether to write the rest when some rules can't be in the file: true or false."
    )
    endpoint = EndpointField()


class ConfigurationPageForm(StrictForm):
    """Which platform the page shows, and for the own firewall of one host, which host."""

    platform = PlatformField(required=False)
    endpoint = EndpointField()

"""The question about a firewall's configuration, judged as strictly as a listing's filters."""

from django import forms
from django.core.exceptions import ValidationError

from ..models import Endpoint
from ..words import shown
from .base import StrictForm

TRUTH = {"true": True, "false": False}


class TruthField(forms.CharField):
    """`true` or `false`; `clean` returns a bool, False if it is not given."""

    def clean(self, value):
        text = super().clean(value)
        if text and text not in TRUTH:
            raise ValidationError(f"'{shown(text)}' is neither true nor false.", code="not_a_truth")
        return TRUTH.get(text, False)


class ConfigurationForm(StrictForm):
    """Whether a file that lacks some rules will do, and for the own firewall of one host, which host."""

    partial = TruthField(
        required=False, help_text="Whether to write the rest when some rules can't be in the file: true or false."
    )
    endpoint = forms.CharField(
        required=False,
        strip=False,
        max_length=Endpoint._meta.get_field("name").max_length,
        help_text="For a platform that is the own firewall of one host: the name of its endpoint.",
    )

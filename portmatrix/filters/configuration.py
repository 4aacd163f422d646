"""The question about a firewall's configuration, judged as strictly as a listing's filters."""

from django import forms
from django.core.exceptions import ValidationError

from ..firewall import MARK_BIT, PLATFORMS, MarkRefused, parse_mark_bit
from ..models import Endpoint
from ..naming import Names, unknown
from ..utils.text import printable
from .fields import ObjectsField, named
from .strict import StrictForm

TRUTH = {"true": True, "false": False}
MOST_DEPLOYMENTS = 20  # in one file


class TruthField(forms.CharField):
    """`true` or `false`; `clean` returns a bool, False if it is not given."""

    def clean(self, value):
        text = super().clean(value)
        if text and text not in TRUTH:
            raise ValidationError(f"'{printable(text)}' is neither true nor false.", code="not_a_truth")
        return TRUTH.get(text, False)


class PlatformField(forms.CharField):
    """A platform by its slug; `clean` returns the `Platform`, the first if it is not given."""

    def clean(self, value):
        return named(super().clean(value) or next(iter(PLATFORMS)), Names("platform", PLATFORMS))


class EndpointField(forms.CharField):
    """The name of an endpoint, as it was given."""

    def __init__(self):
        super().__init__(
            required=False,
            strip=False,
            max_length=Endpoint._meta.get_field("name").max_length,
            help_text="For a platform that is the own firewall of one host: the name of its endpoint.",
        )


class MarkBitField(forms.CharField):
    """The number of a bit of the packet mark; `clean` returns an int, None if it is not given."""

    def __init__(self):
        super().__init__(
            required=False,
            help_text="For nftables: the bit of the packet mark to use, the same in all files on one router; "
            f"{MARK_BIT} if it is not given.",
        )

    def clean(self, value):
        text = super().clean(value)
        try:
            return parse_mark_bit(text) if text else None
        except MarkRefused as refused:
            raise ValidationError(str(refused), code="not_a_bit") from None


class DeploymentsField(ObjectsField):
    """Deployments by their slugs, each once however often it is given. `known` is as in `ObjectsField`. `beside` is
    how many the file is for without being named.
    """

    def __init__(self, beside=0, **kwargs):
        super().__init__(noun="deployment", **kwargs)
        self.beside = beside

    def clean(self, values):
        deployments = super().clean(values)
        if self.required and not deployments:
            hint = unknown("deployment", "", self.known()).hint
            raise ValidationError(f"Name a deployment, or several.{hint}", code="required")
        if (number := len(deployments) + self.beside) > MOST_DEPLOYMENTS:
            raise ValidationError(f"{number} deployments. A file is for at most {MOST_DEPLOYMENTS}.", code="too_many")
        return deployments


class ConfigurationForm(StrictForm):
    """Whether a file that lacks some rules will do; for the own firewall of one host, which host; for nftables, which
    bit of the packet mark.
    """

    partial = TruthField(
        required=False, help_text="Whether to write the rest when some rules can't be in the file: true or false."
    )
    endpoint = EndpointField()
    mark_bit = MarkBitField()


class SharedConfigurationForm(ConfigurationForm):
    """As `ConfigurationForm`, for one firewall of several deployments."""

    deployment = DeploymentsField(
        help_text="Slug of a deployment that is behind the firewall. Repeat it for each: the file is for them all."
    )


class ConfigurationPageForm(StrictForm):
    """Which platform the page shows; which other deployments are behind the same firewall (`with`); and what the file
    is asked for.
    """

    platform = PlatformField(required=False)
    endpoint = EndpointField()
    mark_bit = MarkBitField()

    def __init__(self, data, others):
        """Take the query, and the deployments that may be named beside the page's own, by their slugs."""
        super().__init__(data)
        self.fields["with"] = DeploymentsField(required=False, beside=1)
        self.fields["with"].known = lambda: others

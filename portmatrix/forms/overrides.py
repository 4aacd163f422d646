"""The forms of port overrides. They judge the shape of what was typed, `portmatrix.overrides` the rest."""

from django import forms
from django.core.exceptions import ValidationError

from ..choices import PORT_MAX, PORT_MIN
from ..filters.fields import CountField
from ..models import Deployment, Port, PortOverride
from ..models.fields import validate_visible
from ..naming import Names, UnknownName
from ..permissions import edits_deployments
from ..utils.text import printable

NOT_A_PORT = f"Give a port number from {PORT_MIN} to {PORT_MAX}."
DESCRIBED = {"aria-describedby": "check"}  # the element that holds all messages of a form
LONGEST_REASON = PortOverride._meta.get_field("reason").max_length


class PortField(forms.ChoiceField):
    """A port by its slug, with its default number. `clean` returns the `Port`."""

    default_error_messages = {"required": "Choose the listener that moves."}

    def load(self):
        """Read the ports. One query."""
        ports = Port.objects.select_related("component__host").order_by("component__name", "transport", "number")
        by_slug = {port.slug: port for port in ports}
        self.names = Names("listener", by_slug, most=0)
        labels = [(slug, f"{port} {port.application}".strip()) for slug, port in by_slug.items()]
        self.choices = [("", "Choose a listener"), *labels]

    def to_python(self, value):
        return value

    def validate(self, value):
        forms.Field.validate(self, value)

    def clean(self, value):
        try:
            return self.names.find(super().clean(value))
        except UnknownName as error:
            raise ValidationError(str(error), code="unknown") from None


class ReasonField(forms.CharField):
    """Why a port is overridden, or not any more."""

    def __init__(self):
        super().__init__(
            max_length=LONGEST_REASON,
            validators=[validate_visible],
            error_messages={"required": "Say why, for instance with the number of the change."},
            widget=forms.TextInput(
                attrs={"class": "field", "autocomplete": "off", "placeholder": "CHG-1042", **DESCRIBED}
            ),
        )


class DeploymentField(forms.CharField):
    """A deployment by its slug, or nothing: everywhere. `clean` returns the `Deployment` or None. No deployment is
    known while `is_open` is false, as it is for who may not change deployments.
    """

    is_open = False

    def clean(self, value):
        slug = super().clean(value)
        if not slug:
            return None
        deployment = Deployment.objects.filter(slug=slug).first() if self.is_open else None
        if deployment is None:
            raise ValidationError(f"There is no deployment '{printable(slug)}'.", code="unknown")
        return deployment


class OverrideForm(forms.Form):
    """A port, its new number and why, everywhere or in one deployment. Given an override, the form changes that one and
    offers no other port or deployment.
    """

    deployment = DeploymentField(required=False, widget=forms.HiddenInput)

    port = PortField(label="Listener", widget=forms.Select(attrs={"class": "field", **DESCRIBED}))
    number = CountField(
        label="New number",
        min_value=PORT_MIN,
        max_value=PORT_MAX,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), NOT_A_PORT),
        widget=forms.TextInput(
            attrs={"class": "field num", "inputmode": "numeric", "autocomplete": "off", **DESCRIBED}
        ),
    )
    reason = ReasonField()

    def __init__(self, data=None, *, user, override=None, **kwargs):
        super().__init__(data, auto_id="move-%s", label_suffix="", **kwargs)
        self.override = override or PortOverride()
        if override:
            del self.fields["port"], self.fields["deployment"]
            self.initial.setdefault("number", override.number)
            self.initial.setdefault("reason", override.reason)
        else:
            self.fields["port"].load()  # type: ignore[attr-defined]
            self.fields["deployment"].is_open = edits_deployments(user)  # type: ignore[attr-defined]

    def find_port(self, slug):
        """The port of a slug. Raises `UnknownName`."""
        return self.fields["port"].names.find(slug)  # type: ignore[attr-defined]

    def as_typed(self):
        """The override as the form would have it, unsaved; None as long as port or number is missing or wrong."""
        for name in ("port", "deployment", "number", "reason"):
            if name in self.cleaned_data:
                setattr(self.override, name, self.cleaned_data[name])
        return self.override if self.override.port_id and "number" in self.cleaned_data else None

    def messages(self, typing=False):
        """What is wrong, field by field, each sentence once. While somebody types, an empty field is no fault yet."""
        messages = [
            message
            for name, messages in self.errors.items()
            if not (typing and not self.data.get(name))
            for message in messages
        ]
        return list(dict.fromkeys(messages))

    def refuse(self, faults):
        """Show faults of `portmatrix.overrides` on the fields they are about."""
        for fault in faults:
            self.add_error(fault.field if fault.field in self.fields else None, fault.message)


class RemoveForm(forms.Form):
    """Why an override is removed."""

    reason = ReasonField()

    def __init__(self, data=None):
        super().__init__(data, auto_id="remove-%s", label_suffix="")

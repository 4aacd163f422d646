"""The forms in which editors move listeners and name deployments: they judge the shape of what was typed,
portmatrix.overrides and portmatrix.deployments the rest.
"""

from django import forms
from django.core.exceptions import ValidationError

from ..choices import PORT_MAX, PORT_MIN
from ..filters.fields import CountField
from ..models import Deployment, Port, PortOverride
from ..models.fields import validate_slug, validate_visible
from ..permissions import edits_deployments
from ..utils.text import no_such, shown

NOT_A_PORT = f"Give a port number from {PORT_MIN} to {PORT_MAX}."
DESCRIBED = {"aria-describedby": "check"}  # the element that holds all messages of a form
LONGEST_REASON = PortOverride._meta.get_field("reason").max_length


class ListenerField(forms.ChoiceField):
    """A listener by its slug, with its default number. `clean` returns the `Port`."""

    default_error_messages = {"required": "Choose the listener that moves."}

    def load(self):
        """Read the listeners. One query."""
        listeners = Port.objects.select_related("component__host").order_by("component__name", "transport", "number")
        self.known = {listener.slug: listener for listener in listeners}
        names = [(slug, f"{listener} {listener.application}".strip()) for slug, listener in self.known.items()]
        self.choices = [("", "Choose a listener"), *names]

    def to_python(self, value):
        return value

    def validate(self, value):
        forms.Field.validate(self, value)
        if value not in self.known:
            raise ValidationError(no_such("listener", value, self.known), code="unknown")

    def clean(self, value):
        return self.known[super().clean(value)]


class ReasonField(forms.CharField):
    """Why a listener is moved or moved back."""

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
    """A deployment by its slug, or nothing: everywhere. `clean` returns the `Deployment` or None. There is none for who
    may not change deployments (`is_open` is false then).
    """

    is_open = False

    def clean(self, value):
        slug = super().clean(value)
        found = Deployment.objects.filter(slug=slug).first() if slug and self.is_open else None
        if slug and found is None:
            raise ValidationError(f"There is no deployment '{shown(slug)}'.", code="unknown")
        return found


class OverrideForm(forms.Form):
    """A listener, its new number and why, everywhere or in one deployment. Given an override, it changes that one and
    offers no other listener or place.
    """

    deployment = DeploymentField(required=False, widget=forms.HiddenInput)

    port = ListenerField(label="Listener", widget=forms.Select(attrs={"class": "field", **DESCRIBED}))
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
            self.fields["port"].load()
            self.fields["deployment"].is_open = edits_deployments(user)

    def moved(self):
        """The override as the form would have it, unsaved; None as long as listener or number is missing or wrong."""
        for name in ("port", "deployment", "number", "reason"):
            if name in self.cleaned_data:
                setattr(self.override, name, self.cleaned_data[name])
        return self.override if self.override.port_id and "number" in self.cleaned_data else None

    def messages(self, typing=False):
        """What is wrong, field by field, each sentence once. While somebody types, an empty field is no fault yet."""
        found = [
            message
            for name, messages in self.errors.items()
            if not (typing and not self.data.get(name))
            for message in messages
        ]
        return list(dict.fromkeys(found))

    def refuse(self, faults):
        """Show faults of `portmatrix.overrides` on the fields they are about."""
        for fault in faults:
            self.add_error(fault.field if fault.field in self.fields else None, fault.message)


class RemoveForm(forms.Form):
    """Why an override is taken back."""

    reason = ReasonField()

    def __init__(self, data=None):
        super().__init__(data, auto_id="remove-%s", label_suffix="")


class DeploymentForm(forms.Form):
    """What a deployment is called and whether it opens encrypted ports only. The slug is asked for a new one alone."""

    name = forms.CharField(
        max_length=Deployment._meta.get_field("name").max_length,
        validators=[validate_visible],
        error_messages={"required": "Give it a name, for instance that of the site."},
        widget=forms.TextInput(attrs={"class": "field", "autocomplete": "off", "placeholder": "Frankfurt"}),
    )
    slug = forms.CharField(
        label="Short name",
        required=False,
        max_length=Deployment._meta.get_field("slug").max_length,
        validators=[validate_slug],
        widget=forms.TextInput(attrs={"class": "field num", "autocomplete": "off", "placeholder": "frankfurt"}),
    )
    description = forms.CharField(
        required=False, max_length=2_000, widget=forms.Textarea(attrs={"class": "field", "rows": 3})
    )
    encrypted_only = forms.BooleanField(label="Encrypted ports only", required=False)

    def __init__(self, data=None, *, deployment=None):
        super().__init__(data, auto_id="deployment-%s", label_suffix="")
        if deployment:
            del self.fields["slug"]
            self.initial = {name: getattr(deployment, name) for name in self.fields}

    @property
    def columns(self):
        """What was typed, without the slug, as the deployment's document has it."""
        typed = {name: self.cleaned_data[name] for name in ("name", "description", "encrypted_only")}
        return typed | {"description": typed["description"].replace("\r\n", "\n")}

    def refuse(self, faults):
        """Show faults of a document on the fields that they are about."""
        for fault in faults:
            self.add_error(fault.path if fault.path in self.fields else None, fault.message)

"""The form of a deployment's settings. It judges the shape of what was typed, `portmatrix.deployments` the rest."""

from django import forms

from ..models import Deployment
from ..models.fields import validate_slug, validate_visible


class DeploymentForm(forms.Form):
    """Name, description and encrypted ports only; of a new deployment the slug as well."""

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
        """The name and the settings as the deployment's document has them."""
        typed = {name: self.cleaned_data[name] for name in ("name", "description", "encrypted_only")}
        return typed | {"description": typed["description"].replace("\r\n", "\n")}

    def refuse(self, faults):
        """Show faults of a document on the fields that they are about."""
        for fault in faults:
            self.add_error(fault.place if fault.place in self.fields else None, fault.message)

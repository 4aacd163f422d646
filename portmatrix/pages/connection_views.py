"""The three views of one set of connections: which is asked for, what it needs, where the others are."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from ..filters import ConnectionFilter
from ..filters.strict import StrictForm
from .presentation.diagram import whole_picture
from .presentation.matrix import build_matrix

VIEWS = {"matrix": "Matrix", "table": "Table", "diagram": "Diagram"}
PAGING = ("limit", "offset")


class PictureForm(StrictForm):
    """The form of a set that is shown as a picture, which has no pages."""

    def clean(self):
        super().clean()
        for name in PAGING:
            if self.picture and name in self.data:
                message = f"The {self.picture} shows the whole set. Leave it out, or ask for the table."
                self.refuse(name, ValidationError(message, code="not_paged"))

    @property
    def picture(self):
        """The picture that is asked for; an empty string for none."""
        return "diagram"


class ViewForm(PictureForm):
    """As `PictureForm`, if `view` asks for a picture."""

    def clean(self):
        super().clean()
        if "view" in self.errors:
            self.refuse("view", ValidationError(f"Give one view: {', '.join(VIEWS)}.", code="not_a_view"))

    @property
    def picture(self):
        view = self.cleaned_data.get("view", "")
        return "" if view == "table" else view


class DiagramFilter(ConnectionFilter):
    """The query of the diagram as a file."""

    class Meta:
        form = PictureForm


class ConnectionPageFilter(ConnectionFilter):
    """The query of the page of connections: it also says in which view the set is shown."""

    class Meta:
        form = ViewForm

    @classmethod
    def settings_fields(cls):
        return super().settings_fields() | {"view": forms.ChoiceField(choices=VIEWS.items(), required=False)}

    def view_at(self, path):
        """The view that is shown at an address of this query."""
        return self.chosen("view") or default_view(path, self.settings)


def default_view(path, settings):
    """The view of an address that names none: the matrix on the first page, unless it asks for paging, else a table."""
    return "matrix" if path == reverse("home") and not any(name in settings for name in PAGING) else "table"


def view_links(urls, shown):
    """(name, label, address, whether it is shown now) of each view of the set, from its first row on."""
    return [(name, label, _address(urls, name), name == shown) for name, label in VIEWS.items()]


def _address(urls, view):
    changes = {"offset": None} if view == "table" else dict.fromkeys(PAGING)
    kept = {name: value for name, value in (urls.settings | changes).items() if value is not None}
    return urls.with_settings(**changes, view=None if view == default_view(urls.path, kept) else view)


def picture_of(view, filterset):
    """The context of a view that shows the whole set at once; empty for the table."""
    if view == "matrix":
        return {"matrix": build_matrix(filterset.qs)}
    if view == "diagram":
        return {"picture": whole_picture(filterset.qs, filterset.known.reach)}
    return {}

"""What every query has in common: no parameter is ignored, and what is wrong is data.

An error is a `ValidationError` with a `code`. Its `params` hold, where it is about one, the wrong `value`, and the
`suggestion` that may have been meant (or an empty string). The sentence is made from them; nobody reads a value back
out of it.
"""

from django import forms
from django.core.exceptions import ValidationError

from ..naming import Unknown, unknown
from ..utils.text import printable

MOST_PARAMETERS = 20  # that a sentence lists


def unknown_value(value: Unknown) -> ValidationError:
    """The error of a value that is none of the valid ones. `text` among its params is the sentence without a hint."""
    sentence = str(value)
    text = sentence.removesuffix(value.hint)
    params = {
        "value": value.value,
        "suggestion": value.suggestion,
        "text": text,
        "hint": sentence.removeprefix(text),
    }
    return ValidationError("%(text)s%(hint)s", code="unknown", params=params)


def unknown_parameter(name: str, names) -> ValidationError:
    """The error of a parameter that is none of those which the query takes; as `unknown_value`, without a value."""
    parameter = unknown("parameter", name, names, MOST_PARAMETERS)
    text = f"Unknown parameter '{printable(name)}'."
    params = {"suggestion": parameter.suggestion, "text": text, "hint": parameter.hint}
    return ValidationError("%(text)s%(hint)s", code="unknown_parameter", params=params)


def query_errors(query, names, repeatable=()):
    """Yield (name, `ValidationError`) of each parameter that is unknown, has an empty value, or is given several times
    although it is not repeatable.
    """
    for name, values in query.lists():
        empty = [value for value in values if not value.strip()]
        if name not in names:
            yield name, unknown_parameter(name, names)
        elif empty:
            message = "The value is empty. Give a value, or leave the parameter out."
            yield name, ValidationError(message, code="empty", params={"value": empty[0]})
        elif len(values) > 1 and name not in repeatable:
            yield name, ValidationError("Given more than once. Give it once.", code="repeated")


class StrictForm(forms.Form):
    """Refuses unknown parameters, empty ones, and repeated ones where one value is meant."""

    def clean(self):
        repeatable = [name for name, field in self.fields.items() if getattr(field, "repeatable", False)]
        for name, error in query_errors(self.data, self.fields, repeatable):
            self.refuse(name, error)
        return super().clean()

    def refuse(self, name, error):
        """Record an error under a parameter, be it a field or not; it replaces what the field itself said."""
        self.cleaned_data.pop(name, None)
        self._errors[name] = self.error_class([error])

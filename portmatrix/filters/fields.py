"""Form fields of queries: what a value may be, what it means, and how the API's schema describes it.

A field that may be repeated takes all its values; each wrong value has an error of its own.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ..choices import PORT_MAX, PORT_MIN
from ..naming import Names, UnknownName, unknown
from ..utils.text import printable
from .strict import MOST_PARAMETERS, unknown_value

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")  # but for tabs and line breaks, which are white space
LONGEST_TEXT = 200
MOST_WORDS = 8
MOST_VALUES = 100

SLUG = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
NAME = {"type": "string", "pattern": r"\S"}
# What parts words, spelt out because \s means other characters in every language.
BLANK = r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
WORD = rf"[^{BLANK}\u0000-\u001f\u007f-\u009f]+"


def port_number(text):
    """The port number that ASCII digits say. Raises `ValidationError`."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and PORT_MIN <= int(text) <= PORT_MAX):
        raise ValidationError(
            "'%(shown)s' is not a port. Give a whole number from %(first)s to %(last)s.",
            code="not_a_port",
            params={"shown": printable(text), "first": PORT_MIN, "last": PORT_MAX, "value": text},
        )
    return int(text)


def known_word(text, valid, noun):
    """The same text, if it is one of the valid words. Raises `ValidationError` with the nearest."""
    if text not in valid:
        raise unknown_value(unknown(noun, text, valid))
    return text


def named(text, names):
    """The object that a text names (`Names`). Raises `ValidationError` with what may have been meant."""
    try:
        return names.find(text)
    except UnknownName as error:
        raise unknown_value(error.unknown) from None


class RepeatedField(forms.Field):
    """A parameter that may be repeated; several values mean any of them. `clean` returns a list without doubles."""

    widget = forms.SelectMultiple
    repeatable = True
    schema_of_one: Any  # one value in JSON Schema

    def clean(self, values):
        cleaned, errors = [], []
        if values and len(values) > MOST_VALUES:
            raise ValidationError(f"Given {len(values)} times. Give it at most {MOST_VALUES} times.", code="too_many")
        for value in values or []:
            try:
                cleaned.append(self.clean_one(value))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return list(dict.fromkeys(cleaned))

    def clean_one(self, value):
        """What one value means. Raises `ValidationError`."""
        raise NotImplementedError

    @property
    def schema(self):
        """The field's values in JSON Schema."""
        return {"type": "array", "items": self.schema_of_one, "minItems": 1, "maxItems": MOST_VALUES}


class WordsField(RepeatedField):
    """Words from a list of choices."""

    def __init__(self, *, choices, noun, **kwargs):
        super().__init__(**kwargs)
        self.choices, self.noun = choices, noun

    def clean_one(self, value):
        return known_word(value, self.choices.values, self.noun)

    @property
    def schema_of_one(self):
        return {"type": "string", "enum": self.choices.values}


class PortsField(RepeatedField):
    """Port numbers, 1 to 65535, in ASCII digits."""

    schema_of_one = {"type": "integer", "minimum": PORT_MIN, "maximum": PORT_MAX}

    def clean_one(self, value):
        return port_number(value)


class Naming:
    """Mixed into a field whose values name objects of a kind. `known` returns the mapping of slugs to objects; whoever
    makes the form provides it.
    """

    known: Callable[[], Mapping[str, Any]]

    def __init__(self, *, noun, **kwargs):
        super().__init__(**kwargs)
        self.noun = noun

    @cached_property
    def names(self):
        return Names(self.noun, self.known())

    @property
    def schema_of_one(self):
        """Only components have names beside their slugs."""
        return NAME if self.noun == "component" else SLUG


class ObjectsField(Naming, RepeatedField):
    """Objects by their names."""

    def clean_one(self, value):
        return named(value, self.names)


class ObjectField(Naming, forms.Field):
    """One object by its name; None if none is given."""

    @property
    def schema(self):
        return self.schema_of_one

    def clean(self, value):
        return named(value, self.names) if value else None


class SearchField(forms.CharField):
    """Words to look for; a match has all of them. Any white space parts words, other control characters are refused."""

    schema = {
        "type": "string",
        "maxLength": LONGEST_TEXT,
        "pattern": rf"^[{BLANK}]*{WORD}([{BLANK}]+{WORD}){{0,{MOST_WORDS - 1}}}[{BLANK}]*$",
    }

    def __init__(self, **kwargs):
        super().__init__(max_length=LONGEST_TEXT, **kwargs)

    def clean(self, value):
        text = super().clean(value)
        if CONTROL.search(text):
            raise ValidationError("Leave out control characters.", code="control_characters")
        if len(text.split()) > MOST_WORDS:
            raise ValidationError(f"Too many words. Give at most {MOST_WORDS}.", code="too_many")
        return text


class CountField(forms.IntegerField):
    """A whole number in ASCII digits; Python itself would take “1_0” and “10.0” as well."""

    default_error_messages = {"invalid": "Give a whole number."}

    def to_python(self, value):
        if isinstance(value, str) and value and not (value.isascii() and value.strip().removeprefix("-").isdigit()):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    @property
    def schema(self):
        bounds = {"minimum": self.min_value, "maximum": self.max_value}
        return {"type": "integer", **{name: bound for name, bound in bounds.items() if bound is not None}}


class OrderingField(forms.CharField):
    """The name of an ordering, with a minus for the reverse."""

    def __init__(self, *, orderings, **kwargs):
        super().__init__(required=False, **kwargs)
        self.choices = [name for plain in orderings for name in (plain, f"-{plain}")]

    def clean(self, value):
        value = super().clean(value)
        if value and value not in self.choices:
            raise unknown_value(unknown("ordering", value, self.choices, MOST_PARAMETERS))
        return value

    @property
    def schema(self):
        return {"type": "string", "enum": self.choices}

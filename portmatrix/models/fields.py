"""Fields and constraints that several models share."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from ..choices import PORT_MAX, PORT_MIN
from ..utils.text import why_blank

validate_slug = RegexValidator(
    r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", "Use lower-case letters, digits and single hyphens, like “citrix-hypervisor”."
)


def validate_visible(text):
    """Refuse text of which nothing can be seen."""
    if why := why_blank(text):
        raise ValidationError(why, code="blank")


class NaturalSlugField(models.CharField):
    """The natural key of a catalogue object: lower case, digits, hyphens."""

    def __init__(self, *args: Any, **kwargs: Any):
        defaults: dict[str, Any] = {"max_length": 120, "unique": True, "validators": [validate_slug]}
        super().__init__(*args, **defaults | kwargs)

    def deconstruct(self):
        """Say so when it is not unique, as in a history: what is left out would come back as this field's default."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"unique": self.unique}


class PortNumberField(models.PositiveIntegerField):
    """A port number, 1 to 65535. Pair it with `port_number_constraint`, so that the database refuses others as well."""

    def __init__(self, *args, **kwargs):
        message = f"A port number lies between {PORT_MIN} and {PORT_MAX}."
        bounds = [MinValueValidator(PORT_MIN, message), MaxValueValidator(PORT_MAX, message)]
        super().__init__(*args, **{"validators": bounds} | kwargs)


def port_number_constraint(name):
    """The database's own check of a column called `number`."""
    return models.CheckConstraint(condition=models.Q(number__range=(PORT_MIN, PORT_MAX)), name=name)


def choices_constraint(field, choices, name):
    """The database's own check that a column holds one of the listed words."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": choices.values}), name=name)

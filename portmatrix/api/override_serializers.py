"""Port overrides as JSON: how they are written, and how strictly new ones are read."""

from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty
from rest_framework.settings import api_settings

from ..choices import PORT_MAX, PORT_MIN
from ..filters.fields import SLUG
from ..models import Deployment, Port, PortOverride
from ..naming import Names, UnknownName, unknown
from ..utils.text import printable, why_blank

REASON_LENGTH = PortOverride._meta.get_field("reason").max_length
MOST_AT_ONCE = 1000  # overrides in one request
MOST_UNKNOWN = 20  # unknown names that one answer lists


@extend_schema_field(SLUG)
class SlugField(serializers.SlugRelatedField):
    """A related object by its slug. All objects are loaded once, for all overrides in a request.

    `noun` says in messages what the object is.
    """

    default_error_messages = {"not_text": "Give the {noun}'s slug, as text."}

    def __init__(self, noun, **options):
        super().__init__(slug_field="slug", **options)
        self.noun = noun

    def run_validation(self, data=empty):
        """Refuse an empty text, which DRF's related fields take for null."""
        return super(serializers.RelatedField, self).run_validation(data)

    def to_internal_value(self, slug):
        if not isinstance(slug, str):
            self.fail("not_text", noun=self.noun)
        try:
            return self.names.find(slug)
        except UnknownName as error:
            raise ValidationError(str(error)) from None

    @cached_property
    def names(self):
        return Names(self.noun, {item.slug: item for item in self.get_queryset()}, most=0)


class DeploymentSlugField(SlugField):
    """A deployment that the user sees, or null: the override holds everywhere."""

    default_error_messages = {
        "not_text": "Give the deployment's slug, as text, or null: the override holds everywhere.",
    }

    def get_queryset(self):
        return super().get_queryset().seen_by(self.context["request"].user)


@extend_schema_field({"type": "integer", "minimum": PORT_MIN, "maximum": PORT_MAX})
class PortNumberField(serializers.Field):
    """A port number as a JSON number; text that looks like one is refused."""

    def to_internal_value(self, number):
        if isinstance(number, str):
            raise ValidationError("Give the number as a JSON number, not as text.")
        is_number = isinstance(number, int | float) and not isinstance(number, bool)
        if not is_number or not PORT_MIN <= number <= PORT_MAX or number != int(number):
            raise ValidationError(
                f"{printable(number)} is not a port. Give a whole number from {PORT_MIN} to {PORT_MAX}."
            )
        return int(number)

    def to_representation(self, number):
        return number


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": REASON_LENGTH, "pattern": r"\S"})
class ReasonField(serializers.CharField):
    """Text that is not blank. A number or truth value is refused, where DRF would turn it into text."""

    def to_internal_value(self, reason):
        if not isinstance(reason, str):
            self.fail("invalid")
        if why := why_blank(reason):
            raise ValidationError(why)
        return super().to_internal_value(reason)


class OverrideSerializer(serializers.ModelSerializer):
    """A port that has another number than its default."""

    url = serializers.HyperlinkedIdentityField(view_name="api:override-detail", lookup_field="pk")
    port = SlugField(
        "listener",
        queryset=Port.objects.select_related("component__host"),
        help_text="Slug of the port: <component>-<transport>-<default number>.",
    )
    deployment = DeploymentSlugField(
        "deployment",
        queryset=Deployment.objects.only("slug", "name"),
        required=False,
        allow_null=True,
        default=None,
        help_text="Slug of the deployment in which it holds. Null: it holds everywhere.",
    )
    number = PortNumberField(help_text="The number that the port has instead.")
    default_number = serializers.IntegerField(source="port.number", read_only=True)
    reason = ReasonField(max_length=REASON_LENGTH, help_text="Why it was overridden, for instance a change ticket.")
    changed_by = serializers.CharField(read_only=True, allow_null=True, help_text="Who changed it last.")
    changed_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="When that was.")

    class Meta:
        model = PortOverride
        fields = [
            *("id", "url", "port", "deployment", "number", "default_number", "reason", "changed_by", "changed_at"),
        ]
        validators = []  # portmatrix.overrides judges, with messages that name the port in conflict

    def run_validation(self, data=empty):
        """Accept read-only names in the data, so that what was read can be sent back, and refuse unknown ones.

        Refuse null with a body keyed by field: within a list DRF would give only a message.
        """
        if data is None:
            raise ValidationError({api_settings.NON_FIELD_ERRORS_KEY: ["No data provided"]})
        if isinstance(data, dict) and (names := [name for name in data if name not in self.fields]):
            raise ValidationError({name: [self.unknown_name(name)] for name in names[:MOST_UNKNOWN]})
        return super().run_validation(data)

    def unknown_name(self, name):
        return f"Unknown name '{printable(name)}'.{unknown('name', name, self.fields, most=0).hint}"

    def validate_deployment(self, deployment):
        if self.instance and self.instance.deployment != deployment:
            raise ValidationError("An override stays where it holds. Delete it and make one for the other place.")
        return deployment

    def validate_port(self, port):
        if self.instance and self.instance.port != port:
            raise ValidationError("An override stays with its listener. Delete it and make one for the other listener.")
        return port

"""The shape of an override: how it is shown, and how strictly a new one is read."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty

from ..choices import PORT_MAX, PORT_MIN
from ..filters.fields import SLUG
from ..models import Deployment, Port, PortOverride
from ..utils.text import did_you_mean, no_such, shown, why_blank

REASON_LENGTH = PortOverride._meta.get_field("reason").max_length
MOST_AT_ONCE = 1000  # overrides in one request
MOST_UNKNOWN = 20  # unknown names that one answer lists


class KnownListeners:
    """The listeners that a request may name, loaded once for all the overrides in it."""

    def __init__(self):
        self._by_slug = None

    def get(self, slug):
        """The listener of a slug; raises `ValidationError` with the nearest slug."""
        if self._by_slug is None:
            self._by_slug = {port.slug: port for port in Port.objects.select_related("component__host")}
        if slug not in self._by_slug:
            raise ValidationError(no_such("listener", slug, self._by_slug))
        return self._by_slug[slug]


class KnownDeployments:
    """The deployments that a request may name, loaded once: those that its user sees. Others see none."""

    def __init__(self, user):
        self.user, self._by_slug = user, None

    def get(self, slug):
        """The deployment of a slug; raises `ValidationError` with the nearest slug."""
        if self._by_slug is None:
            visible = Deployment.objects.seen_by(self.user).only("slug", "name")
            self._by_slug = {deployment.slug: deployment for deployment in visible}
        if slug not in self._by_slug:
            raise ValidationError(no_such("deployment", slug, self._by_slug))
        return self._by_slug[slug]


@extend_schema_field(SLUG)
class ListenerField(serializers.Field):
    """A listener by its slug. The serializer's context has `listeners` (`KnownListeners`)."""

    def to_internal_value(self, slug):
        if not isinstance(slug, str):
            raise ValidationError("Give the listener's slug, as text.")
        return self.context["listeners"].get(slug)

    def to_representation(self, port):
        return port.slug


@extend_schema_field({"type": "integer", "minimum": PORT_MIN, "maximum": PORT_MAX})
class PortNumberField(serializers.Field):
    """A port number as a JSON number; text that looks like one is refused."""

    def to_internal_value(self, number):
        if isinstance(number, str):
            raise ValidationError("Give the number as a JSON number, not as text.")
        known = isinstance(number, int | float) and not isinstance(number, bool)
        if not known or not PORT_MIN <= number <= PORT_MAX or number != int(number):
            raise ValidationError(f"{shown(number)} is not a port. Give a whole number from {PORT_MIN} to {PORT_MAX}.")
        return int(number)

    def to_representation(self, number):
        return number


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": REASON_LENGTH, "pattern": r"\S"})
class ReasonField(serializers.CharField):
    """Text, and not a number or truth value that could be shown as text."""

    def to_internal_value(self, reason):
        if not isinstance(reason, str):
            self.fail("invalid")
        if why := why_blank(reason):
            raise ValidationError(why)
        return super().to_internal_value(reason)


@extend_schema_field(SLUG)
class PlaceField(serializers.Field):
    """A deployment by its slug, or null: everywhere. The context has `deployments` (`KnownDeployments`)."""

    def to_internal_value(self, slug):
        if not isinstance(slug, str):
            raise ValidationError("Give the deployment's slug, as text, or null: the override holds everywhere.")
        return self.context["deployments"].get(slug)

    def to_representation(self, deployment):
        return deployment.slug


class OverrideSerializer(serializers.ModelSerializer):
    """A listener moved from its default number."""

    url = serializers.HyperlinkedIdentityField(view_name="api:override-detail", lookup_field="pk")
    port = ListenerField(help_text="Slug of the listener: <component>-<transport>-<default number>.")
    deployment = PlaceField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Slug of the deployment in which it holds. Null: it holds everywhere.",
    )
    number = PortNumberField(help_text="Where the listener stands now.")
    default_number = serializers.IntegerField(source="port.number", read_only=True)
    reason = ReasonField(max_length=REASON_LENGTH, help_text="Why it was moved, for instance a change ticket.")
    changed_by = serializers.CharField(read_only=True, allow_null=True, help_text="Who changed it last.")
    changed_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="When that was.")

    class Meta:
        model = PortOverride
        fields = [
            "id",
            "url",
            "port",
            "deployment",
            "number",
            "default_number",
            "reason",
            "changed_by",
            "changed_at",
        ]
        validators = []  # portmatrix.overrides judges, with messages that name the other party

    def run_validation(self, data=empty):
        """Read-only names may stand in the data, so that what was read can be sent back; unknown ones may not."""
        if isinstance(data, dict) and (unknown := [name for name in data if name not in self.fields]):
            raise ValidationError({name: [self._unknown(name)] for name in unknown[:MOST_UNKNOWN]})
        return super().run_validation(data)

    def _unknown(self, name):
        return f"Unknown name '{shown(name)}'.{did_you_mean(name, self.fields)}"

    def validate_deployment(self, deployment):
        if self.instance and self.instance.deployment != deployment:
            raise ValidationError("An override stays where it holds. Delete it and make one for the other place.")
        return deployment

    def validate_port(self, port):
        if self.instance and self.instance.port != port:
            raise ValidationError("An override stays with its listener. Delete it and make one for the other listener.")
        return port

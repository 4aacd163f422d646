"""The shapes of what follows from a deployment: they render the objects of `portmatrix.rules`, for the API, its schema
and `manage.py rules`. Nothing is written by these.

What has an address in the API or a page has it in `url`; without a request, as in a command, `url` is left out.
"""

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import SkipField
from rest_framework.reverse import reverse as api_reverse

from ..choices import Severity, Transport, Verdict
from .catalogue_serializers import ComponentRefSerializer


class LinkField(serializers.URLField):
    """The absolute address of an object, made by `link_to`; left out without a request."""

    def get_attribute(self, instance):
        if "request" not in self.context:
            raise SkipField
        return self.link_to(instance, self.context["request"])

    def link_to(self, instance, request):
        raise NotImplementedError


class ComponentLinkField(LinkField):
    """Where the API shows a component; in the format that was asked for in the query, as all links of the API are."""

    def link_to(self, component, request):
        return api_reverse("api:component-detail", args=[component.slug], request=request)


class FixLinkField(LinkField):
    """The page where a finding is mended. The context has the slug of the `deployment`."""

    def link_to(self, finding, request):
        path = reverse(finding.page, args=[self.context["deployment"]])
        return request.build_absolute_uri(f"{path}{finding.fragment}")


class TextsField(serializers.ListField):
    """A list of text, taken as it is: a rule may have thousands of addresses."""

    child = serializers.CharField()

    def to_representation(self, texts):
        return list(texts)


@extend_schema_field(ComponentRefSerializer)
class RuleComponentSerializer(serializers.Serializer):
    """The component at an end of a rule, in the shape of a reference. Its host is a slug already."""

    slug = serializers.CharField()
    name = serializers.CharField()
    url = ComponentLinkField()
    host = serializers.CharField()


class EndSerializer(serializers.Serializer):
    """Source or destination of a rule."""

    component = RuleComponentSerializer()
    addresses = TextsField(source="texts", help_text="Sorted. Never blank for “any”.")


class ReasonSerializer(serializers.Serializer):
    """Why a rule is there."""

    connection = serializers.CharField(source="connection.slug", help_text="Slug of the connection.")
    activity = serializers.CharField(source="connection.activity")
    listener = serializers.CharField(
        source="port.slug", help_text="Slug of the listener, which may run on the destination."
    )
    statements = TextsField(source="connection.statements", help_text="Rows of the page, section/position.")


class RuleSerializer(serializers.Serializer):
    """Every address of the source may open connections to every address of the destination on the port."""

    id = serializers.CharField(help_text="Made from what the rule permits: it is the same until that changes.")
    source = EndSerializer()
    destination = EndSerializer(help_text="The host; which of its services listens stands in the reasons.")
    transport = serializers.ChoiceField(Transport.choices)
    port = serializers.IntegerField(source="number", help_text="The number in this deployment.")
    application = serializers.CharField(help_text="Blank where the page does not name it.")
    encrypted = serializers.BooleanField()
    reasons = ReasonSerializer(many=True)


class FindingSerializer(serializers.Serializer):
    """One thing worth knowing beside the rules."""

    code = serializers.CharField()
    severity = serializers.ChoiceField(Severity.choices)
    message = serializers.CharField()
    components = TextsField()
    url = FixLinkField(help_text="The page where it is mended.")


class RulesSerializer(serializers.Serializer):
    """What a deployment needs."""

    deployment = serializers.CharField(source="document.slug", help_text="Slug of the deployment.")
    rules = RuleSerializer(many=True, source="rules.rules")
    unresolved = RuleSerializer(
        many=True,
        source="rules.unresolved",
        help_text="Rules with an end that has no address: they can't be written.",
    )
    findings = FindingSerializer(many=True)


class MissSerializer(serializers.Serializer):
    """Something near that does not need the packet."""

    code = serializers.CharField()
    message = serializers.CharField()
    rule = RuleSerializer(allow_null=True)


class ExplanationSerializer(serializers.Serializer):
    """Whether a packet is needed."""

    needed = serializers.BooleanField(
        allow_null=True, help_text="Null if that is not known, which is neither yes nor no: see the verdict."
    )
    verdict = serializers.ChoiceField(
        Verdict.choices,
        help_text="By a rule; by no rule, so allowed by hand; not known; or not needed.",
    )
    sentence = serializers.CharField()
    rules = RuleSerializer(many=True, help_text="Those that need it; none if it is allowed by hand.")
    misses = MissSerializer(many=True, help_text="If there are none: what comes nearest, most telling first.")

"""The shapes of what follows from a deployment. Nothing is read or written by these: they describe the answers for the
schema; `portmatrix.rules.shape` makes them.
"""

from rest_framework import serializers

from ..choices import Severity, Transport, Verdict
from .catalogue_serializers import ComponentRefSerializer


class ReasonSerializer(serializers.Serializer):
    """Why a rule is there."""

    connection = serializers.CharField(help_text="Slug of the connection.")
    activity = serializers.CharField()
    listener = serializers.CharField(help_text="Slug of the listener, which may run on the destination.")
    statements = serializers.ListField(child=serializers.CharField(), help_text="Rows of the page, section/position.")


class EndSerializer(serializers.Serializer):
    """Source or destination of a rule."""

    component = ComponentRefSerializer()
    addresses = serializers.ListField(child=serializers.CharField(), help_text="Sorted. Never blank for “any”.")


class RuleSerializer(serializers.Serializer):
    """Every address of the source may open connections to every address of the destination on the port."""

    id = serializers.CharField(help_text="Made from what the rule permits: it is the same until that changes.")
    source = EndSerializer()
    destination = EndSerializer(help_text="The host; which of its services listens stands in the reasons.")
    transport = serializers.ChoiceField(Transport.choices)
    port = serializers.IntegerField(help_text="The number in this deployment.")
    application = serializers.CharField(help_text="Blank where the page does not name it.")
    encrypted = serializers.BooleanField()
    reasons = ReasonSerializer(many=True)


class FindingSerializer(serializers.Serializer):
    """One thing worth knowing beside the rules."""

    code = serializers.CharField()
    severity = serializers.ChoiceField(Severity.choices)
    message = serializers.CharField()
    components = serializers.ListField(child=serializers.CharField())
    url = serializers.URLField(help_text="The page where it is mended.")


class RulesSerializer(serializers.Serializer):
    """What a deployment needs."""

    deployment = serializers.CharField(help_text="Slug of the deployment.")
    rules = RuleSerializer(many=True)
    unresolved = RuleSerializer(many=True, help_text="Rules with an end that has no address: they can't be written.")
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

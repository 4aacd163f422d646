"""The shapes of what the API tells about firewalls' configurations: they render what `portmatrix.firewall` makes."""

from rest_framework import serializers

from ..choices import Transport


class PlatformSerializer(serializers.Serializer):
    """A firewall that configurations can be written for."""

    slug = serializers.CharField()
    name = serializers.CharField()
    extension = serializers.CharField(help_text="Of the file's name.")
    per_host = serializers.BooleanField(help_text="Whether a file is for the own firewall of one host.")
    takes_names = serializers.BooleanField(help_text="Whether host names can stand in a file.")
    beside = serializers.BooleanField(
        help_text="Whether files for different deployments stand beside each other on one firewall. Where not, get one "
        "file for all of them."
    )
    limits = serializers.ListField(
        child=serializers.CharField(), help_text="What it can't express, and what to know before loading a file."
    )


class LeftOutSerializer(serializers.Serializer):
    """A rule that can't stand in a file, and why."""

    id = serializers.CharField(source="rule.id")
    source = serializers.CharField(source="rule.source.component.slug", help_text="Slug of the component.")
    destination = serializers.CharField(source="rule.destination.component.slug", help_text="Slug of the component.")
    transport = serializers.ChoiceField(Transport.choices, source="rule.transport")
    port = serializers.IntegerField(source="rule.number")
    deployments = serializers.ListField(
        child=serializers.CharField(), help_text="Slugs of those of the file's deployments that need it."
    )
    why = serializers.CharField(help_text="Why, and what to do by hand.")


class IncompleteSerializer(serializers.Serializer):
    """Why there is no file."""

    detail = serializers.CharField()
    left_out = LeftOutSerializer(many=True)

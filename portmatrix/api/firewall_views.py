"""The configurations of firewalls: for which there are any, and a deployment's rules in the words of one."""

from django.http import HttpResponse
from django.template.defaultfilters import pluralize
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from ..deployments.answers import order_of
from ..filters.configuration import ConfigurationForm
from ..firewall import PLATFORMS, HostUnknown, render
from ..words import did_you_mean, shown
from ..workload import MOST_FOR_FILE
from .answer_views import Answer, parameters_of
from .firewall_serializers import IncompleteSerializer, PlatformSerializer
from .negotiation import NoChoice
from .permissions import MayReadMatrix
from .views import Strict

MOST_IN_HEADER = 100  # rules


class FirewallPlatforms(Strict, APIView):
    """The firewalls that configurations can be written for."""

    permission_classes = [MayReadMatrix]

    @extend_schema(operation_id="firewall_platforms_list", responses=PlatformSerializer(many=True))
    def get(self, request):
        """Every platform: its name, what it can't express, and what to know before a file is loaded."""
        return Response(PlatformSerializer(PLATFORMS.values(), many=True).data)


class Firewall(Answer):
    """The rules of a deployment in the language of a firewall."""

    most = MOST_FOR_FILE
    form = ConfigurationForm
    content_negotiation_class = NoChoice

    @extend_schema(
        operation_id="deployments_firewall",
        parameters=parameters_of(
            ConfigurationForm,
            {
                "partial": {"type": "string", "enum": ["true", "false"]},
                "endpoint": {"type": "string", "minLength": 1, "maxLength": 120, "pattern": r"\S"},
            },
        ),
        responses={
            (200, "text/plain"): OpenApiResponse({"type": "string"}, "The file."),
            (200, "application/xml"): OpenApiResponse({"type": "string"}, "The file."),
            (200, "application/json"): OpenApiResponse({"type": "object", "additionalProperties": {}}, "The file."),
            409: OpenApiResponse(IncompleteSerializer, "Some rules can't be in the file, so there is none."),
        },
    )
    def get(self, request, slug, platform):
        """The file, to be saved. If some rules can't be in it there is none (409), unless `partial` is true: then the
        header `X-Left-Out` names the rules that it lacks, as its comments do.
        """
        platform = platform_called(platform)
        made = self.made(platform, self.answers(slug))
        if made.left_out and not self.asked["partial"]:
            return Response(_incomplete(made.left_out), status.HTTP_409_CONFLICT)
        return _file(platform, made)

    def made(self, platform, answers):
        """The `Configuration`. Raises `ValidationError` about the endpoint."""
        try:
            return render(platform, order_of(answers, self.asked["endpoint"] or None))
        except HostUnknown as unknown:
            raise ValidationError({"endpoint": [str(unknown)]}) from None


def platform_called(slug):
    """The platform of a slug; `NotFound` names the nearest slug."""
    if slug not in PLATFORMS:
        raise NotFound(f"No platform '{shown(slug)}'.{did_you_mean(slug, PLATFORMS)}")
    return PLATFORMS[slug]


def _incomplete(left_out):
    number = len(left_out)
    detail = f"{number} rule{pluralize(number)} can't be in the file. Add ?partial=true to have the rest."
    rows = [
        {
            "id": one.rule.id,
            "source": one.rule.source.component.slug,
            "destination": one.rule.destination.component.slug,
            "transport": one.rule.transport,
            "port": one.rule.number,
            "why": one.why,
        }
        for one in left_out
    ]
    return {"detail": detail, "left_out": rows}


def _file(platform, made):
    response = HttpResponse(made.text, content_type=f"{platform.media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    if made.left_out:
        more = len(made.left_out) - MOST_IN_HEADER
        ids = ", ".join(one.rule.id for one in made.left_out[:MOST_IN_HEADER])
        response["X-Left-Out"] = f"{ids}, and {more} more" if more > 0 else ids
    return response

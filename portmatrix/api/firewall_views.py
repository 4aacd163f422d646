"""The configurations of firewalls: for which there are any, and deployments' rules in the words of one."""

from django.http import HttpResponse
from django.template.defaultfilters import pluralize
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from ..deployments.evaluate import configuration_request, evaluate_all
from ..filters.configuration import MOST_DEPLOYMENTS, ConfigurationForm, SharedConfigurationForm
from ..filters.fields import SLUG
from ..firewall import MARK_BITS, PLATFORMS, RequestRefused, render
from ..models import Deployment
from ..naming import unknown
from ..workload import LIGHT_FILE_ENDPOINTS
from .base import StrictQueryMixin
from .firewall_serializers import IncompleteSerializer, PlatformSerializer
from .negotiation import OneFormat
from .not_found import no_object
from .permissions import MayReadMatrix
from .rules_views import EvaluationView, parameters_of

MOST_IN_HEADER = 100  # rules


class PlatformsView(StrictQueryMixin, APIView):
    """The firewalls that configurations can be written for."""

    permission_classes = [MayReadMatrix]

    @extend_schema(operation_id="firewall_platforms_list", responses=PlatformSerializer(many=True))
    def get(self, request):
        """Every platform: its name, what it can't express, and what to know before a file is loaded."""
        return Response(PlatformSerializer(PLATFORMS.values(), many=True).data)


QUERY = {
    "partial": {"type": "string", "enum": ["true", "false"]},
    "endpoint": {"type": "string", "minLength": 1, "maxLength": 120, "pattern": r"\S"},
    "mark_bit": {"type": "integer", "minimum": MARK_BITS[0], "maximum": MARK_BITS[-1]},
}
RESPONSES = {
    (200, "text/plain"): OpenApiResponse({"type": "string"}, "The file."),
    (200, "application/xml"): OpenApiResponse({"type": "string"}, "The file."),
    (200, "application/json"): OpenApiResponse({"type": "object", "additionalProperties": {}}, "The file."),
    409: OpenApiResponse(IncompleteSerializer, "Some rules can't be in the file, so there is none."),
}
DEPLOYMENTS = OpenApiParameter(
    "deployment",
    {"type": "array", "items": SLUG, "minItems": 1, "maxItems": MOST_DEPLOYMENTS},
    description=SharedConfigurationForm.base_fields["deployment"].help_text,
    required=True,
    explode=True,
    style="form",
)


class ConfigurationView(EvaluationView):
    """The rules of a deployment in the language of a firewall."""

    most = LIGHT_FILE_ENDPOINTS
    form = ConfigurationForm
    content_negotiation_class = OneFormat

    @extend_schema(
        operation_id="deployments_firewall",
        parameters=parameters_of(ConfigurationForm, QUERY),
        responses=RESPONSES,
    )
    def get(self, request, slug, platform):
        """The file, to be saved. If some rules can't be in it there is none (409), unless `partial` is true: then the
        header `X-Left-Out` names the rules that it lacks, as its comments do.
        """
        platform = get_platform(platform)
        return self.file(platform, [self.evaluation(slug)])

    def file(self, platform, evaluations):
        """The response with the file for some deployments' `Evaluation`. Raises `ValidationError` about the endpoint or
        the bit of the packet mark.
        """
        asked = configuration_request(evaluations, self.asked["endpoint"] or None, self.asked["mark_bit"])
        try:
            configuration = render(platform, asked)
        except RequestRefused as refused:
            raise ValidationError({refused.field: [str(refused)]}) from None
        if configuration.left_out and not self.asked["partial"]:
            return self.incomplete(configuration.left_out)
        return _file(platform, configuration)

    def incomplete(self, left_out):
        """The response with the rules that can't be in the file."""
        number, sign = len(left_out), "&" if self.request.query_params else "?"
        detail = f"{number} rule{pluralize(number)} can't be in the file. Add {sign}partial=true to have the rest."
        shape = IncompleteSerializer({"detail": detail, "left_out": left_out}).data
        return Response(shape, status.HTTP_409_CONFLICT)


class SharedConfigurationView(ConfigurationView):
    """The rules of several deployments on one firewall, in its language: what any of them needs."""

    form = SharedConfigurationForm

    @extend_schema(
        operation_id="firewall",
        parameters=[DEPLOYMENTS, *parameters_of(ConfigurationForm, QUERY)],
        responses=RESPONSES,
    )
    def get(self, request, platform):
        """One file, to be saved, for all the deployments that are named. As for a single one, rules that can't be in
        it are answered with 409, or with `partial` named in the header `X-Left-Out`.
        """
        platform = get_platform(platform)
        slugs = [deployment.slug for deployment in self.asked["deployment"]]
        return self.file(platform, evaluate_all(slugs, self.most))

    def form_of(self, query):
        form = super().form_of(query)
        seen = Deployment.objects.seen_by(self.request.user).only("slug", "name")
        form.fields["deployment"].known = lambda: {deployment.slug: deployment for deployment in seen}
        return form


def get_platform(slug):
    """The platform of a slug; `NotFound` names the nearest slug."""
    if slug not in PLATFORMS:
        raise no_object(unknown("platform", slug, PLATFORMS, most=0))
    return PLATFORMS[slug]


def _file(platform, configuration):
    response = HttpResponse(configuration.text, content_type=f"{platform.media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{configuration.filename}"'
    if left_out := configuration.left_out:
        more = len(left_out) - MOST_IN_HEADER
        ids = ", ".join(skipped.rule.id for skipped in left_out[:MOST_IN_HEADER])
        response["X-Left-Out"] = f"{ids}, and {more} more" if more > 0 else ids
    return response

"""The configurations of firewalls: for which there are any, and deployments' rules in the words of one."""

from django.http import HttpResponse
from django.template.defaultfilters import pluralize
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from ..deployments.evaluate import evaluate_all, order_for
from ..filters.configuration import MOST_DEPLOYMENTS, ConfigurationForm, SharedConfigurationForm
from ..firewall import MARK_BITS, PLATFORMS, HostUnknown, MarkRefused, render
from ..models import Deployment
from ..utils.text import no_such
from ..workload import MOST_FOR_FILE
from .deployment_views import not_found_by_slug
from .filtering import SLUG
from .firewall_serializers import IncompleteSerializer, PlatformSerializer
from .negotiation import NoChoice
from .permissions import MayReadMatrix
from .rules_views import EvaluationView, parameters_of
from .views import Strict

MOST_IN_HEADER = 100  # rules


class FirewallPlatforms(Strict, APIView):
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


class Firewall(EvaluationView):
    """The rules of a deployment in the language of a firewall."""

    most = MOST_FOR_FILE
    form = ConfigurationForm
    content_negotiation_class = NoChoice

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

    def file(self, platform, several):
        """The response with the file for some deployments' `Evaluation`. Raises `ValidationError` about the endpoint or
        the bit of the packet mark.
        """
        order = order_for(several, self.asked["endpoint"] or None, self.asked["mark_bit"])
        try:
            made = render(platform, order)
        except HostUnknown as unknown:
            raise ValidationError({"endpoint": [str(unknown)]}) from None
        except MarkRefused as refused:
            raise ValidationError({"mark_bit": [str(refused)]}) from None
        if made.left_out and not self.asked["partial"]:
            sign = "&" if self.request.query_params else "?"
            return Response(_incomplete(order, made.left_out, sign), status.HTTP_409_CONFLICT)
        return _file(platform, made)


class FirewallOfSeveral(Firewall):
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
        with not_found_by_slug(*slugs):
            return self.file(platform, evaluate_all(slugs, self.most))

    def form_of(self, query):
        form = super().form_of(query)
        seen = Deployment.objects.seen_by(self.request.user).only("slug", "name")
        form.fields["deployment"].known = lambda: {one.slug: one for one in seen}
        return form


def get_platform(slug):
    """The platform of a slug; `NotFound` names the nearest slug."""
    if slug not in PLATFORMS:
        raise NotFound(no_such("platform", slug, PLATFORMS))
    return PLATFORMS[slug]


def _incomplete(order, left_out, sign):
    number = len(left_out)
    detail = f"{number} rule{pluralize(number)} can't be in the file. Add {sign}partial=true to have the rest."
    rows = [
        {
            "id": one.rule.id,
            "source": one.rule.source.component.slug,
            "destination": one.rule.destination.component.slug,
            "transport": one.rule.transport,
            "port": one.rule.number,
            "deployments": [deployment.slug for deployment in order.needing(one.rule)],
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

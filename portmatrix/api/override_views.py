"""Port overrides in the API: who overrode which port where and why; making, changing and removing overrides."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ParseError, PermissionDenied, ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from ..exports import tables
from ..filters import OverrideFilter
from ..history.overrides import with_last_change
from ..models import PortOverride
from ..overrides.service import OverridesRefused, lock_deployments, remove_overrides, save_overrides
from ..permissions import edits_deployments
from ..utils.text import why_blank
from .base import ListingMixin, StrictQueryMixin
from .not_found import no_override
from .override_serializers import MOST_AT_ONCE, REASON_LENGTH, OverrideSerializer
from .permissions import MayReadOrEditDeployments, MayReadOrEditOverrides

REASON = OpenApiParameter(
    "reason",
    {"type": "string", "maxLength": REASON_LENGTH},
    description="Why the override is removed, for the history.",
)


class OverrideViewSet(StrictQueryMixin, ListingMixin, ModelViewSet):
    """Port overrides: which port, its number instead of the default, why, by whom and when."""

    permission_classes = [MayReadOrEditOverrides]
    queryset = with_last_change(PortOverride.objects.with_related())
    serializer_class = OverrideSerializer
    filterset_class = OverrideFilter
    table = tables.OVERRIDES
    lookup_value_converter = "int"
    parameters = {"destroy": ("reason",)}
    takes_several = True

    def get_queryset(self):
        return super().get_queryset().seen_by(self.request.user)

    def get_object(self):
        try:
            return self.get_queryset().get(pk=self.kwargs["pk"])
        except PortOverride.DoesNotExist:
            raise no_override(self.kwargs["pk"]) from None

    def create(self, request, *args, **kwargs):
        """Override one port, or a list of them: all or none, judged together, so that two can swap their numbers."""
        data = request.data
        is_list = isinstance(data, list)
        if not isinstance(data, dict | list) or (is_list and not 1 <= len(data) <= MOST_AT_ONCE):
            raise ParseError(f"Give one object, or a list of 1 to {MOST_AT_ONCE}.")
        serializer = self.get_serializer(data=data, many=is_list)
        if not serializer.is_valid():
            errors: Any = serializer.errors
            raise ValidationError(_for_each(errors, len(data)) if is_list else errors)
        sent = serializer.validated_data if is_list else [serializer.validated_data]
        saved = self.reloaded(self.save([PortOverride(**values) for values in sent], is_list))
        answer = self.get_serializer(saved if is_list else saved[0], many=is_list).data
        headers = {} if is_list else {"Location": str(answer["url"])}
        return Response(answer, status=status.HTTP_201_CREATED, headers=headers)

    @transaction.atomic
    def update(self, request, *args, partial=False, **kwargs):
        """Change the number or the reason."""
        override = self.lock_object()
        serializer = self.get_serializer(override, data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        for name, value in serializer.validated_data.items():
            setattr(override, name, value)
        self.save([override])
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(parameters=[REASON])
    @transaction.atomic
    def destroy(self, request, *args, **kwargs):
        """Remove an override, so that its port has the number that it has without it. Refused while another port on the
        same host has that number.
        """
        reason = self.removal_reason()
        override = self.lock_object()
        override._history_user = request.user
        try:
            remove_overrides([override], reason)
        except OverridesRefused as refused:
            raise ValidationError(_messages_by_field(refused.faults[0])) from None
        return Response(status=status.HTTP_204_NO_CONTENT)

    def removal_reason(self):
        """The query's reason for removing an override, or an empty text. Raises `ValidationError`."""
        try:
            [reason] = self.request.query_params.getlist("reason") or [""]
            reason = serializers.CharField(max_length=REASON_LENGTH, allow_blank=True).run_validation(reason)
        except ValueError:
            raise ValidationError({"reason": ["Given more than once. Give it once."]}) from None
        except ValidationError as error:
            raise ValidationError({"reason": error.detail}) from None
        if reason and (why := why_blank(reason)):
            raise ValidationError({"reason": [why]})
        return reason

    def lock_object(self):
        """Return the override of this address, which nobody else can change or delete until the transaction ends."""
        lock_deployments([self.get_object().deployment_id])
        # Ordered by key: the default order joins the deployment, and PostgreSQL can't lock rows of an outer join.
        PortOverride.objects.select_for_update().filter(pk=self.kwargs["pk"]).order_by("pk").first()
        override = self.get_object()
        self.require_deployment_editor([override])
        return override

    def require_deployment_editor(self, overrides):
        """Raise `PermissionDenied` if an override belongs to a deployment and the user may not edit deployments."""
        if any(override.deployment for override in overrides) and not edits_deployments(self.request.user):
            raise PermissionDenied(MayReadOrEditDeployments.refusal)

    def save(self, overrides, is_list=False):
        """Save overrides in the name of the user. Raises `ValidationError` with what refuses them."""
        self.require_deployment_editor(overrides)
        for override in overrides:
            override._history_user = self.request.user
        try:
            return save_overrides(overrides)
        except OverridesRefused as refused:
            messages = {position: _messages_by_field(faults) for position, faults in refused.faults.items()}
            raise ValidationError(_for_each(messages, len(overrides)) if is_list else messages[0]) from None

    def reloaded(self, overrides):
        """The same overrides as a listing shows them, in the same order."""
        by_key = self.get_queryset().in_bulk([override.pk for override in overrides])
        return [by_key[override.pk] for override in overrides]


def _messages_by_field(faults):
    messages = {}
    for fault in faults:
        messages.setdefault(fault.field, []).append(fault.message)
    return messages


def _for_each(messages, count):
    """The messages about the objects of a list, given by their positions, as a list: {} for an object without any."""
    return [messages.get(position, {}) for position in range(count)]

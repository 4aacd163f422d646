"""The overrides' addresses of the API: who moved which listener where and why, and moving them."""

from django.db import transaction
from django.utils.functional import cached_property
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ParseError, PermissionDenied, ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from ..exports import tables
from ..filters import OverrideFilter
from ..history.overrides import with_last_change
from ..models import PortOverride
from ..overrides.service import OverridesRefused, lock_deployments, remove_overrides, save_overrides
from ..permissions import edits_deployments
from ..utils.text import why_blank
from .override_serializers import (
    MOST_AT_ONCE,
    REASON_LENGTH,
    KnownDeployments,
    KnownListeners,
    OverrideSerializer,
)
from .permissions import MayReadOrEditDeployments, MayReadOrEditOverrides
from .views import Listing, Strict

REASON = OpenApiParameter(
    "reason",
    {"type": "string", "maxLength": REASON_LENGTH},
    description="Why the override is taken back, for the history.",
)


class OverrideViewSet(Strict, Listing, ModelViewSet):
    """Listeners that were moved from their default number: where to, why, by whom and when."""

    permission_classes = [MayReadOrEditOverrides]
    queryset = with_last_change(PortOverride.objects.with_related())
    serializer_class = OverrideSerializer
    filterset_class = OverrideFilter
    table = tables.OVERRIDES
    parameters = {"destroy": ("reason",)}
    takes_several = True

    @cached_property
    def known(self):
        return {"listeners": KnownListeners(), "deployments": KnownDeployments(self.request.user)}

    def get_serializer_context(self):
        return super().get_serializer_context() | self.known

    def get_queryset(self):
        return super().get_queryset().seen_by(self.request.user)

    def get_object(self):
        try:
            return self.get_queryset().get(pk=self.kwargs["pk"])
        except PortOverride.DoesNotExist:
            raise NotFound(f"No override {self.kwargs['pk']}.") from None

    def create(self, request, *args, **kwargs):
        """Move one listener, or a list of them: all or none, judged together, so that two can swap their numbers."""
        several = isinstance(request.data, list)
        if not isinstance(request.data, dict | list) or (several and not 1 <= len(request.data) <= MOST_AT_ONCE):
            raise ParseError(f"Give one object, or a list of 1 to {MOST_AT_ONCE}.")
        readers = [self.get_serializer(data=one) for one in (request.data if several else [request.data])]
        judged = [reader.is_valid() for reader in readers]  # all of them, not only up to the first fault
        if not all(judged):
            raise self.refusal([reader.errors for reader in readers], several)
        saved = self.stored(self.write([PortOverride(**reader.validated_data) for reader in readers], several))
        shown = self.get_serializer(saved if several else saved[0], many=several).data
        headers = {} if several else {"Location": str(shown["url"])}
        return Response(shown, status=status.HTTP_201_CREATED, headers=headers)

    @transaction.atomic
    def update(self, request, *args, partial=False, **kwargs):
        """Change the number or the reason."""
        override = self.locked()
        serializer = self.get_serializer(override, data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        for name, value in serializer.validated_data.items():
            setattr(override, name, value)
        self.write([override])
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(parameters=[REASON])
    @transaction.atomic
    def destroy(self, request, *args, **kwargs):
        """Take an override back: its listener stands at its default again. Refused while another one stands there."""
        reason = self.reason()
        override = self.locked()
        override._history_user = request.user
        try:
            remove_overrides([override], reason)
        except OverridesRefused as refused:
            raise ValidationError(_messages(refused.faults[0])) from None
        return Response(status=status.HTTP_204_NO_CONTENT)

    def reason(self):
        """Why an override is taken back, as far as the request says it; raises `ValidationError`."""
        try:
            [reason] = self.request.query_params.getlist("reason") or [""]
            reason = serializers.CharField(max_length=REASON_LENGTH, allow_blank=True).run_validation(reason)
        except ValueError:
            raise ValidationError({"reason": ["Given more than once. Give it once."]}) from None
        except ValidationError as fault:
            raise ValidationError({"reason": fault.detail}) from None
        if reason and (why := why_blank(reason)):
            raise ValidationError({"reason": [why]})
        return reason

    def locked(self):
        """The override of this address, which nobody else can change or delete until the transaction ends."""
        lock_deployments([self.get_object().deployment_id])
        # In the order of the key: the usual order joins the deployment, and PostgreSQL locks no outer join.
        PortOverride.objects.select_for_update().filter(pk=self.kwargs["pk"]).order_by("pk").first()
        override = self.get_object()
        self.insist_on_editing([override])
        return override

    def insist_on_editing(self, overrides):
        """What stands in a deployment is written by who may change the deployment."""
        if any(override.deployment for override in overrides) and not edits_deployments(self.request.user):
            raise PermissionDenied(MayReadOrEditDeployments.refusal)

    def write(self, overrides, several=False):
        """Save overrides in the name of the user who asks, or raise `ValidationError` with what refuses them."""
        self.insist_on_editing(overrides)
        for override in overrides:
            override._history_user = self.request.user
        try:
            return save_overrides(overrides)
        except OverridesRefused as refused:
            found = [_messages(refused.faults.get(position, [])) for position in range(len(overrides))]
            raise self.refusal(found, several) from None

    @staticmethod
    def refusal(found, several):
        """The exception for what was found wrong with each object: for a list a list, with {} for each good one."""
        return ValidationError(found if several else found[0])

    def stored(self, overrides):
        """The same overrides as a listing shows them, in the same order."""
        found = self.get_queryset().in_bulk([override.pk for override in overrides])
        return [found[override.pk] for override in overrides]


def _messages(faults):
    """What refuses an override as a body keyed by field; empty if nothing does."""
    messages = {}
    for fault in faults:
        messages.setdefault(fault.field, []).append(fault.message)
    return messages

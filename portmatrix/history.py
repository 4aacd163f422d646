"""Who moved which listener and when: reading what the history of the overrides recorded."""

from django.db.models import F, OuterRef, Subquery, Window
from django.db.models.functions import Lag

from .models import PortOverride


def with_last_change(overrides):
    """Annotate `changed_at` (aware datetime) and `changed_by` (user name, None if unknown) of each override's newest
    record.
    """
    newest = PortOverride.history.filter(id=OuterRef("pk")).order_by("-history_date", "-history_id")
    return overrides.annotate(
        changed_at=Subquery(newest.values("history_date")[:1]),
        changed_by=Subquery(newest.values("history_user__username")[:1]),
    )


def moves_of(listeners):
    """Mapping of a listener's key to the override that moved it everywhere, with its last change. One query."""
    moved = PortOverride.objects.everywhere().filter(port__in=listeners)
    return {override.port_id: override for override in with_last_change(moved)}


def changes():
    """Every recorded change, newest first, deleted overrides included.

    Annotates `number_before` and `reason_before`, which are None for the first record of an override. The listener is
    None when it has left the catalogue since.
    """
    before = {"partition_by": [F("id")], "order_by": [F("history_date"), F("history_id")]}
    return (
        PortOverride.history.annotate(
            number_before=Window(Lag("number"), **before),
            reason_before=Window(Lag("reason"), **before),
        )
        .select_related("port__component", "deployment", "history_user")
        .order_by("-history_date", "-history_id")
    )

"""Who overrode which port when, and why: read from the history of overrides."""

from django.db.models import F, OuterRef, Subquery, Window
from django.db.models.functions import Lag

from ..models import PortOverride
from ..permissions import sees_deployments


def with_last_change(overrides):
    """Annotate `changed_at` (aware datetime) and `changed_by` (user name, None if unknown) of each override's newest
    record.
    """
    newest = PortOverride.history.filter(id=OuterRef("pk")).order_by("-history_date", "-history_id")
    return overrides.annotate(
        changed_at=Subquery(newest.values("history_date")[:1]),
        changed_by=Subquery(newest.values("history_user__username")[:1]),
    )


def overrides_by_port(ports):
    """Mapping of a port's key to the override of it that holds everywhere, with its last change. One query."""
    overrides = PortOverride.objects.everywhere().filter(port__in=ports)
    return {override.port_id: override for override in with_last_change(overrides)}


def changes(user):
    """Every recorded change of overrides that a user may see, newest first, removed overrides included.

    Annotates `number_before` and `reason_before`, which are None for the first record of an override. The port is None
    if it has left the catalogue since.
    """
    records = PortOverride.history.all() if sees_deployments(user) else PortOverride.history.filter(deployment=None)
    return (
        records.annotate(
            number_before=_before("number"),
            reason_before=_before("reason"),
        )
        .select_related("port__component", "deployment", "history_user")
        .order_by("-history_date", "-history_id")
    )


def _before(column):
    """A column of the record before, of the same override."""
    return Window(Lag(column), partition_by=[F("id")], order_by=[F("history_date"), F("history_id")])

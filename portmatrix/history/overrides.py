"""Who changed what and when: reading what the histories of overrides and deployments recorded."""

from django.db.models import F, Max, OuterRef, Subquery, Window
from django.db.models.functions import Lag

from ..models import ComponentInUse, Deployment, Endpoint, PortOverride
from ..permissions import sees_deployments

# The parts of a deployment, with the column of their history that names it.
PARTS = {Deployment: "id", ComponentInUse: "deployment_id", Endpoint: "deployment_id", PortOverride: "deployment_id"}


def with_last_change(overrides):
    """Annotate `changed_at` (aware datetime) and `changed_by` (user name, None if unknown) of each override's newest
    record.
    """
    newest = PortOverride.history.filter(id=OuterRef("pk")).order_by("-history_date", "-history_id")
    return overrides.annotate(
        changed_at=Subquery(newest.values("history_date")[:1]),
        changed_by=Subquery(newest.values("history_user__username")[:1]),
    )


def overrides_by_port(listeners):
    """Mapping of a listener's key to the override that moved it everywhere, with its last change. One query."""
    moved = PortOverride.objects.everywhere().filter(port__in=listeners)
    return {override.port_id: override for override in with_last_change(moved)}


def changes(user):
    """Every recorded change of overrides that a user may see, newest first, deleted overrides included.

    Annotates `number_before` and `reason_before`, which are None for the first record of an override. The listener is
    None when it has left the catalogue since.
    """
    before = {"partition_by": [F("id")], "order_by": [F("history_date"), F("history_id")]}
    records = PortOverride.history.all() if sees_deployments(user) else PortOverride.history.filter(deployment=None)
    return (
        records.annotate(
            number_before=Window(Lag("number"), **before),
            reason_before=Window(Lag("reason"), **before),
        )
        .select_related("port__component", "deployment", "history_user")
        .order_by("-history_date", "-history_id")
    )


def last_change_of(deployment):
    """(aware datetime, user name or None) of the newest record of a deployment or any part of it; None if there is
    none. One query.
    """
    newest = [
        part.history.filter(**{column: deployment.pk}).order_by().values_list("history_date", "history_user__username")
        for part, column in PARTS.items()
    ]
    return newest[0].union(*newest[1:], all=True).order_by("-history_date").first()


def with_last_changes(deployments):
    """The deployments as a list, each with `changed_at`, the time of its newest record or None. Two queries."""
    found = list(deployments)
    if not found:
        return []
    keys = [deployment.pk for deployment in found]
    parts = [
        part.history.filter(**{f"{column}__in": keys})
        .order_by()
        .values_list(F(column))
        .annotate(newest=Max("history_date"))
        for part, column in PARTS.items()
    ]
    newest = {}
    for key, when in parts[0].union(*parts[1:], all=True):
        newest[key] = max(when, newest.get(key, when))
    for deployment in found:
        deployment.changed_at = newest.get(deployment.pk)
    return found

"""What was changed in deployments, by whom and when: the four histories of a deployment's parts read as one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import F, Max

from ..deployments.diff import override_changed, settings_changed
from ..models import ComponentInUse, Deployment, Endpoint, PortOverride

# The parts of a deployment, with the column of their history that names it.
PARTS: dict[Any, str] = {
    Deployment: "id",
    ComponentInUse: "deployment_id",
    Endpoint: "deployment_id",
    PortOverride: "deployment_id",
}

ONE_WRITE = timedelta(seconds=2)  # what one user recorded within so long was one write
SHOWN = 8  # of the same kind in one write; the rest is counted
KINDS = {"+": "added", "~": "changed", "-": "removed"}
ORDER = ["settings", "components", "addresses", "overrides"]


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
    listed = list(deployments)
    if not listed:
        return []
    keys = [deployment.pk for deployment in listed]
    parts = [
        part.history.filter(**{f"{column}__in": keys})
        .order_by()
        .values_list(F(column))
        .annotate(newest=Max("history_date"))
        for part, column in PARTS.items()
    ]
    newest: dict[int, datetime] = {}
    for key, when in parts[0].union(*parts[1:], all=True):
        newest[key] = max(when, newest.get(key, when))
    for deployment in listed:
        deployment.changed_at = newest.get(deployment.pk)
    return listed


@dataclass
class Write:
    """What one user changed at one time: records in the order of the parts."""

    when: datetime
    who: str | None
    records: list["Record"] = field(default_factory=list)

    @property
    def sentences(self):
        """One sentence a change; of many that are alike the first few, and how many more there are."""
        sentences = []
        for (part, kind), records in groupby(self.records, key=lambda record: (record.part, record.kind)):
            alike = [record.sentence for record in records]
            sentences += alike[:SHOWN]
            if len(alike) > SHOWN:
                sentences.append(f"and {len(alike) - SHOWN:,} more {part} {KINDS[kind]}")
        return sentences


@dataclass(frozen=True)
class Record:
    """One change of one part: `kind` is +, ~ or -."""

    part: str
    kind: str
    when: datetime
    who: str | None
    sentence: str


def writes_of(deployment) -> list[Write]:
    """Every `Write` of a stored deployment, newest first. Four queries."""
    records = [*_settings(deployment), *_components(deployment), *_endpoints(deployment), *_overrides(deployment)]
    writes: list[Write] = []
    for record in sorted(records, key=lambda record: record.when, reverse=True):
        last = writes[-1] if writes else None
        if last is None or last.who != record.who or last.when - record.when > ONE_WRITE:
            writes.append(Write(record.when, record.who))
        writes[-1].records.append(record)
    for write in writes:
        write.records.sort(key=lambda record: (ORDER.index(record.part), record.kind, record.sentence))
    return writes


def _rows(model, deployment, *related):
    """The rows of a model's history of one deployment, oldest first."""
    rows = model.history.filter(**{PARTS[model]: deployment.pk}).select_related("history_user", *related)
    return rows.order_by("history_date", "history_id")


def _settings(deployment):
    before = None
    for row in _rows(Deployment, deployment):
        if before is None:
            encrypted = ", encrypted ports only" if row.encrypted_only else ""
            sentence = f"Made as “{row.name}”{encrypted}."
        else:
            sentence = " ".join(settings_changed(before, row)) or "Saved."
        before = row
        yield _record("settings", row, sentence)


def _components(deployment):
    for row in _rows(ComponentInUse, deployment, "component"):
        verb = "in use" if row.history_type == "+" else "left out"
        yield _record("components", row, f"{_name(row.component)} {verb}.")


def _endpoints(deployment):
    names: dict[int, str] = {}
    for row in _rows(Endpoint, deployment, "component"):
        component = _name(row.component)
        endpoint = f"{row.address} ({row.name})" if row.name != row.address else row.address
        sentences = {
            "+": f"{component}: {endpoint} added.",
            "~": f"{component}: {row.address} is called “{row.name}”, before “{names.get(row.id, '')}”.",
            "-": f"{component}: {endpoint} removed.",
        }
        names[row.id] = row.name
        yield _record("addresses", row, sentences[row.history_type])


def _name(component):
    return component.name if component else "a component that has left the catalogue"


def _overrides(deployment):
    before: dict[int, tuple[int, str]] = {}
    for row in _rows(PortOverride, deployment, "port__component"):
        port = str(row.port) if row.port else "A listener that has left the catalogue"
        override = row.number, row.reason
        if row.history_type == "-":
            sentence = override_changed(port, override, None)
        else:
            sentence = override_changed(port, before.get(row.id), override)
        before[row.id] = override
        yield _record("overrides", row, sentence)


def _record(part, row, sentence):
    who = row.history_user.get_username() if row.history_user else None
    return Record(part, row.history_type, row.history_date, who, sentence)

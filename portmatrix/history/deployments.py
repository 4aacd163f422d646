"""What was changed in a deployment, write by write: its four histories read as one, in words."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from ..deployments.diff import move_changed, settings_changed
from ..models import ComponentInUse, Deployment, Endpoint, PortOverride

ONE_WRITE = timedelta(seconds=2)  # what one user recorded within so long was one write
SHOWN = 8  # of the same kind in one write; the rest is counted
SIGNS = {"+": "added", "~": "changed", "-": "removed"}


@dataclass
class Write:
    """What one user changed at one moment: sentences in the order of the parts."""

    when: datetime
    who: str | None
    records: list = field(default_factory=list)

    @property
    def sentences(self):
        """One sentence a change; of many that are alike the first few, and how many more there are."""
        found = []
        for _, alike in groupby(self.records, key=lambda record: (record.part, record.kind)):
            alike = list(alike)
            found += [record.words for record in alike[:SHOWN]]
            if len(alike) > SHOWN:
                found.append(f"and {len(alike) - SHOWN:,} more {alike[0].part} {SIGNS[alike[0].kind]}")
        return found


@dataclass(frozen=True)
class Record:
    """One change of one part: `kind` is +, ~ or -."""

    part: str
    kind: str
    when: datetime
    who: str | None
    words: str


def writes_of(deployment) -> list[Write]:
    """Every `Write` of a stored deployment, newest first. Four queries."""
    records = [*_columns(deployment), *_components(deployment), *_endpoints(deployment), *_overrides(deployment)]
    writes = []
    for record in sorted(records, key=lambda one: one.when, reverse=True):
        last = writes[-1] if writes else None
        if last is None or last.who != record.who or last.when - record.when > ONE_WRITE:
            writes.append(Write(record.when, record.who))
        writes[-1].records.append(record)
    order = ["settings", "components", "addresses", "overrides"]
    for write in writes:
        write.records.sort(key=lambda one: (order.index(one.part), one.kind, one.words))
    return writes


def _rows(model, **of):
    """The records of a model's history, oldest first, without loading what they point to one by one."""
    return model.history.filter(**of).order_by("history_date", "history_id")


def _columns(deployment):
    before = None
    for row in _rows(Deployment, id=deployment.pk).select_related("history_user"):
        if before is None:
            yield _record("settings", row, f"Made as “{row.name}”{_encrypted(row.encrypted_only)}.")
        else:
            yield _record("settings", row, " ".join(settings_changed(before, row)) or "Saved.")
        before = row


def _encrypted(only):
    return ", encrypted ports only" if only else ""


def _components(deployment):
    rows = _rows(ComponentInUse, deployment_id=deployment.pk).select_related("history_user", "component")
    for row in rows:
        name = row.component.name if row.component else "a component that has left the catalogue"
        yield _record("components", row, f"{name} in use." if row.history_type == "+" else f"{name} left out.")


def _endpoints(deployment):
    names = {}
    for row in _rows(Endpoint, deployment_id=deployment.pk).select_related("history_user", "component"):
        component = row.component.name if row.component else "a component that has left the catalogue"
        called = f"{row.address} ({row.name})" if row.name != row.address else row.address
        words = {
            "+": f"{component}: {called} added.",
            "~": f"{component}: {row.address} is called “{row.name}”, before “{names.get(row.id, '')}”.",
            "-": f"{component}: {called} removed.",
        }
        names[row.id] = row.name
        yield _record("addresses", row, words[row.history_type])


def _overrides(deployment):
    rows = _rows(PortOverride, deployment_id=deployment.pk).select_related("history_user", "port__component")
    stood = {}
    for row in rows:
        listener = str(row.port) if row.port else "A listener that has left the catalogue"
        stands = (row.number, row.reason)
        if row.history_type == "-":
            words = move_changed(listener, stands, None)
        else:
            words = move_changed(listener, stood.get(row.id), stands)
        stood[row.id] = stands
        yield _record("overrides", row, words)


def _record(part, row, words):
    who = row.history_user.get_username() if row.history_user else None
    return Record(part, row.history_type, row.history_date, who, words)

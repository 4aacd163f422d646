"""An uploaded table and a deployment: what it would make of it, and making it so, whole or not at all.

All rules are those of the deployment's document, whose faults become faults of the table's rows here.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from ..addresses import AddressRefused, parse_address
from ..catalogue.snapshot import Catalogue
from .document import Document, DocumentRefused, read_document
from .endpoint_csv import Row, RowFault, Upload
from .faults import Fault, Path
from .service import change, to_data


class Way(StrEnum):
    """What an upload is for: more addresses and new names, or the whole list."""

    ADD = "add"
    REPLACE = "replace"


class UploadRefused(Exception):
    """Nothing was changed; `faults` is the list of every `RowFault`, by row."""

    def __init__(self, faults: Iterable[RowFault]):
        self.faults = sorted(faults, key=lambda fault: fault.row or 0)
        super().__init__("\n".join(fault.message for fault in self.faults))


def preview(before: Document, upload: Upload, way: Way, catalogue: Catalogue) -> Document:
    """The document as the upload would make it. Raises `UploadRefused`; no queries."""
    data = to_data(before)
    rows = _merge(data, upload, way)
    try:
        after = read_document(data, catalogue, before.numbers)
    except DocumentRefused as refused:
        raise UploadRefused([*upload.faults, *_row_faults(refused.faults, rows)]) from None
    if upload.faults:
        raise UploadRefused(upload.faults)
    return after


def apply(slug: str, seen: str, upload: Upload, way: Way, user: AbstractBaseUser) -> Document:
    """Change a stored deployment, provided that it has the fingerprint `seen`; return it as it is now.

    Raises `UploadRefused`, `Stale`, and `Deployment.DoesNotExist`.
    """
    if upload.faults:
        raise UploadRefused(upload.faults)
    rows: list[Row | None] = []
    try:
        return change(slug, lambda data: rows.extend(_merge(data, upload, way)), user, seen)
    except DocumentRefused as refused:
        raise UploadRefused(_row_faults(refused.faults, rows)) from None


def _merge(data: dict[str, Any], upload: Upload, way: Way) -> list[Row | None]:
    """Put an upload into the data of a document; return the row of every endpoint, None where it has none.

    A name that is left out says nothing where addresses are added; where they are replaced, the address is the name.
    """
    stored = {(endpoint["component"], endpoint["address"]): endpoint for endpoint in data["endpoints"]}
    endpoints = data["endpoints"] if way is Way.ADD else []
    positions = {key: position for position, key in enumerate(stored)} if way is Way.ADD else {}
    rows: list[Row | None] = [None] * len(endpoints)
    for row in upload.rows:
        key = row.slug, _normal(row.address)
        endpoint = {"component": row.slug, "name": _name(row, key, stored.get(key), way), "address": row.address}
        # A second row of the same endpoint is put on the list too, for the document to refuse it.
        position = positions.setdefault(key, len(endpoints))
        if position < len(endpoints) and rows[position] is None:
            endpoints[position], rows[position] = endpoint, row
        else:
            endpoints.append(endpoint)
            rows.append(row)
    data["endpoints"] = endpoints
    return rows


def _normal(address: str) -> str:
    try:
        return parse_address(address).text
    except AddressRefused:
        return address


def _name(row: Row, key: tuple[str, str], stored: dict[str, str] | None, way: Way) -> str:
    """What a row calls its endpoint. Blanks around a stored name do not survive a spreadsheet: they are no new name."""
    if stored and (row.name == stored["name"].strip() or (not row.name and way is Way.ADD)):
        return stored["name"]
    return row.name or key[1]


def _row_faults(faults: Sequence[Fault], rows: Sequence[Row | None]) -> Iterator[RowFault]:
    """A document's faults as faults of the table's rows, without those of component names: the table has them."""
    columns = [_endpoint_at(fault.path) for fault in faults]
    without_address = {position for position, column in columns if column == "address"}
    for fault, (position, column) in zip(faults, columns, strict=True):
        row = None if position is None else rows[position]
        if row is None:
            yield RowFault(None, str(fault.path), "document-fault", {"fault": fault})
        elif fault.code == "endpoint-twice":
            first: Any = rows[fault.params["first"][-1]]
            yield RowFault(row.number, "", "row-twice", {**fault.params, "first": first.number})
        elif column == "name" and not row.name:  # its address stands for it
            if position not in without_address:
                yield RowFault(row.number, "name", "name-too-long", {})
        elif row.slug or column != "component":
            yield RowFault(row.number, column, "document-fault", {"fault": fault})


def _endpoint_at(path: Path) -> tuple[int | None, str]:
    """The position of the endpoint that a path leads to or into, and the key in it; (None, "") of any other path."""
    match path:
        case ("endpoints", int(position), *keys):
            return position, ".".join(map(str, keys))
        case _:
            return None, ""

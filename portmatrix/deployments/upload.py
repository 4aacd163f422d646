"""An uploaded table and a deployment: what it would make of it, and making it so, whole or not at all.

All rules are those of the deployment's document; here its faults are told by the rows of the table.
"""

import re
from enum import StrEnum

from ..addresses import AddressRefused, parse_address
from ..catalogue.snapshot import Catalogue
from .document import Document, DocumentRefused, read_document
from .endpoint_csv import Row, RowFault, Upload
from .service import change, to_data


class Way(StrEnum):
    """What an upload is for: more addresses and new names, or the whole list."""

    ADD = "add"
    REPLACE = "replace"


class UploadRefused(Exception):
    """Nothing was changed; `faults` is the list of every `RowFault`, by row."""

    def __init__(self, faults):
        self.faults = sorted(faults, key=lambda fault: fault.row or 0)
        super().__init__("\n".join(fault.message for fault in self.faults))


def preview(before: Document, upload: Upload, way: Way, catalogue: Catalogue) -> Document:
    """The document as the upload would make it. Raises `UploadRefused`; no queries."""
    data, rows = to_data(before), []
    _merge(data, upload, way, rows)
    try:
        after = read_document(data, catalogue, before.standing)
    except DocumentRefused as refused:
        raise UploadRefused([*upload.faults, *_by_row(refused.faults, rows, catalogue)]) from None
    if upload.faults:
        raise UploadRefused(upload.faults)
    return after


def apply(slug: str, seen: str, upload: Upload, way: Way, user) -> Document:
    """Change a stored deployment, provided that it has the fingerprint `seen`; return it as it is now.

    Raises `UploadRefused`, `Outdated`, and `NoSuchDeployment`.
    """
    if upload.faults:
        raise UploadRefused(upload.faults)
    rows = []
    try:
        return change(slug, lambda data: _merge(data, upload, way, rows), user, seen)
    except DocumentRefused as refused:
        raise UploadRefused(_by_row(refused.faults, rows, Catalogue.load())) from None


def _merge(data, upload, way, rows):
    """Put an upload into the data of a document. `rows` gets the row of every endpoint, None where it has none.

    A name that is left out says nothing where addresses are added; where they are replaced, the address is the name.
    """
    stored = {(one["component"], one["address"]): one for one in data["endpoints"]}
    endpoints = data["endpoints"] if way is Way.ADD else []
    positions = {place: position for position, place in enumerate(stored)} if way is Way.ADD else {}
    rows += [None] * len(endpoints)
    for row in upload.rows:
        place = (row.slug, _normal(row.address))
        made = {"component": row.slug, "name": _name(row, place, stored.get(place), way), "address": row.address}
        # A second row of the same place goes on the list too, for the document to refuse it.
        position = positions.setdefault(place, len(endpoints))
        if position < len(endpoints) and rows[position] is None:
            endpoints[position], rows[position] = made, row
        else:
            endpoints.append(made)
            rows.append(row)
    data["endpoints"] = endpoints


def _normal(address):
    try:
        return parse_address(address).text
    except AddressRefused:
        return address


def _name(row, place, known, way):
    """What a row calls its endpoint. Blanks around a stored name do not survive a spreadsheet: they are no new name."""
    if known and (row.name == known["name"].strip() or (not row.name and way is Way.ADD)):
        return known["name"]
    return row.name or place[1]


def _by_row(faults, rows, catalogue):
    """Faults of a document as faults of the table's rows; unknown components have been told by the table already."""
    without_address = {fault.path.removesuffix(".address") for fault in faults if fault.path.endswith(".address")}
    for fault in faults:
        found = re.fullmatch(r"endpoints\[(\d+)\](?:\.(\w+))?", fault.path)
        row = rows[int(found[1])] if found else None
        if row is None:
            yield RowFault(None, fault.path, fault.message)
        elif found[2] is None:
            yield RowFault(row.number, "", _twice(row, fault.message, rows, catalogue))
        elif found[2] == "name" and not row.name:  # its address stands for it
            if fault.path.removesuffix(".name") not in without_address:
                yield RowFault(row.number, "name", "Give it a name: its address is too long to be one.")
        elif row.slug or found[2] != "component":
            yield RowFault(row.number, found[2], fault.message)


def _twice(row: Row, message, rows, catalogue):
    """That a row repeats another one, which the document's message names by its path."""
    first = rows[int(re.search(r"at endpoints\[(\d+)\] already", message)[1])]
    where = f"{catalogue.components[row.slug]} has {_normal(row.address)} in row {first.number:,} too"
    return f"{where}. Keep one of the two rows."

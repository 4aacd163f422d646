"""What the commands about a deployment share: reading its document and telling what is wrong with it, and writing."""

import sys
from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper
from django.db import DatabaseError
from django.template.defaultfilters import pluralize

from portmatrix.catalogue.snapshot import Catalogue
from portmatrix.deployments.document import Document, DocumentRefused, read_document
from portmatrix.deployments.evaluate import Evaluation, evaluate_document
from portmatrix.deployments.service import slug_in, stored_numbers
from portmatrix.utils import strict_json

UNRESOLVED, UNUSABLE = 1, 2  # exit codes


def evaluate_file(document: str) -> Evaluation:
    """The document in a file, or in standard input for `-`, and what follows from it. Raises `CommandError`."""
    return evaluate_files([document])[0]


def evaluate_files(documents: Iterable[str]) -> list[Evaluation]:
    """As `evaluate_file`, of several documents, which must be of different deployments."""
    documents = list(documents)
    if documents.count("-") > 1:
        raise CommandError("Standard input can be one document. Give the others as files.", returncode=UNUSABLE)
    catalogue = _catalogue()
    read: dict[str, tuple[str, Document]] = {}
    for document in documents:
        found = _read(document, catalogue)
        if found.slug in read:
            earlier = read[found.slug][0]
            which = f"{document} is given twice" if document == earlier else f"{earlier} and {document} have one slug"
            raise CommandError(f"{which}, {found.slug}. Give one document of each deployment.", returncode=UNUSABLE)
        read[found.slug] = document, found
    return [evaluate_document(found, catalogue) for _, found in read.values()]


def _catalogue() -> Catalogue:
    """The `Catalogue`. Raises `CommandError` when there is none to judge a document by."""
    try:
        catalogue = Catalogue.load()
    except DatabaseError as error:
        raise CommandError(f"The catalogue can't be read: {error}.", returncode=UNUSABLE) from error
    if not catalogue.connections:
        raise CommandError("The catalogue is empty. Run manage.py load_catalogue first.", returncode=UNUSABLE)
    return catalogue


def _read(document: str, catalogue: Catalogue) -> Document:
    """The `Document`. Raises `CommandError` that tells every fault."""
    title = "The document" if document == "-" else document
    if document == "-" and sys.stdin is None:
        raise CommandError("Standard input is closed.", returncode=UNUSABLE)
    try:
        body = sys.stdin.buffer.read() if document == "-" else Path(document).read_bytes()
        data = strict_json.loads(body)
        # What was saved is taken, as by PUT.
        return read_document(data, catalogue, stored_numbers(slug_in(data)))
    except OSError as error:
        raise CommandError(f"{title} can't be read: {error.strerror}.", returncode=UNUSABLE) from None
    except strict_json.NotJSON as error:
        raise CommandError(f"{title} is {error}.", returncode=UNUSABLE) from None
    except DocumentRefused as refused:
        found = f"{len(refused.faults)} fault{pluralize(refused.faults)}"
        lines = "\n".join(f"  {fault}" for fault in refused.faults)
        raise CommandError(f"{title} has {found}.\n{lines}", returncode=UNUSABLE) from None


def write_out(stdout: OutputWrapper, text: str) -> None:
    """Write all of an answer to standard output. Raises `CommandError` if that can't be done."""
    if sys.stdout is None:
        raise CommandError("Standard output is closed.", returncode=UNUSABLE)
    try:
        stdout.write(text, ending="")
        stdout.flush()
    except OSError as error:
        raise CommandError(f"Standard output can't be written: {error.strerror}.", returncode=UNUSABLE) from None

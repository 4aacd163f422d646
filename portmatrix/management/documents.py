"""What the commands about a deployment share: reading its document, saying what is wrong with it, and writing."""

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


def evaluate_file(file: str) -> Evaluation:
    """The document in a file, or in standard input for `-`, and what follows from it. Raises `CommandError`."""
    return evaluate_files([file])[0]


def evaluate_files(files: Iterable[str]) -> list[Evaluation]:
    """As `evaluate_file`, of several documents, which must be of different deployments."""
    files = list(files)
    if files.count("-") > 1:
        raise CommandError("Standard input can be one document. Give the others as files.", returncode=UNUSABLE)
    catalogue = _catalogue()
    read: dict[str, str] = {}  # the file of each slug
    documents = []
    for file in files:
        document = _read(file, catalogue)
        if earlier := read.get(document.slug):
            which = f"{file} is given twice" if file == earlier else f"{earlier} and {file} have one slug"
            raise CommandError(f"{which}, {document.slug}. Give one document of each deployment.", returncode=UNUSABLE)
        read[document.slug] = file
        documents.append(document)
    return [evaluate_document(document, catalogue) for document in documents]


def _catalogue() -> Catalogue:
    """The `Catalogue`. Raises `CommandError` when there is none to judge a document by."""
    try:
        catalogue = Catalogue.load()
    except DatabaseError as error:
        raise CommandError(f"The catalogue can't be read: {error}.", returncode=UNUSABLE) from error
    if not catalogue.connections:
        raise CommandError("The catalogue is empty. Run manage.py load_catalogue first.", returncode=UNUSABLE)
    return catalogue


def _read(file: str, catalogue: Catalogue) -> Document:
    """The `Document`. Raises `CommandError` with every fault."""
    title = "The document" if file == "-" else file
    if file == "-" and sys.stdin is None:
        raise CommandError("Standard input is closed.", returncode=UNUSABLE)
    try:
        body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        data = strict_json.loads(body)
        # Overrides that are stored are kept, as by PUT.
        return read_document(data, catalogue, stored_numbers(slug_in(data)))
    except OSError as error:
        raise CommandError(f"{title} can't be read: {error.strerror}.", returncode=UNUSABLE) from None
    except strict_json.NotJSON as error:
        raise CommandError(f"{title} is {error}.", returncode=UNUSABLE) from None
    except DocumentRefused as refused:
        count = f"{len(refused.faults)} fault{pluralize(refused.faults)}"
        lines = "\n".join(f"  {fault}" for fault in refused.faults)
        raise CommandError(f"{title} has {count}.\n{lines}", returncode=UNUSABLE) from None


def write_out(stdout: OutputWrapper, text: str) -> None:
    """Write all of an answer to standard output. Raises `CommandError` if that can't be done."""
    if sys.stdout is None:
        raise CommandError("Standard output is closed.", returncode=UNUSABLE)
    try:
        stdout.write(text, ending="")
        stdout.flush()
    except OSError as error:
        raise CommandError(f"Standard output can't be written: {error.strerror}.", returncode=UNUSABLE) from None

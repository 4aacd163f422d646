"""`manage.py rules`: the firewall rules of a deployment, from its document. Nothing is stored."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.template.defaultfilters import pluralize

from portmatrix import strict_json
from portmatrix.deployments.catalogue import Catalogue
from portmatrix.deployments.document import DocumentRefused, read_document
from portmatrix.deployments.installation import installation_of
from portmatrix.exports.writers import write_csv
from portmatrix.rules import find, resolve
from portmatrix.rules.shape import RULES, rules_shape

UNRESOLVED, UNUSABLE = 1, 2  # exit codes


class Command(BaseCommand):
    help = (
        "Read a deployment's document and write the firewall rules that it needs. Exit code 0: all rules are there; "
        "1: some are unresolved because a component has no address; 2: the document can't be used, nothing is written."
    )

    def add_arguments(self, parser):
        parser.add_argument("document", help="the deployment as a JSON file, or - for standard input")
        parser.add_argument("--format", choices=["json", "csv"], default="json", help="what to write (default: json)")

    def handle(self, *, document, format, **options):
        """Write the rules. Raises `CommandError` with the exit code, after everything was written."""
        catalogue = _catalogue()
        deployment = _read(document, catalogue)
        installation = installation_of(deployment, catalogue)
        rules = resolve(installation)
        findings = find(installation, rules)
        if format == "json":
            shape = rules_shape(deployment.slug, rules, findings)
            self.stdout.write(json.dumps(shape, indent=2, ensure_ascii=False))
        else:
            self.stdout.write("".join(write_csv(RULES, [*rules.rules, *rules.unresolved])), ending="")
            for finding in findings:  # a table of rules has no place for them
                self.stderr.write(f"{finding.severity}: {finding.message}")
        if found := len(rules.unresolved):
            message = f"{found} rule{pluralize(found)} unresolved: a component has no address."
            raise CommandError(message, returncode=UNRESOLVED)


def _catalogue():
    """The `Catalogue`. Raises `CommandError` when there is none to judge a document by."""
    try:
        catalogue = Catalogue.load()
    except DatabaseError as error:
        raise CommandError(f"The catalogue can't be read: {error}.", returncode=UNUSABLE) from error
    if not catalogue.connections:
        raise CommandError("The catalogue is empty. Run manage.py load_catalogue first.", returncode=UNUSABLE)
    return catalogue


def _read(document, catalogue):
    """The `Document` in a file. Raises `CommandError` that tells every fault."""
    title = "The document" if document == "-" else document
    try:
        body = sys.stdin.buffer.read() if document == "-" else Path(document).read_bytes()
        return read_document(strict_json.loads(body), catalogue)
    except OSError as error:
        raise CommandError(f"{title} can't be read: {error.strerror}.", returncode=UNUSABLE) from None
    except strict_json.NotJSON as error:
        raise CommandError(f"{title} is {error}.", returncode=UNUSABLE) from None
    except DocumentRefused as refused:
        found = f"{len(refused.faults)} fault{pluralize(refused.faults)}"
        lines = "\n".join(f"  {fault}" for fault in refused.faults)
        raise CommandError(f"{title} has {found}.\n{lines}", returncode=UNUSABLE) from None

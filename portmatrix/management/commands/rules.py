"""`manage.py rules`: the firewall rules of a deployment, from its document. Nothing is stored."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from portmatrix.api.rules_serializers import RulesSerializer
from portmatrix.exports.rules import RULES, rows_of
from portmatrix.exports.writers import write_csv
from portmatrix.management.documents import UNRESOLVED, evaluate_file, write_out


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
        evaluation = evaluate_file(document)
        rules = evaluation.rules
        if format == "json":
            text = json.dumps(RulesSerializer(evaluation).data, indent=2, ensure_ascii=False) + "\n"
        else:
            text = "".join(write_csv(RULES, rows_of(rules.all)))
        write_out(self.stdout, text)
        if format == "csv":
            for finding in evaluation.findings:  # a table of rules has no place for them
                self.stderr.write(f"{finding.severity}: {finding.message}")
        if unresolved := len(rules.unresolved):
            message = f"{unresolved} rule{pluralize(unresolved)} unresolved: a component has no address."
            raise CommandError(message, returncode=UNRESOLVED)

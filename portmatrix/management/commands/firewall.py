"""`manage.py firewall`: the configuration of a firewall for a deployment, or for several, from their documents. Nothing
is stored.
"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from portmatrix.deployments.evaluate import configuration_request
from portmatrix.firewall import MARK_BIT, MARK_BITS, PLATFORMS, RequestRefused, parse_mark_bit, render
from portmatrix.management.documents import UNRESOLVED, UNUSABLE, evaluate_files, write_out
from portmatrix.naming import Names, UnknownName


class Command(BaseCommand):
    help = (
        "Read a deployment's document, or those of several, and write the configuration of a firewall. Exit code 0: "
        "all rules are in it; 1: some are left out, and nothing is written without --partial; 2: a document, the "
        "platform, the endpoint or the bit of the packet mark can't be used, nothing is written."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "document",
            nargs="+",
            help="the deployment as a JSON file, or - for standard input; several make one file for them all",
        )
        parser.add_argument("--platform", required=True, help=f"one of {', '.join(PLATFORMS)}")
        parser.add_argument("--endpoint", help="for the own firewall of one host: the name of its endpoint")
        parser.add_argument(
            "--mark-bit",
            metavar="N",
            help=f"for nftables: the bit of the packet mark, {MARK_BITS[0]} to {MARK_BITS[-1]} (default: {MARK_BIT}); "
            "the same in all files on one router",
        )
        parser.add_argument("--partial", action="store_true", help="write the rest when rules are left out")
        parser.add_argument("--output", help="the file to write (default: standard output)")

    def handle(self, *, document, platform, endpoint, mark_bit, partial, output, **options):
        """Write the configuration. Raises `CommandError` with the exit code, after everything was written."""
        platform = _platform(platform)
        request, configuration = _render(platform, document, endpoint, mark_bit)
        left_out = configuration.left_out
        if partial or not left_out:
            self.write(configuration.text, output)
        for skipped in left_out:
            self.stderr.write(_in_words(skipped, request.is_for_several))
        if left_out:
            hint = "" if partial else " Nothing was written: add --partial to have the rest."
            message = f"{len(left_out)} rule{pluralize(left_out)} left out.{hint}"
            raise CommandError(message, returncode=UNRESOLVED)

    def write(self, text, output):
        """To the file that was asked for, or to standard output."""
        if output is None:
            write_out(self.stdout, text)
            return
        try:
            Path(output).write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise CommandError(f"{output} can't be written: {error.strerror}.", returncode=UNUSABLE) from None


def _platform(slug):
    try:
        return Names("platform", PLATFORMS, most=len(PLATFORMS)).find(slug)
    except UnknownName as unknown:
        raise CommandError(str(unknown), returncode=UNUSABLE) from None


def _render(platform, documents, endpoint, mark_bit):
    """The `ConfigurationRequest` and the `Configuration`. The bit of the packet mark is judged before a document is
    read.
    """
    try:
        bit = None if mark_bit is None else parse_mark_bit(mark_bit)
        request = configuration_request(evaluate_files(documents), endpoint, bit)
        return request, render(platform, request)
    except RequestRefused as refused:
        raise CommandError(str(refused), returncode=UNUSABLE) from None


def _in_words(skipped, with_deployments):
    """A `LeftOut` as a line."""
    rule = skipped.rule
    ends = f"{rule.source.component.name} to {rule.destination.component.name}"
    needed_by = f", for {', '.join(skipped.deployments)}" if with_deployments else ""
    return f"{rule.id}, {ends}, {rule.transport} {rule.number}{needed_by}: {skipped.why}"

"""Starts alports: brings the database and the static files up to date, then becomes the web server."""

import os
import socket
import subprocess
import sys

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from alports_site import processes, starting, static_files
from portmatrix import catalogue
from portmatrix.utils.db import trouble_of


class Command(BaseCommand):
    """`manage.py serve`: migrate, load the catalogue, make the administrator, collect static files, serve."""

    help = "Bring database, catalogue and static files up to date, then serve on ALPORTS_BIND until stopped."

    def handle(self, **options: object) -> None:
        """Never return: the process becomes the server. Raises `CommandError` with one sentence if it can't."""
        host, port = settings.ENVIRONMENT.bind
        _reserve_address(host, port)
        try:
            self.bring_database_up_to_date(settings.ENVIRONMENT.start_timeout)
            folder, _ = static_files.collect(settings.DATA_DIR)
        except starting.CannotStart as reason:
            raise CommandError(f"alports cannot start: {reason}") from None
        except (DatabaseError, OSError) as error:
            if trouble_of(error) is None:
                raise
            raise CommandError(f"alports cannot start: {starting.explanation_of(error)}") from None
        except subprocess.CalledProcessError as failed:
            raise CommandError(f"alports cannot start, its static files can't be collected: {failed.stderr}") from None
        self.stdout.write(f"alports serves on {_url(host, port)} (data in {settings.DATA_DIR}); Ctrl-C stops it.")
        self.stdout.flush()
        os.chdir(settings.BASE_DIR)  # where Python finds the module
        os.environ[static_files.VARIABLE] = str(folder)
        os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # otherwise glibc keeps freed memory for each thread
        environment = settings.ENVIRONMENT
        arguments = map(str, (host, port, environment.workers, environment.stop_timeout))
        os.execv(sys.executable, [sys.executable, "-m", "alports_site.server", *arguments])

    def bring_database_up_to_date(self, seconds: float) -> None:
        """Migrate, load the catalogue, make the administrator, while no other node does so."""
        starting.wait_for_database(seconds, self.report)
        with starting.start_lock(seconds, self.report):
            starting.refuse_newer_database()
            call_command("migrate", interactive=False, verbosity=0)
            self.load_catalogue()
            call_command("ensure_admin", stdout=self.stdout)
        if connection.vendor == "postgresql" and not settings.ENVIRONMENT.secret_key:
            self.report(
                f"The secret key is in {settings.DATA_DIR}. If several nodes use this database, give all of them the "
                "same ALPORTS_SECRET_KEY."
            )

    def load_catalogue(self) -> None:
        """Load this node's catalogue, unless the environment forbids it or another node has loaded a later one."""
        if not settings.ENVIRONMENT.load_catalogue:
            self.report("The catalogue is left as it is (ALPORTS_LOAD_CATALOGUE=false).")
        elif catalogue.was_replaced(settings.CATALOGUE_DIR):
            self.report(
                "The database holds a later catalogue than this node's; it is left as it is. To load this one all the "
                "same: manage.py load_catalogue."
            )
        else:
            call_command("load_catalogue", stdout=self.stdout)

    def report(self, sentence: str) -> None:
        """Write a line to standard output at once."""
        self.stdout.write(sentence)
        self.stdout.flush()


def _reserve_address(host: str, port: int) -> None:
    """Raise `CommandError` if another program or another start of alports uses the address; else reserve it.

    The server binds the address seconds later, and in a way that lets its workers share it. So the bind could not
    exclude a second server; a name in the kernel does.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As the server does: an address whose last connections are being closed counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
        processes.hold_name(f"alports {host} {port}")
    except OSError as error:
        hint = "Stop what listens there, or set ALPORTS_BIND to another host:port."
        raise CommandError(f"Cannot listen on {_url(host, port)}: {error.strerror}. {hint}") from error


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

"""Starts alports: brings the data directory up to date, then becomes the web server."""

import os
import socket
import subprocess
import sys

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from alports_site import collected, processes, starting
from portmatrix import catalogue
from portmatrix.utils.db import trouble_of


class Command(BaseCommand):
    """`manage.py serve`: migrate, load the catalogue, collect static files, see to the administrator, serve."""

    help = "Bring database, catalogue and static files up to date, then serve on ALPORTS_BIND until stopped."

    def handle(self, **options: object) -> None:
        """Never returns: the process becomes the server. Raises `CommandError` with one sentence when it can't."""
        host, port = settings.ENVIRONMENT.bind
        _claim(host, port)
        try:
            self.bring_database_up_to_date(settings.ENVIRONMENT.start_timeout)
            folder, _ = collected.collect(settings.DATA_DIR)
        except starting.CannotStart as reason:
            raise CommandError(f"alports cannot start: {reason}") from None
        except (DatabaseError, OSError) as error:
            if trouble_of(error) is None:
                raise
            raise CommandError(f"alports cannot start: {starting.explained(error)}") from None
        except subprocess.CalledProcessError as failed:
            raise CommandError(f"alports cannot start, its static files can't be collected: {failed.stderr}") from None
        self.stdout.write(f"alports serves on {_url(host, port)} (data in {settings.DATA_DIR}); Ctrl-C stops it.")
        self.stdout.flush()
        os.chdir(settings.BASE_DIR)  # where Python finds the module
        os.environ[collected.VARIABLE] = str(folder)
        os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # glibc keeps what a thread has freed for that thread
        environment = settings.ENVIRONMENT
        known = map(str, (host, port, environment.workers, environment.stop_timeout))
        os.execv(sys.executable, [sys.executable, "-m", "alports_site.server", *known])

    def bring_database_up_to_date(self, seconds: float) -> None:
        """Migrate, load the catalogue, see to the administrator: one node at a time."""
        starting.wait_for_database(seconds, self.say)
        with starting.alone(seconds, self.say):
            starting.refuse_newer_database()
            call_command("migrate", interactive=False, verbosity=0)
            self.load_catalogue()
            call_command("ensure_admin", stdout=self.stdout)
        if connection.vendor == "postgresql" and not settings.ENVIRONMENT.secret_key:
            self.say(
                f"The secret key is in {settings.DATA_DIR}. If several nodes use this database, give all of them the "
                "same ALPORTS_SECRET_KEY."
            )

    def load_catalogue(self) -> None:
        """Load this node's catalogue, unless another is to do so or has gone on to a later one."""
        if not settings.ENVIRONMENT.load_catalogue:
            self.say("The catalogue is left as it is (ALPORTS_LOAD_CATALOGUE=false).")
        elif catalogue.was_replaced(settings.CATALOGUE_DIR):
            self.say(
                "The database holds a later catalogue than this node's; it is left as it is. To load this one all the "
                "same: manage.py load_catalogue."
            )
        else:
            call_command("load_catalogue", stdout=self.stdout)

    def say(self, sentence: str) -> None:
        """Write a line at once."""
        self.stdout.write(sentence)
        self.stdout.flush()


def _claim(host: str, port: int) -> None:
    """See that the address is free before anything is changed, and keep other starts away from it until the end.

    The server binds it seconds later, in a way that lets several share it; so a name in the kernel stands for it.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
            )  # as the server does: a closed one does not linger
            probe.bind((host, port))
        processes.hold_name(f"alports {host} {port}")
    except OSError as error:
        hint = "Stop what listens there, or set ALPORTS_BIND to another host:port."
        raise CommandError(f"Cannot listen on {_url(host, port)}: {error.strerror}. {hint}") from error


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

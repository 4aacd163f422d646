"""Starts alports: brings the data directory up to date, then becomes the web server."""

import os
import socket
import sys

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from alports_site import collected

MOST_CONNECTIONS = 4096  # of a worker; one that sends nothing costs some kilobytes
HEADER_TIMEOUT = 15  # seconds for the head of a request, and for the next one on a connection that is kept


class Command(BaseCommand):
    """`manage.py serve`: migrate, load the catalogue, collect static files, see to the administrator, serve."""

    help = "Bring database, catalogue and static files up to date, then serve on ALPORTS_BIND until stopped."

    def handle(self, **options: object) -> None:
        """Never returns: the process becomes the server. Raises CommandError when the address cannot be used."""
        host, port = settings.ENVIRONMENT.bind
        _claim(host, port)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_catalogue", stdout=self.stdout)
        collected.bring_up_to_date()
        call_command("ensure_admin", stdout=self.stdout)
        self.stdout.write(f"alports serves on {_url(host, port)} (data in {settings.DATA_DIR}); Ctrl-C stops it.")
        self.stdout.flush()
        os.execv(sys.executable, _server_command(host, port))


def _claim(host: str, port: int) -> None:
    """See that the address is free before anything is changed; the server itself binds it a moment later."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
            )  # as the server does: a closed one does not linger
            probe.bind((host, port))
            probe.listen()
    except OSError as error:
        hint = "Stop what listens there, or set ALPORTS_BIND to another host:port."
        raise CommandError(f"Cannot listen on {_url(host, port)}: {error.strerror}. {hint}") from error


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _server_command(host: str, port: int) -> list[str]:
    environment = settings.ENVIRONMENT
    return [
        sys.executable,
        *("-m", "granian", "alports_site.worker:application", "--interface", "asginl", "--loop", "uvloop"),
        *("--working-dir", str(settings.BASE_DIR)),
        *("--host", host, "--port", str(port)),
        *("--workers", str(environment.workers), "--respawn-failed-workers", "--respawn-interval", "0.1"),
        *("--backlog", "1024", "--backpressure", str(MOST_CONNECTIONS)),
        # Without HTTP/2 the time-out holds for a connection that sends nothing at all, too.
        *("--http", "1", "--http1-header-read-timeout", str(HEADER_TIMEOUT * 1000)),
        *("--workers-kill-timeout", str(environment.stop_timeout)),
        *("--no-ws", "--log-level", "error"),
    ]

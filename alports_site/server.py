"""The web server's main process: it listens, starts the workers, and replaces a worker that died."""

import gc
import resource
import sys
import time
from pathlib import Path

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

MOST_CONNECTIONS = 4096  # of a worker; an idle one costs some kilobytes
OTHER_FILES = 256  # that a worker has open besides its connections
HEADER_TIMEOUT = 15  # seconds for the head of a request, and for the next request on a connection that is kept
PAUSE = 1  # seconds before a worker is replaced, so that one that always fails does not occupy a whole processor


class PersistentServer(Server):  # type: ignore[misc, valid-type]
    """granian's server gives up when a worker dies twice within some seconds. This one never does."""

    def _respawn_workers(self, *args, **kwargs):
        super()._respawn_workers(*args, **kwargs)
        self.respawned_wrks.clear()
        time.sleep(PAUSE)


def main(host: str, port: str, workers: str, stop_timeout: str) -> None:
    """Serve until a signal ends it. The database and the static files must be ready.

    It takes arguments instead of reading the settings, which would occupy some MiB of memory as long as it runs.
    """
    _allow_open_files(MOST_CONNECTIONS + OTHER_FILES)
    gc.freeze()  # the garbage collector then does not touch, and so copy, the memory shared with the workers
    PersistentServer(
        "alports_site.worker:application",
        address=host,
        port=int(port),
        interface=Interfaces.ASGINL,
        loop=Loops.uvloop,
        workers=int(workers),
        working_dir=Path.cwd(),
        backpressure=MOST_CONNECTIONS,
        # With HTTP/1 alone, the time-out also ends a connection that sends nothing at all.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT * 1000),
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0,
        workers_kill_timeout=int(stop_timeout),
        log_level=LogLevels.error,
    ).serve()


def _allow_open_files(number):
    """Raise the limit of open files: each connection is one, and many systems allow 1,024 by default."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < number:
        wanted = number if hard == resource.RLIM_INFINITY else min(number, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main(*sys.argv[1:])

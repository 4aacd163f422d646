"""The web server's first process: it listens, starts the workers, and starts one that died again."""

import gc
import resource
import sys
import time
from pathlib import Path

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

MOST_CONNECTIONS = 4096  # of a worker; one that sends nothing costs some kilobytes
FILES_BESIDE = 256  # open files that a worker needs for other things
HEADER_TIMEOUT = 15  # seconds for the head of a request, and for the next one on a connection that is kept
PAUSE = 1  # seconds before a worker is started again, so that one that can't run does not take all of a processor


class Keeper(Server):
    """granian's server; it gives up when a worker dies twice within some seconds, and this one never does."""

    def _respawn_workers(self, *args, **kwargs):
        super()._respawn_workers(*args, **kwargs)
        self.respawned_wrks.clear()
        time.sleep(PAUSE)


def main(host: str, port: str, workers: str, stop_timeout: str) -> None:
    """Serve until a signal ends it. The database and the static files are ready.

    What it has to know are its arguments: reading the environment would take some MiB of memory, for good.
    """
    _allow_open_files(MOST_CONNECTIONS + FILES_BESIDE)
    gc.freeze()  # what the workers share with this process stays shared: collections leave it alone
    Keeper(
        "alports_site.worker:application",
        address=host,
        port=int(port),
        interface=Interfaces.ASGINL,
        loop=Loops.uvloop,
        workers=int(workers),
        working_dir=Path.cwd(),
        backpressure=MOST_CONNECTIONS,
        # Without HTTP/2 the time-out holds for a connection that sends nothing at all, too.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT * 1000),
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0,
        workers_kill_timeout=int(stop_timeout),
        log_level=LogLevels.error,
    ).serve()


def _allow_open_files(number):
    """Each connection is an open file, and many systems allow 1,024 unless asked for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < number:
        wanted = number if hard == resource.RLIM_INFINITY else min(number, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main(*sys.argv[1:])

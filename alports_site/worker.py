"""What each worker process of the web server loads: the WSGI application, and when the worker stops."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def _heed_the_server_alone() -> None:
    """Stop when the server says so or is gone, and for no other reason.

    A terminal sends Ctrl-C to the server and its workers alike; the server then tells the workers to stop, and one
    that is told twice can hang. A worker that outlived a killed server would keep the port from the next one.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


_heed_the_server_alone()  # before the application starts a thread, which would keep its own signals

from .wsgi import application

__all__ = ["application"]

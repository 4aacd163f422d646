"""How the server's processes end together."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def heed_the_parent_alone() -> None:
    """Stop when the parent says so or is gone, and for no other reason.

    A terminal sends Ctrl-C to the server and its workers alike; the server then tells the workers to stop, and one
    that is told twice can hang. A worker that outlived a killed server would keep the port from the next one.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

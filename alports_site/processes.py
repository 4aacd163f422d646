"""How the server's processes belong and end together."""

import ctypes
import os
import signal
import socket
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h
NAME = "_ALPORTS_NAME"  # of the variable that tells the server's processes which file descriptor holds its name


def hold_name(name: str) -> None:
    """Hold a name in the kernel (Linux) until this process ends, whatever program it becomes.

    Raises `OSError` if another process holds it.
    """
    if sys.platform == "linux":
        holder = socket.socket(socket.AF_UNIX)
        holder.bind(f"\0{name}")  # the kernel's own namespace: no file is made, and none is left over
        holder.set_inheritable(True)
        os.environ[NAME] = str(holder.detach())


def leave_name() -> None:
    """Let the name be the parent's alone: a worker that ends later keeps nobody from its address."""
    if number := os.environ.pop(NAME, ""):
        os.close(int(number))


def heed_the_parent_alone() -> None:
    """Stop when the parent says so or is gone, and for no other reason.

    A terminal sends Ctrl-C to the server and its workers alike; the server then tells the workers to stop, and one
    that is told twice can hang. A worker that outlived a killed server would keep the port from the next one.
    """
    # The parent's own handler, inherited, would swallow the signal until the event loop has set another.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it ended in between
            os.kill(os.getpid(), signal.SIGTERM)

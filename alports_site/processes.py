"""How the processes of the server start and end together."""

import ctypes
import os
import signal
import socket
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h
NAME_DESCRIPTOR = "_ALPORTS_NAME"  # environment variable: the file descriptor that holds the server's name


def hold_name(name: str) -> None:
    """Reserve a name in the kernel (Linux) until this process ends, also after it has become another program.

    Raises `OSError` if another process holds the name.
    """
    if sys.platform == "linux":
        holder = socket.socket(socket.AF_UNIX)
        holder.bind(f"\0{name}")  # in the kernel's own namespace: it makes no file that could be left over
        holder.set_inheritable(True)
        os.environ[NAME_DESCRIPTOR] = str(holder.detach())


def release_inherited_name() -> None:
    """Leave the name to the parent process, so that a worker that ends later does not delay the next start."""
    if number := os.environ.pop(NAME_DESCRIPTOR, ""):
        os.close(int(number))


def end_with_parent() -> None:
    """End this process on SIGTERM and when its parent has ended, and ignore Ctrl-C.

    A terminal sends Ctrl-C to the server and its workers alike. The server then sends SIGTERM to the workers, and a
    worker that gets both signals can hang. A worker that outlived a killed server would keep the next one from its
    port.
    """
    # The handler that was inherited would swallow the signal until the event loop has set its own.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # the parent ended before the line above
            os.kill(os.getpid(), signal.SIGTERM)

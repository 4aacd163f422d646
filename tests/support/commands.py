"""Management commands run as a shell runs them."""

import errno
import io
import os
import sys
from types import SimpleNamespace

from django.core.management import base, get_commands, load_command_class


def runner(name, monkeypatch, capsys):
    """A function that runs a command with arguments and standard input (bytes; None if closed) and returns its exit
    code, standard output and standard error.
    """
    # A command closes its connections when it ends, and with them a test's transaction.
    monkeypatch.setattr(base, "connections", SimpleNamespace(close_all=lambda: None))

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin)))
        command = load_command_class(get_commands()[name], name)
        code = 0
        try:
            command.run_from_argv(["manage.py", name, *map(str, arguments)])
        except SystemExit as ended:
            code = ended.code
        written = capsys.readouterr()
        return code, written.out, written.err

    return run


class FullDisk(io.StringIO):
    """A standard output that takes nothing more once it is flushed."""

    def flush(self):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

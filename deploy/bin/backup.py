"""Backs the database up to a folder and keeps the newest backups there: `backup.py FOLDER COUNT`.

It uses `manage.py backup` for SQLite and pg_dump for PostgreSQL. A backup is named after its time (UTC), and its file
has that name only when it is complete. Other files in the folder are not touched.
"""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent.parent
BACKUP = re.compile(r"alports-\d{8}T\d{6}Z\.(sqlite3|dump)(\.part)?")


def main(arguments: list[str]) -> int:
    """Make a backup, then delete all but the newest ones. Return the exit code."""
    if len(arguments) != 2 or not arguments[1].isdigit() or int(arguments[1]) < 1:
        print("usage: backup.py FOLDER COUNT, where COUNT backups are kept, at least 1", file=sys.stderr)
        return 2
    folder, count = Path(arguments[0]), int(arguments[1])
    os.umask(0o077)
    url = os.environ.get("DATABASE_URL", "")
    is_postgres = urlsplit(url).scheme in ("postgres", "postgresql")
    name = f"alports-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{'dump' if is_postgres else 'sqlite3'}"
    part = folder / f"{name}.part"
    command, environment = _pg_dump(url, part) if is_postgres else _manage(part)
    try:
        code = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}).returncode  # noqa: S603 - our own command
    except FileNotFoundError:
        code = 1
        print(f"{command[0]} is not installed. It comes with PostgreSQL's client programs.", file=sys.stderr)
    if code:
        part.unlink(missing_ok=True)
        print(
            f"No backup was made: {Path(command[0]).name} ended with {code}. The older ones are kept.", file=sys.stderr
        )
        return 1
    part.rename(folder / name)
    print(f"Backed up to {folder / name}, {(folder / name).stat().st_size} bytes.")
    _delete_all_but(count, folder)
    return 0


def _manage(part):
    return [sys.executable, "manage.py", "backup", str(part)], {}


def _pg_dump(url, part):
    """The command line and the environment. The password is in the environment, which other users can't read."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    public = urlunsplit(parts._replace(scheme="postgresql", netloc=f"{name}@{host}" if user else host))
    command = ["pg_dump", "--format=custom", "--no-owner", f"--file={part}", f"--dbname={public}"]
    return command, {"PGPASSWORD": unquote(password)} if password else {}


def _delete_all_but(count, folder):
    files = sorted(path for path in folder.iterdir() if BACKUP.fullmatch(path.name))
    complete = [path for path in files if path.suffix != ".part"]
    for path in [*complete[:-count], *(path for path in files if path.suffix == ".part")]:
        path.unlink()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
